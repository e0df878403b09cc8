"""Complaints, disputes and service requests of one block.

Complaints come at the customer's own rate, four times as often once it has turned sour; service requests about every
500 days. Each credit note that names an invoice was a dispute of that invoice, opened 2-12 days before the note and
settled by it. Who stops paying from its `fail_day` on is disputed with over its last invoice, by law suit if it is
sued. Answers take 20-400 minutes and solutions 1-9 days; where complaints rot, 1-9 days and 20-120 days, two in five
are opened again and a third of the last half year is still open. Who answers surveys also rates what was done.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import CASES, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Draws, Ints, series
from orchestration.demo.traits import Habits

COMPLAINT, DISPUTE, SERVICE = range(3)
NEGOTIATION, MEDIATION, ARBITRATION, LITIGATION = range(4)
RESOLVED, COMPROMISED, WON, LOST, WITHDRAWN, UNRESOLVED = range(6)
NONE, UNSETTLED = -1, -2
MINUTES = 1_440
"""Minutes of a day: moments are minutes since the first day began."""

_LAST_MINUTE = LAST * MINUTES + 1_050


@dataclass(frozen=True)
class Cases:
    """One entry per case, each customer's by moment of opening; moments in minutes, -1 when not (yet)."""

    customer: Ints
    kind: Ints
    severity: Ints  # 0 low .. 3 critical
    reason: Ints
    channel: Ints
    opened: Ints
    responded: Ints
    resolved: Ints
    reopened: Ints
    reopen_count: Ints
    way: Ints
    result: Ints
    invoice: Ints  # position in the block's invoices
    disputed: Ints  # fen or cents
    stars: Ints  # the customer's rating of how it was handled, 1-5


@dataclass(frozen=True)
class _Openings:
    """What makes a case: `settled` is the day of the credit note that ends it, -1: by itself, -2: never."""

    customer: Ints
    kind: Ints
    day: Ints
    invoice: Ints
    settled: Ints


def office_time(minute: Ints) -> Ints:
    """The next moment within office hours, 9:00-18:00 on weekdays (day 0 is a Saturday)."""
    day, clock = minute // MINUTES, minute % MINUTES
    late = clock >= 18 * 60
    day, clock = day + late, np.where(late, 9 * 60 + clock % 60, np.maximum(clock, 9 * 60))
    weekend = day % 7 < 2
    return np.where(weekend, (day + 2 - day % 7) * MINUTES + 9 * 60 + clock % 60, day * MINUTES + clock)


