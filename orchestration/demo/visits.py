"""Activities of one block: calls, meetings, visits, tasks and messages.

Sales deals with a customer about every `contact_gap` days from 30 days before the first invoice, half as often once
the customer has turned sour, and no more 20 days after it left. One in twenty was planned and did not take
place; one customer in three has something planned for the coming weeks.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import VISITS, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Flags, Ints, series
from orchestration.demo.traits import Habits

CALL, MEETING, VISIT, TASK, MESSAGE = range(5)


@dataclass(frozen=True)
class Visits:
    """One entry per activity, each customer's by day; `minute` counts within office hours."""

    customer: Ints
    day: Ints
    kind: Ints
    minute: Ints
    is_inbound: Flags
    took_place: Flags

    def last_day(self, customers: int) -> Ints:
        """Day of the last activity of each customer that took place, -1 without one."""
        last = np.full(customers, -1, dtype=np.int64)
        np.maximum.at(last, self.customer[self.took_place], self.day[self.took_place])
        return last


def draw_visits(block: Block, habits: Habits) -> Visits:
    """Activities of the block's customers."""
    traits, draws = block.traits, block.draws(VISITS)
    first = np.maximum(traits.start - 30, 0)
    last = np.minimum(traits.leave_day + 20, LAST)
    owner, day = series(draws, first, last, 1_000 // habits.contact_gap + 1)
    kept = ~(habits.is_sour(owner, day) & draws.chance(500, len(owner)))
    planned = np.flatnonzero(draws.chance(330, len(traits)) & (traits.leave_day > LAST))
    owner = np.concatenate([owner[kept], planned])
    day = np.concatenate([day[kept], LAST + 1 + draws.below(20, len(planned))])
    order = np.lexsort((day, owner))
    size = len(owner)
    return Visits(
        customer=owner[order],
        day=day[order],
        kind=draws.pick([CALL] * 9 + [MEETING] * 3 + [VISIT] * 3 + [TASK] * 3 + [MESSAGE] * 2, size),
        minute=draws.below(500, size),
        is_inbound=draws.chance(300, size),
        took_place=(day[order] <= LAST) & ~draws.chance(50, size),
    )
