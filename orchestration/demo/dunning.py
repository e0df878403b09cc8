"""Collection steps and write-offs of one block.

An issued invoice that is still open gets a reminder 12 days after its due date (kept for 120 days), a call at 30, a
letter at 60 and a legal notice at 120; in four calls of ten the customer promises to pay 10 days later. What is still
open 400 days after the due date is given up in three of five cases.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import LOSSES, STEPS, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Flags, Ints
from orchestration.demo.ledger import ISSUED

REMINDER, CALL, LETTER, NOTICE = range(4)
_AFTER = (12, 30, 60, 120)
_GIVEN_UP_AFTER, _REMINDERS_KEPT = 400, 120


@dataclass(frozen=True)
class Steps:
    """One entry per step by invoice and day; `invoice` is a position, `left` what was open on the day."""

    invoice: Ints
    customer: Ints
    kind: Ints
    day: Ints
    left: Ints
    promises: Flags


@dataclass(frozen=True)
class Losses:
    """One entry per invoice that was given up, with the amount."""

    invoice: Ints
    customer: Ints
    day: Ints
    amount: Ints


def open_on(block: Block, invoice: Ints, day: Ints) -> Ints:
    """What is open on invoices at the end of a day, one day per invoice named."""
    ledger = block.ledger
    left = np.where(ledger.status == ISSUED, ledger.total, 0)[invoice]
    asked = np.full(len(ledger.total) + 1, -1, dtype=np.int64)
    asked[invoice] = np.arange(len(invoice))
    for of, on, amount in (
        (ledger.applied_invoice, ledger.applied_day, ledger.applied + ledger.withheld),
        (ledger.credit_invoice, ledger.credit_day, ledger.credited),
    ):
        # Credit notes that name no invoice have -1 there: the last entry, which nobody asks for.
        place = asked[of]
        counts = (place >= 0) & (on <= np.append(day, 0)[place])
        np.subtract.at(left, place[counts], amount[counts])
    return left


def draw_steps(block: Block) -> Steps:
    """Collection steps for the block's invoices."""
    ledger, draws = block.ledger, block.draws(STEPS)
    steps = []
    for kind, after in enumerate(_AFTER):
        invoice = np.flatnonzero(ledger.due_day + after <= LAST)
        day = ledger.due_day[invoice] + after
        left = open_on(block, invoice, day)
        noted = (left > 0) & ((kind != REMINDER) | (day > LAST - _REMINDERS_KEPT))
        steps.append((invoice[noted], np.full(noted.sum(), kind), day[noted], left[noted]))
    invoice, kind, day, left = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.lexsort((kind, invoice))
    invoice, kind, day, left = invoice[order], kind[order], day[order], left[order]
    promises = (kind == CALL) & draws.chance(400, len(kind))
    return Steps(invoice, ledger.invoice_customer[invoice], kind, day, left, promises)


def draw_losses(block: Block) -> Losses:
    """Invoices of the block that were given up."""
    ledger, draws = block.ledger, block.draws(LOSSES)
    old = np.flatnonzero(ledger.due_day + _GIVEN_UP_AFTER <= LAST)
    left = ledger.balance()[old]
    lost = (left > 0) & draws.chance(600, len(old))
    invoice = old[lost]
    day = ledger.due_day[invoice] + _GIVEN_UP_AFTER
    return Losses(invoice, ledger.invoice_customer[invoice], day, left[lost])
