"""Hidden traits: what each customer of the demo company is like. Never written into an export.

| trait | distribution | unit |
|---|---|---|
| discipline | prompt 48 %, slow 30 %, late 16 %, bad 6 % | class |
| late_days | uniform by class: -10..-1, 0..12, 18..50, 55..110 | days after the due date |
| drift | 0 for 70 %, worse 8..35 for 15 %, better 4..15 for 15 % | days more per year |
| partial | 1, 4, 12, 25 % by class | share of invoices paid in two parts |
| unpaid | 0.2, 0.6, 2.5, 9 % by class | share of invoices never paid |
| fail_day | 0.5, 1, 5, 20 % by class, uniform over days 500..1060 | day after which nothing is paid |
| start | first 60 days for 70 %, then uniform to day 1040 | day of the first invoice at the earliest |
| leave_day | 18 % of those that can, uniform from 180 days after the start to day 1000 | day of the last order |
| fade | of leavers 60 % | the gaps between orders widen up to threefold before they leave |
| gap | one of 14, 21, 30, 30, 45, 60, 60, 90, 120 | relative days between invoices |
| size | log-normal, median 18,000 CNY, sigma 1 | median invoice, fen |
| dispute | 14 % for one in twelve customers, else 1 % | share of invoices with a credit note |
| run | 40 % of customers | pays on one weekday, several invoices at once |
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.demo.calendar import LAST, rate
from orchestration.demo.draws import UNIT, Draws, Flags, Ints, scaled_exp

CLASSES = ("prompt", "slow", "late", "bad")
_CLASS_TABLE = [0] * 48 + [1] * 30 + [2] * 16 + [3] * 6
_LATE_LOW = np.array([-10, 0, 18, 55])
_LATE_HIGH = np.array([-1, 12, 50, 110])
_PARTIAL = np.array([10, 40, 120, 250])
_UNPAID = np.array([2, 6, 25, 90])
_FAIL = np.array([5, 10, 50, 200])
NEVER = 10**6


@dataclass(frozen=True)
class Traits:
    """One entry per customer of a block, all of equal length; days since the first day, money in fen or cents."""

    customer: Ints
    discipline: Ints
    late_days: Ints
    drift: Ints
    partial: Ints
    unpaid: Ints
    fail_day: Ints
    start: Ints
    leave_day: Ints
    fade: Flags
    gap: Ints
    size: Ints
    dispute: Ints
    run: Flags
    weekday: Ints
    terms: Ints
    currency: Ints
    withholds: Flags
    sole_trader: Flags

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def end(self) -> Ints:
        """Last day on which the customer may buy."""
        return np.minimum(self.leave_day, LAST)

    def rows(self) -> list[dict[str, int]]:
        """One plain dictionary per customer, for a file of traits kept apart from the exports."""
        columns = {field.name: getattr(self, field.name).astype(np.int64).tolist() for field in fields(self)}
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def draw_traits(draws: Draws, first_customer: int, size: int) -> Traits:
    """Draw the traits of `size` customers numbered from `first_customer`."""
    discipline = draws.pick(_CLASS_TABLE, size)
    drift_kind = draws.below(100, size)
    drift = np.where(drift_kind < 15, draws.between(8, 35, size), 0)
    drift = np.where(drift_kind >= 85, -draws.between(4, 15, size), drift)
    start = np.where(draws.chance(700, size), draws.below(60, size), draws.below(1041, size))
    leaves = draws.chance(180, size) & (start < 780)
    leave_day = np.where(leaves, draws.between(np.minimum(start + 180, 1000), 1000, size), NEVER)
    fails = draws.chance(_FAIL[discipline], size)
    currency = draws.pick([0] * 86 + [1] * 9 + [2] * 5, size)
    median = scaled_exp(np.full(size, 1_800_000, dtype=np.int64), draws.normal(size))
    return Traits(
        customer=np.arange(first_customer, first_customer + size, dtype=np.int64),
        discipline=discipline,
        late_days=draws.between(_LATE_LOW[discipline], _LATE_HIGH[discipline], size),
        drift=drift,
        partial=_PARTIAL[discipline],
        unpaid=_UNPAID[discipline],
        fail_day=np.where(fails, draws.between(500, 1060, size), NEVER),
        start=start,
        leave_day=leave_day,
        fade=leaves & draws.chance(600, size),
        gap=draws.pick([14, 21, 30, 30, 45, 60, 60, 90, 120], size),
        size=np.maximum(median * 1_000_000 // rate(currency, start), 5_000),
        dispute=np.where(draws.below(12, size) == 0, 140, 10),
        run=draws.chance(400, size),
        weekday=draws.below(5, size),
        terms=draws.pick([15, 30, 30, 30, 30, 45, 45, 60, 60, 90], size),
        currency=currency,
        withholds=(currency == 2) & draws.chance(250, size),
        sole_trader=(currency == 0) & draws.chance(140, size),
    )


def spread(median: Ints, draws: Draws) -> Ints:
    """Log-normal amounts around a median, sigma 1/2."""
    return scaled_exp(median, draws.normal(len(median)) * (UNIT // 2) // UNIT)
