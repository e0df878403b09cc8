"""A null company: every customer alike, so that nothing in its past tells one from another.

What happens still happens by chance: payments scatter about the same ten days late, one customer in twenty is sued on
any day. A score that claims to rank these customers is wrong, and so is a validation that believes it.
"""

from dataclasses import replace

import numpy as np

from orchestration.demo.traits import FULL, NEVER, Habits, Traits

_SLOW = 1


def same_traits(traits: Traits) -> Traits:
    """The customers of a block with one and the same way to buy and to pay, from the first day to the last."""
    nothing = np.zeros(len(traits), dtype=np.int64)
    nobody = np.zeros(len(traits), dtype=bool)
    return replace(
        traits,
        discipline=nothing + _SLOW,
        late_days=nothing + 10,
        drift=nothing,
        partial=nothing,
        unpaid=nothing,
        fail_day=nothing + NEVER,
        start=nothing,
        leave_day=nothing + NEVER,
        fade=nobody,
        gap=nothing + 30,
        size=nothing + 1_800_000,
        dispute=nothing + 10,
        run=nobody,
        terms=nothing + 30,
        currency=nothing,
        withholds=nobody,
    )


def same_habits(habits: Habits) -> Habits:
    """Relationships that all go the same way; only the day of a law suit is left to chance."""
    nothing = np.zeros(len(habits.age), dtype=np.int64)
    return replace(
        habits,
        sour_day=nothing + NEVER,
        complaints=nothing + 1,
        rot=nothing > 0,
        mood=nothing + 410,
        slip=nothing,
        clauses=nothing,
        contact_gap=nothing + 90,
        handover_day=nothing + NEVER,
        second_handover=nothing + NEVER,
        care=nothing + FULL,
        sloppy=nothing,
    )