def draw_cases(block: Block, habits: Habits) -> Cases:
    """Cases of the block's customers."""
    draws = block.draws(CASES)
    begun = _openings(block, habits, draws)
    customer, kind, day, settled = begun.customer, begun.kind, begun.day, begun.settled
    size = len(customer)
    rots = habits.rot[customer] & (kind != SERVICE)
    opened = day * MINUTES + draws.between(8 * 60, 19 * 60, size)
    answer = np.where(rots, draws.between(1_440, 13_000, size), draws.between(20, 400, size))
    responded = office_time(office_time(opened) + answer)
    solution = np.where(rots, draws.between(28_000, 170_000, size), draws.between(1_440, 13_000, size))
    resolved = office_time(responded + np.where(kind == SERVICE, solution // 3, solution))
    resolved = np.where(settled >= 0, np.maximum(settled * MINUTES + 960, responded + 60), resolved)
    stuck = (rots & draws.chance(330, size) & (day > LAST - 180)) | (settled == UNSETTLED)
    reopened = office_time(resolved + draws.between(1_440, 20_000, size))
    again = rots & ~stuck & draws.chance(400, size) & (reopened <= _LAST_MINUTE)
    resolved = np.where(again, office_time(reopened + solution // 2), resolved)
    resolved = np.where(stuck | (resolved > _LAST_MINUTE), NONE, resolved)
    responded = np.where((responded > _LAST_MINUTE) | (stuck & (day > LAST - 40)), NONE, responded)
    severity = draws.pick([0, 0, 1, 1, 1, 1, 2, 2, 3], size)
    severity = np.where(habits.is_sour(customer, day), np.minimum(severity + 1, 3), severity)
    way, result = _ends(begun, habits, draws)
    rated = (resolved != NONE) & draws.chance(habits.reply[customer], size)
    level = habits.mood_on(customer, day) - 130 * rots + draws.normal(size) * 50 // 256
    return Cases(
        customer=customer,
        kind=kind,
        severity=np.where(kind == SERVICE, np.minimum(severity, 1), severity),
        reason=draws.below(5, size),
        channel=draws.below(4, size),
        opened=opened,
        responded=responded,
        resolved=resolved,
        reopened=np.where(again, reopened, NONE),
        reopen_count=again * draws.between(1, 2, size),
        way=np.where((resolved == NONE) & (way != LITIGATION), NONE, way),
        result=np.where(resolved == NONE, NONE, result),
        invoice=begun.invoice,
        disputed=np.append(block.ledger.total, 0)[begun.invoice],
        stars=np.where(rated, np.clip((level + 50) // 100, 1, 5), NONE),
    )


def _ends(begun: _Openings, habits: Habits, draws: Draws) -> tuple[Ints, Ints]:
    """Ways and results of the cases, as if all had ended."""
    size = len(begun.customer)
    sued = (begun.settled == UNSETTLED) & (habits.suit_day[begun.customer] <= LAST)
    way = np.where(sued, LITIGATION, draws.pick([NEGOTIATION] * 8 + [MEDIATION, ARBITRATION], size))
    result = draws.pick([RESOLVED] * 5 + [COMPROMISED, COMPROMISED, WITHDRAWN], size)
    result = np.where(begun.settled >= 0, draws.pick([COMPROMISED, COMPROMISED, LOST], size), result)
    result = np.where(begun.kind == SERVICE, RESOLVED, result)
    return np.where(begun.kind == DISPUTE, way, NONE), result


def _openings(block: Block, habits: Habits, draws: Draws) -> _Openings:
    """All cases by customer, day and kind."""
    traits, ledger = block.traits, block.ledger
    first, last = np.minimum(traits.start + 10, LAST), np.minimum(traits.leave_day + 10, LAST)
    owner, day = series(draws, first, last, habits.complaints * 4)
    kept = habits.is_sour(owner, day) | draws.chance(250, len(owner))
    service = series(draws, first, last, np.full(len(traits), 2))
    named = ledger.credit_invoice >= 0
    disputed, note_day = ledger.credit_invoice[named], ledger.credit_day[named]
    begun = np.maximum(note_day - draws.between(2, 12, len(note_day)), ledger.issue_day[disputed])
    fails = np.flatnonzero(traits.fail_day + 20 <= LAST)
    # Its last invoice before the dispute; who was first invoiced after it disputes that one, on its day.
    moment = ledger.invoice_customer * (LAST + 1) + ledger.issue_day
    newest = np.searchsorted(moment, fails * (LAST + 1) + traits.fail_day[fails] + 20, side="right") - 1
    newest = np.maximum(newest, np.searchsorted(ledger.invoice_customer, fails))
    owes = np.append(ledger.invoice_customer, NONE)[newest] == fails
    fails, newest = fails[owes], newest[owes]
    fell_out = np.maximum(traits.fail_day[fails] + 20, ledger.issue_day[newest])
    parts = (
        (owner[kept], COMPLAINT, day[kept], NONE, NONE),
        (service[0], SERVICE, service[1], NONE, NONE),
        (ledger.credit_customer[named], DISPUTE, begun, disputed, note_day),
        (fails, DISPUTE, fell_out, newest, UNSETTLED),
    )
    columns = [[np.broadcast_to(np.asarray(cell), len(part[0])) for cell in part] for part in parts]
    whole = [np.concatenate(cells).astype(np.int64) for cells in zip(*columns, strict=True)]
    order = np.lexsort((whole[1], whole[2], whole[0]))
    return _Openings(*(column[order] for column in whole))
