"""Loyalty points and care contacts of one block.

Members earn a point for every 50 yuan of a quarter's invoices, on its last day, good for two years, and use a share
of what they hold every other quarter; leavers use the rest in their last 90 days and earn no more. What nobody used
expires. Half of the customers are greeted at Spring Festival and visited or sent something in September while they
buy; whether the people had allowed it is not asked. Sour ones decline more often.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import CARE, POINTS, Block
from orchestration.demo.calendar import DATES, LAST, rate
from orchestration.demo.draws import Ints
from orchestration.demo.ledger import ISSUED
from orchestration.demo.traits import Habits

EARNED, REDEEMED, EXPIRED = range(3)
TIERS = ("Silver", "Gold", "Platinum")
GREETING, GIFT, VISIT, CHECK_IN, EVENT = range(5)
REACHED, NOT_REACHED, DECLINED = range(3)
LIFETIME = 730
NONE = -1

_QUARTER_ENDS = np.array([day for day in range(LAST) if (DATES[day].month, DATES[day + 1].day) in
                          ((3, 1), (6, 1), (9, 1), (12, 1))] + [LAST])  # fmt: skip
_CARE_DAYS = np.array([day for day, date in enumerate(DATES) if (date.month, date.day) in ((1, 20), (9, 12))])


@dataclass(frozen=True)
class Points:
    """Entries of members by customer and day, whole points; `lot`: the quarter in which they were earned."""

    customer: Ints
    day: Ints
    kind: Ints
    points: Ints
    lot: Ints


@dataclass(frozen=True)
class Care:
    """One entry per care contact by customer and day."""

    customer: Ints
    day: Ints
    kind: Ints
    outcome: Ints


def earned_points(block: Block, habits: Habits) -> Ints:
    """Points by customer and quarter."""
    ledger, traits = block.ledger, block.traits
    counts = (ledger.status == ISSUED) & habits.member[ledger.invoice_customer]
    owner, day = ledger.invoice_customer[counts], ledger.issue_day[counts]
    yuan = ledger.total[counts] * (rate(traits.currency[owner], day) // 100) // 1_000_000
    sums = np.zeros((len(traits), len(_QUARTER_ENDS)), dtype=np.int64)
    np.add.at(sums, (owner, np.searchsorted(_QUARTER_ENDS, day)), yuan)
    return sums // 50


def tiers(block: Block, habits: Habits) -> Ints:
    """Tier of each customer in the plan, by what it earned in all; -1: no member."""
    total = earned_points(block, habits).sum(axis=1)
    tier = np.where(total > 100_000, 2, np.where(total > 25_000, 1, 0))
    return np.where(habits.member, tier, NONE)


def draw_points(block: Block, habits: Habits) -> Points:
    """Walk the quarters: earn, expire after eight of them, use the oldest first."""
    traits, draws, size = block.traits, block.draws(POINTS), len(block.traits)
    earned = earned_points(block, habits)
    lots, entries = earned.copy(), []

    def note(points: Ints, day: Ints | int, kind: int, lot: int) -> None:
        some = np.flatnonzero(points)
        days = np.broadcast_to(np.asarray(day), size)[some]
        entries.append((some, days, np.full(len(some), kind), points[some], np.full(len(some), lot)))

    for quarter, end in enumerate(_QUARTER_ENDS.tolist()):
        note(earned[:, quarter], end, EARNED, quarter)
        if quarter >= 8:
            note(lots[:, quarter - 8], end - 2, EXPIRED, quarter - 8)
            lots[:, quarter - 8] = 0
        goes = (traits.leave_day >= end - 90) & (traits.leave_day < end)
        uses = (draws.below(2, size) == 0) & (traits.leave_day > end)
        held = lots[:, : quarter + 1].sum(axis=1)
        used = np.where(goes, held, np.where(uses, held * habits.redeem // 2_000, 0)) // 100 * 100
        day = np.minimum(end + 5 + draws.below(40, size), LAST)
        for lot in range(quarter + 1):
            taken = np.minimum(lots[:, lot], used)
            note(taken, day, REDEEMED, lot)
            lots[:, lot] -= taken
            used = used - taken
    columns = [np.concatenate(column) for column in zip(*entries, strict=True)]
    order = np.lexsort((columns[4], columns[2], columns[1], columns[0]))
    return Points(*(column[order] for column in columns))


def draw_care(block: Block, habits: Habits) -> Care:
    """Care contacts of the block's customers."""
    traits, draws = block.traits, block.draws(CARE)
    cared = np.flatnonzero(draws.chance(500, len(traits)))
    customer, day = np.repeat(cared, len(_CARE_DAYS)), np.tile(_CARE_DAYS, len(cared))
    size = len(customer)
    in_autumn = np.array([DATES[at].month for at in day.tolist()]) == 9
    day = day + draws.below(9, size)
    outcome = draws.pick([REACHED] * 7 + [NOT_REACHED] * 2 + [DECLINED], size)
    outcome = np.where(habits.is_sour(customer, day) & draws.chance(600, size), DECLINED, outcome)
    kind = np.where(in_autumn, draws.pick([GIFT, VISIT, CHECK_IN, EVENT], size), GREETING)
    kept = (day > traits.start[customer]) & (day < traits.leave_day[customer]) & draws.chance(850, size)
    return Care(customer[kept], day[kept], kind[kept], outcome[kept])
