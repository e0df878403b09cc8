"""Contracts of one block and their milestones.

Two organisations of three trade under contracts of a year or two, renewed while they buy; half of them have signed a
confidentiality agreement besides. A contract lacks as many clauses as its customer's habit says. Every 45-110 days it
promises something: we deliver `slip` days late, give or take; they accept or pay as late as they pay invoices. A
contract is found in breach 60 days after the customer stopped paying (two in three), or 200 days after its start where
the customer pays badly (one in six), and ended when the customer leaves (half of them).
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import CONTRACTS, MILESTONES, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Draws, Flags, Ints, rank_within
from orchestration.demo.traits import CLASSES, Habits

FRAMEWORK, SALE, NDA = range(3)
DRAFT, ACTIVE, COMPLETED, TERMINATED = range(4)
DELIVERY, ACCEPTANCE, PAYMENT, SERVICE = range(4)
NONE = -1
CLAUSES = 6


@dataclass(frozen=True)
class Contracts:
    """One entry per contract, each customer's by start; `missing` are the clauses not in it, as bits."""

    customer: Ints
    kind: Ints
    status: Ints
    signed_day: Ints
    start_day: Ints
    end_day: Ints
    amount: Ints
    renews: Flags
    notice: Ints
    terminated_day: Ints
    breach_day: Ints
    missing: Ints


@dataclass(frozen=True)
class Milestones:
    """One entry per promise, each contract's by day; `contract` is a position in the contracts."""

    contract: Ints
    customer: Ints
    kind: Ints
    is_ours: Flags
    planned_day: Ints
    actual_day: Ints
    amount: Ints


def draw_contracts(block: Block, habits: Habits) -> Contracts:
    """Contracts of the block's customers."""
    traits, draws = block.traits, block.draws(CONTRACTS)
    everyone = np.arange(len(traits))
    signs = draws.chance(660, len(traits)) & ~traits.sole_trader
    term = draws.pick([365, 365, 365, 730], len(traits))
    counts = np.where(signs, (np.maximum(traits.end - traits.start, 1) + term - 1) // term, 0)
    trading = np.repeat(everyone, counts)
    confidential = np.flatnonzero(signs & draws.chance(500, len(traits)))
    customer = np.concatenate([trading, confidential])
    size = len(customer)
    is_nda = np.arange(size) >= len(trading)
    kind = np.where(is_nda, NDA, draws.pick([FRAMEWORK, FRAMEWORK, FRAMEWORK, SALE], size))
    place = np.concatenate([rank_within(trading), np.zeros(len(confidential), dtype=np.int64)])
    start = traits.start[customer] + place * term[customer]
    end = start + np.where(is_nda, 1_094, term[customer] - 1)
    order = np.lexsort((kind, start, customer))
    customer, kind, start, end = customer[order], kind[order], start[order], end[order]
    left = traits.leave_day[customer] + 10
    ended = draws.chance(500, size) & (left < np.minimum(end, LAST + 1))
    status = np.where(ended, TERMINATED, np.where(end < LAST, COMPLETED, ACTIVE))
    status = np.where((start > LAST - 25) & draws.chance(300, size), DRAFT, status)
    yearly = traits.size[customer] * 365 // traits.gap[customer]
    amount = (yearly * (end - start + 1) // 365 // 100_000 + 1) * 100_000
    return Contracts(
        customer=customer,
        kind=kind,
        status=status,
        signed_day=np.where(status == DRAFT, NONE, np.maximum(start - draws.between(3, 30, size), 0)),
        start_day=start,
        end_day=end,
        amount=np.where(kind == NDA, 0, amount),
        renews=draws.chance(400, size) & (kind == FRAMEWORK),
        notice=draws.pick([30, 30, 60, 90], size),
        terminated_day=np.where(ended, left, NONE),
        breach_day=_breaches(block, customer, kind, start, end, draws),
        missing=_missing(habits.clauses[customer], draws),
    )


def _breaches(block: Block, customer: Ints, kind: Ints, start: Ints, end: Ints, draws: Draws) -> Ints:
    traits, size = block.traits, len(customer)
    bad = (traits.discipline[customer] == CLASSES.index("bad")) & draws.chance(170, size)
    unpaid = np.where(draws.chance(670, size), traits.fail_day[customer] + 60, LAST + 1)
    day = np.where(unpaid <= LAST, unpaid, np.where(bad, start + 200, LAST + 1))
    found = (kind != NDA) & (day >= start) & (day <= np.minimum(end, LAST))
    return np.where(found, day, NONE)


def _missing(count: Ints, draws: Draws) -> Ints:
    """Choose `count` of the clauses of each contract, as bits."""
    bits, start = np.zeros(len(count), dtype=np.int64), draws.below(CLAUSES, len(count))
    for step in range(CLAUSES):
        bits |= np.where(step < count, 1 << ((start + step * 5) % CLAUSES), 0)
    return bits


def draw_milestones(block: Block, habits: Habits, signed: Contracts) -> Milestones:
    """What the contracts promise."""
    traits, draws = block.traits, block.draws(MILESTONES)
    promising = np.flatnonzero((signed.kind != NDA) & (signed.status != DRAFT))
    stop = np.where(signed.terminated_day >= 0, signed.terminated_day, signed.end_day)
    rhythm = draws.between(45, 110, len(promising))
    counts = np.maximum((stop - signed.start_day)[promising] // rhythm, 1)
    contract, rhythm, parts = (np.repeat(column, counts) for column in (promising, rhythm, counts))
    size, customer = len(contract), signed.customer[contract]
    planned = signed.start_day[contract] + (rank_within(contract) + 1) * rhythm - 5
    kind = draws.pick([DELIVERY] * 5 + [ACCEPTANCE, PAYMENT, PAYMENT, SERVICE], size)
    ours = (kind == DELIVERY) | (kind == SERVICE)
    late = np.where(ours, habits.slip[customer], np.maximum(traits.late_days[customer], -3))
    actual = planned + late + draws.between(-4, 4, size)
    never = ~ours & (actual >= traits.fail_day[customer])
    return Milestones(
        contract=contract,
        customer=customer,
        kind=kind,
        is_ours=ours,
        planned_day=planned,
        actual_day=np.where((actual > LAST) | never, NONE, actual),
        amount=np.where(kind == ACCEPTANCE, 0, signed.amount[contract] // parts),
    )
