"""The demo company's receivables: what its customers' traits make of three years of trade.

An invoice is issued on the customer's own rhythm (gaps are sums of three exponentials, so regular but not
clockwork), due after the customer's terms, and meets the ways of its customer:
- paid `late_days + drift x years + noise` days after the due date (noise: exponential of mean
  4 + |late_days| / 2, less that mean), never before the day after issue, on the customer's weekday if it has
  one, after the Spring Festival fortnight;
- in two parts for `partial` of them (30-70 % first, the rest 10-70 days later); `unpaid` of them and all that
  would be paid from `fail_day` on are never paid;
- disputed for `dispute` of them: a credit note of 10-60 % (one in ten: the whole) 5-35 days after issue, the rest
  paid 20-45 days later than otherwise; one credit note in eight names no invoice and stays unused;
- 0.7 % void; a tenth of the last week's still draft.
Applications of one customer on one day are one receipt; 1.5 % of receipts bring 2-30 % more than is applied.
Money is whole fen or cents of the customer's currency, days are counted from the first day.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.calendar import LAST, after_festival
from orchestration.demo.draws import Draws, Flags, Ints
from orchestration.demo.traits import Traits, spread

ISSUED, DRAFT, VOID = 0, 1, 2


@dataclass(frozen=True)
class Ledger:
    """Documents of a block. `*_customer` are positions in `traits`, `*_invoice` positions in the invoices."""

    traits: Traits
    invoice_customer: Ints
    issue_day: Ints
    due_day: Ints
    total: Ints
    status: Ints
    applied_invoice: Ints
    applied_receipt: Ints
    applied_day: Ints
    applied: Ints
    withheld: Ints
    receipt_customer: Ints
    receipt_day: Ints
    received: Ints
    unused: Ints
    credit_customer: Ints
    credit_invoice: Ints  # -1: names none
    credit_day: Ints
    credited: Ints

    def balance(self) -> Ints:
        """What is open on each invoice on the last day; 0 for void and draft."""
        left = np.where(self.status == ISSUED, self.total, 0)
        np.subtract.at(left, self.applied_invoice, self.applied + self.withheld)
        named = self.credit_invoice >= 0
        np.subtract.at(left, self.credit_invoice[named], self.credited[named])
        return left


def invoice_counts(traits: Traits, invoices: int) -> Ints:
    """Share a number of invoices out by rhythm and time as a customer; the counts sum to it."""
    weight = np.maximum(traits.end - traits.start, 1) * 1000 // traits.gap
    upto = np.cumsum(weight) * invoices // weight.sum()
    return np.diff(upto, prepend=0)


def _issue_days(traits: Traits, counts: Ints, draws: Draws) -> Ints:
    """Issue dates, customer after customer, each customer's ascending."""
    owner = np.repeat(np.arange(len(traits)), counts + 1)
    first = np.repeat(np.cumsum(counts + 1) - (counts + 1), counts + 1)
    place = np.arange(len(owner)) - first
    gap = sum(draws.exponential(1000, len(owner)) for _ in range(3)) + 200
    fading = 100 + 200 * place * place // np.maximum(counts[owner] * counts[owner], 1)
    gap = np.where(traits.fade[owner], gap * fading // 100, gap)
    total = np.cumsum(gap)
    before = total[first] - gap[first]
    last = np.repeat(np.cumsum(counts + 1) - 1, counts + 1)
    span = traits.end - traits.start
    day = traits.start[owner] + (total - before) * span[owner] // np.maximum(total[last] - before, 1)
    return day[place < counts[owner]]


def _payment_days(traits: Traits, owner: Ints, due: Ints, issue: Ints, disputed: Flags, draws: Draws) -> Ints:
    late = traits.late_days[owner] + traits.drift[owner] * issue // 365
    mean = 4 + np.abs(traits.late_days[owner]) // 2
    late += draws.exponential(mean, len(owner)) - mean
    late += np.where(disputed, draws.between(20, 45, len(owner)), 0)
    return np.maximum(due + late, issue + 1)


def _settle_day(traits: Traits, owner: Ints, day: Ints) -> Ints:
    """The day money really moves: after the festival, on the customer's weekday (day 0 is a Saturday)."""
    day = after_festival(day)
    return np.where(traits.run[owner], day + (traits.weekday[owner] + 2 - day) % 7, day)


def simulate(traits: Traits, invoices: int, draws: Draws) -> Ledger:
    """Trade `invoices` invoices of a block of customers up to the last day."""
    counts = invoice_counts(traits, invoices)
    owner = np.repeat(np.arange(len(traits)), counts)
    size = len(owner)
    issue = _issue_days(traits, counts, draws)
    due = issue + traits.terms[owner]
    total = np.maximum(spread(traits.size[owner], draws), 2_000)
    status = np.where(draws.chance(7, size), VOID, ISSUED)
    status = np.where((issue > LAST - 7) & draws.chance(100, size), DRAFT, status)
    issued = status == ISSUED

    disputed = draws.chance(traits.dispute[owner], size) & issued
    credit_day = issue + draws.between(5, 35, size)
    share = np.where(draws.chance(100, size), 100, draws.between(10, 60, size))
    credited = np.where(disputed & (credit_day <= LAST), total * share // 100, 0)
    named = ~draws.chance(125, size)
    owed = total - np.where(named, credited, 0)

    pay = _payment_days(traits, owner, due, issue, disputed, draws)
    unpaid = draws.chance(traits.unpaid[owner], size) | (pay >= traits.fail_day[owner]) | ~issued
    in_parts = draws.chance(traits.partial[owner], size)
    part = np.where(in_parts, owed * draws.between(30, 70, size) // 100, owed)
    rest_day = pay + draws.between(10, 70, size)
    rest = np.where(rest_day >= traits.fail_day[owner], 0, owed - part)

    at = np.concatenate([np.arange(size)] * 2)
    day = np.concatenate([_settle_day(traits, owner, pay), _settle_day(traits, owner, rest_day)])
    amount = np.concatenate([np.where(unpaid, 0, part), np.where(unpaid, 0, rest)])
    keep = (amount > 0) & (day <= LAST)
    at, day, amount = at[keep], day[keep], amount[keep]
    withheld = np.where(traits.withholds[owner[at]], amount * 5 // 100, 0)
    key = owner[at] * 4096 + day
    order = np.argsort(key * (size + 1) + at, kind="stable")
    at, day, amount, withheld, key = (
        at[order],
        day[order],
        amount[order] - withheld[order],
        withheld[order],
        key[order],
    )
    receipt, receipt_of = np.unique(key, return_inverse=True)
    sums = np.zeros(len(receipt), dtype=np.int64)
    np.add.at(sums, receipt_of, amount)
    over = draws.chance(15, len(receipt)) * (sums * draws.between(2, 30, len(receipt)) // 100)

    noted = credited > 0
    return Ledger(
        traits=traits,
        invoice_customer=owner,
        issue_day=issue,
        due_day=due,
        total=total,
        status=status,
        applied_invoice=at,
        applied_receipt=receipt_of,
        applied_day=day,
        applied=amount,
        withheld=withheld,
        receipt_customer=receipt >> 12,
        receipt_day=receipt & 4095,
        received=sums + over,
        unused=over,
        credit_customer=owner[noted],
        credit_invoice=np.where(named, np.arange(size), -1)[noted],
        credit_day=credit_day[noted],
        credited=credited[noted],
    )


def part_of(ledger: Ledger, kept: Flags, credits_kept: Flags) -> Ledger:
    """The invoices marked in `kept` with what was paid on them; credit notes without an invoice by `credits_kept`.

    A receipt that pays invoices of both parts is two receipts; what it brought too much stays with the first line.
    """
    place = np.where(kept, np.cumsum(kept) - 1, -1)
    line = kept[ledger.applied_invoice]
    receipts, receipt_of = np.unique(ledger.applied_receipt[line], return_inverse=True)
    first_line = np.searchsorted(ledger.applied_receipt, receipts)
    unused = np.where(line[first_line], ledger.unused[receipts], 0)
    received = np.zeros(len(receipts), dtype=np.int64)
    np.add.at(received, receipt_of, ledger.applied[line])
    names = ledger.credit_invoice >= 0
    credit = np.where(names, kept[np.maximum(ledger.credit_invoice, 0)], credits_kept)
    credit_invoice = np.where(names, place[np.maximum(ledger.credit_invoice, 0)], -1)
    return Ledger(
        traits=ledger.traits,
        invoice_customer=ledger.invoice_customer[kept],
        issue_day=ledger.issue_day[kept],
        due_day=ledger.due_day[kept],
        total=ledger.total[kept],
        status=ledger.status[kept],
        applied_invoice=place[ledger.applied_invoice[line]],
        applied_receipt=receipt_of,
        applied_day=ledger.applied_day[line],
        applied=ledger.applied[line],
        withheld=ledger.withheld[line],
        receipt_customer=ledger.receipt_customer[receipts],
        receipt_day=ledger.receipt_day[receipts],
        received=received + unused,
        unused=unused,
        credit_customer=ledger.credit_customer[credit],
        credit_invoice=credit_invoice[credit],
        credit_day=ledger.credit_day[credit],
        credited=ledger.credited[credit],
    )
