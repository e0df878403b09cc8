"""What others know about the customers of one block: bureau reports and court records.

Three companies in five have a bureau report every spring: a score of 0-100 around the customer's strength, 30 lower in
the year before it stops paying, and six ratios that follow it. Court and register events: a law suit on the suit day
and, where the customer has stopped paying, enforcement 60-120 days later, a listing as dishonest debtor after another
40-90, bankruptcy where it comes to that. One customer in thirty was fined or late with its taxes.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from orchestration.demo.block import EVENTS, REPORTS, Block
from orchestration.demo.calendar import FIRST_DAY, LAST
from orchestration.demo.draws import Ints
from orchestration.demo.traits import Habits

BUREAU, CURRENT, QUICK, DEBT, MARGIN, COVERAGE, GROWTH = range(7)
LAWSUIT, ENFORCEMENT, DISHONESTY, BANKRUPTCY, PENALTY, TAX_ARREARS = range(6)
NONE = -1
_SPRINGS = tuple((date(year, 4, 10) - FIRST_DAY).days for year in (2024, 2025, 2026))


@dataclass(frozen=True)
class Reports:
    """One entry per report by customer and day; `values`: the score whole, ratios in ten-thousandths."""

    customer: Ints
    day: Ints
    values: Ints


@dataclass(frozen=True)
class Events:
    """One entry per event by customer and day; `closed_day` -1 while pending."""

    customer: Ints
    day: Ints
    kind: Ints
    closed_day: Ints
    amount: Ints


def draw_reports(block: Block, habits: Habits) -> Reports:
    """Bureau reports of the block's customers."""
    traits, draws = block.traits, block.draws(REPORTS)
    rated = np.flatnonzero(draws.chance(600, len(traits)) & ~traits.sole_trader)
    customer = np.repeat(rated, len(_SPRINGS))
    day = np.tile(np.array(_SPRINGS), len(rated)) + draws.below(40, len(customer))
    kept = (day > traits.start[customer] - 60) & draws.chance(800, len(customer))
    customer, day = customer[kept], day[kept]
    size = len(customer)
    failing = day > traits.fail_day[customer] - 365
    strength = np.clip(habits.strength[customer] - 30 * failing + draws.between(-4, 4, size), 3, 99)

    def ratio(base: int, per_point: int, noise: int) -> Ints:
        return base + per_point * (strength - 50) + draws.between(-noise, noise, size)

    current = np.maximum(ratio(12_000, 260, 2_500), 2_000)
    columns = {
        BUREAU: strength,
        CURRENT: current,
        QUICK: current * draws.between(55, 85, size) // 100,
        DEBT: np.clip(ratio(6_200, -70, 700), 800, 11_500),
        MARGIN: ratio(300, 25, 150),
        COVERAGE: ratio(30_000, 1_200, 8_000),
        GROWTH: ratio(200, 40, 700),
    }
    return Reports(customer, day, np.stack([columns[kind] for kind in sorted(columns)], axis=1))


def draw_events(block: Block, habits: Habits) -> Events:
    """Court and register events of the block's customers."""
    traits, draws, size = block.traits, block.draws(EVENTS), len(block.traits)
    fails = traits.fail_day <= LAST
    enforced = habits.suit_day + draws.between(60, 120, size)
    listed = enforced + draws.between(40, 90, size)
    fined = np.flatnonzero(draws.chance(35, size))
    parts = [
        (np.arange(size), np.full(size, LAWSUIT), habits.suit_day),
        (np.flatnonzero(fails), np.full(fails.sum(), ENFORCEMENT), enforced[fails]),
        (np.flatnonzero(fails), np.full(fails.sum(), DISHONESTY), listed[fails]),
        (np.arange(size), np.full(size, BANKRUPTCY), habits.bankrupt_day),
        (fined, PENALTY + draws.below(2, len(fined)), draws.between(200, LAST, len(fined))),
    ]
    customer, kind, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((kind, day, customer))
    order = order[day[order] <= LAST]
    customer, kind, day = customer[order], kind[order], day[order]
    closed = day + draws.between(60, 240, len(day))
    closes = (~fails[customer] | (kind == PENALTY)) & (closed <= LAST)
    amount = traits.size[customer] * draws.between(2, 9, len(day))
    return Events(customer, day, kind, np.where(closes, closed, NONE), amount)
