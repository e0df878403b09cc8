"""Hidden traits: what each customer of the demo company is like. Never written into an export.

| trait | distribution | unit |
|---|---|---|
| discipline | prompt 48 %, slow 30 %, late 16 %, bad 6 % | class |
| late_days | uniform by class: -10..-1, 0..12, 18..50, 55..110 | days after the due date |
| drift | 0 for 70 %, worse 8..35 for 15 %, better 4..15 for 15 % | days more per year |
| partial | 1, 4, 12, 25 % by class | share of invoices paid in two parts |
| unpaid | 0.2, 0.6, 2.5, 9 % by class | share of invoices never paid |
| fail_day | 0.5, 1, 5, 20 % by class, uniform over days 500..1060 | day after which nothing is paid |
| start | first 60 days for 70 %, then uniform to day 1040; of one in each block the last 25 days | first day of trade |
| leave_day | 18 % of those that can, uniform from 180 days after the start to day 1000 | day of the last order |
| fade | of leavers 60 % | the gaps between orders widen up to threefold before they leave |
| gap | one of 14, 21, 30, 30, 45, 60, 60, 90, 120 | relative days between invoices |
| size | log-normal, median 18,000 CNY, sigma 1 | median invoice, fen |
| dispute | 14 % for one in twelve customers, else 1 % | share of invoices with a credit note |
| run | 40 % of customers | pays on one weekday, several invoices at once |

The habits of the relationship come from a stream of their own, so that they move no document:

| habit | distribution | unit |
|---|---|---|
| sour_day | 75 % of leavers 70-260 days before they leave, 5 % of the others on any day | day from which mood falls |
| complaints | 1 for 70 %, 3 for 22 %, 9 for 8 %; four times as many once sour | complaints per 1000 days |
| rot | 35 % of those that turn sour, 10 % of the others | complaints are answered late, reopened, left open |
| mood | 350..470, less 50 with rot, less 40 with a long slip | hundredths of a star of five |
| reply | 300..700; online half of it once sour | share of surveys answered, permille |
| slip | -4..5 for 70 %, 8..30 for 20 %, 30..90 for 10 % | days milestones are late |
| clauses | none for 60 %, 1-2 for 28 %, 3-5 for 12 % | clauses missing in a contract |
| contact_gap | one of 50, 65, 90, 120; 240 for 12 %; twice as long once sour | days between activities |
| handover_day | 55 % of leavers 30-200 days before they leave, 12 % of the others any day | day of a new owner |
| second_handover | 30 % of those, 40-120 days later | day the owner changes again |
| care | full 62 %, gaps 25 %, none 8 %, withdrawn 5 % | class of consents on file |
| sloppy | 0 for 60 %, 150 for 28 %, 450 for 12 % | share of master data left empty, permille |
| member | 55 % of organisations | has a loyalty account |
| redeem | 100..600, and all points in the last 90 days of a leaver | share of points used, permille |
| strength | 88 less 13 per class of discipline, +-9; falls by 30 in the year before a failure | bureau score |
| suit_day | 80 % of those that fail, 10-90 days later; 5 % of the others on any day | day of the first law suit |
| age | 700..9000; 250..1500 for half of those that fail | days since the company was founded when trade starts |
| bankrupt_day | 35 % of those that fail and are sued | goes bankrupt 60-150 days after the suit |
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
NEWCOMER = 33
"""Place in each block of a customer that has only just begun to buy."""

FULL, GAPS, NONE, WITHDRAWN = range(4)
"""Classes of `Habits.care`."""


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
        return plain_rows(self)


def draw_traits(draws: Draws, first_customer: int, size: int) -> Traits:
    """Draw the traits of `size` customers numbered from `first_customer`."""
    discipline = draws.pick(_CLASS_TABLE, size)
    drift_kind = draws.below(100, size)
    drift = np.where(drift_kind < 15, draws.between(8, 35, size), 0)
    drift = np.where(drift_kind >= 85, -draws.between(4, 15, size), drift)
    start = np.where(draws.chance(700, size), draws.below(60, size), draws.below(1041, size))
    is_new = np.arange(size) == NEWCOMER
    start = np.where(is_new, LAST - 25, start)
    leaves = draws.chance(180, size) & (start < 780)
    leave_day = np.where(leaves, draws.between(np.minimum(start + 180, 1000), 1000, size), NEVER)
    fails = draws.chance(_FAIL[discipline], size) & ~is_new
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
        gap=np.where(is_new, 14, draws.pick([14, 21, 30, 30, 45, 60, 60, 90, 120], size)),
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


@dataclass(frozen=True)
class Habits:
    """How the relationship with each customer of a block goes; same order and units as `Traits`."""

    sour_day: Ints
    complaints: Ints
    rot: Flags
    mood: Ints
    reply: Ints
    slip: Ints
    clauses: Ints
    contact_gap: Ints
    handover_day: Ints
    second_handover: Ints
    care: Ints
    sloppy: Ints
    member: Flags
    redeem: Ints
    strength: Ints
    suit_day: Ints
    bankrupt_day: Ints
    age: Ints

    def rows(self) -> list[dict[str, int]]:
        """One plain dictionary per customer, as `Traits.rows`."""
        return plain_rows(self)

    def mood_on(self, customer: Ints, day: Ints) -> Ints:
        """Hundredths of a star on a day: 170 lower once 150 days have passed since the sour day."""
        sour = np.clip(day - self.sour_day[customer], 0, 150)
        return self.mood[customer] - 170 * sour // 150

    def is_sour(self, customer: Ints, day: Ints) -> Flags:
        """Whether the mood has begun to fall."""
        return day >= self.sour_day[customer]


def plain_rows(record: "Traits | Habits") -> list[dict[str, int]]:
    """One dictionary of whole numbers per entry of a record of columns."""
    columns = {field.name: getattr(record, field.name).astype(np.int64).tolist() for field in fields(record)}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def draw_habits(draws: Draws, traits: Traits) -> Habits:
    """Draw the habits that go with a block's traits."""
    size = len(traits)
    leaves, fails = traits.leave_day <= LAST, traits.fail_day <= LAST
    some_day = draws.between(450, 1_000, size)
    before_leaving = traits.leave_day - draws.between(70, 260, size)
    sours = draws.chance(np.where(leaves, 750, 50), size)
    sour_day = np.where(sours, np.where(leaves, before_leaving, some_day), NEVER)
    rot = draws.chance(np.where(sours, 350, 100), size)
    slip_kind = draws.below(10, size)
    slip = np.where(slip_kind < 7, draws.between(-4, 5, size), draws.between(8, 30, size))
    slip = np.where(slip_kind == 9, draws.between(30, 90, size), slip)
    missing = np.where(draws.below(100, size) < 70, draws.between(1, 2, size), draws.between(3, 5, size))
    handed = draws.chance(np.where(leaves, 550, 120), size)
    handover = np.where(
        leaves, traits.leave_day - draws.between(30, 200, size), draws.between(200, 1_000, size)
    )
    handover = np.where(handed, np.maximum(handover, traits.start + 30), NEVER)
    again = handed & draws.chance(300, size)
    sued = draws.chance(np.where(fails, 800, 50), size)
    suit = np.where(fails, traits.fail_day + draws.between(10, 90, size), draws.between(300, 1_050, size))
    suit = np.where(sued, suit, NEVER)
    bankrupt = sued & fails & draws.chance(350, size)
    return Habits(
        sour_day=sour_day,
        complaints=draws.pick([1] * 70 + [3] * 22 + [9] * 8, size),
        rot=rot,
        mood=draws.between(350, 470, size) - 50 * rot - 40 * (slip > 20),
        reply=draws.between(300, 700, size),
        slip=slip,
        clauses=np.where(draws.chance(600, size), 0, missing),
        contact_gap=draws.pick([50, 65, 65, 90, 90, 120, 120, 240], size),
        handover_day=handover,
        second_handover=np.where(again, handover + draws.between(40, 120, size), NEVER),
        care=draws.pick([FULL] * 62 + [GAPS] * 25 + [NONE] * 8 + [WITHDRAWN] * 5, size),
        sloppy=draws.pick([0] * 60 + [150] * 28 + [450] * 12, size),
        member=draws.chance(550, size) & ~traits.sole_trader,
        redeem=draws.between(100, 600, size),
        strength=88 - 13 * traits.discipline + draws.between(-9, 9, size),
        suit_day=suit,
        bankrupt_day=np.where(bankrupt, suit + draws.between(60, 150, size), NEVER),
        age=np.where(
            fails & draws.chance(500, size), draws.between(250, 1_500, size), draws.between(700, 9_000, size)
        ),
    )
