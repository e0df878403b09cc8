"""Deals of one block: what sales sees of the same traits.

A customer gets a deal about every 290 days of trade, closed 15-80 days after it was opened. Three in ten are lost, of
those a leaver opens in its last 90 days nine in ten. Prospects (one for twenty customers) have an account and deals
but never bought.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import DEALS, Block
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Draws, Flags, Ints

OPEN_STAGES = (
    "Qualification", "Needs Analysis", "Value Proposition", "Id. Decision Makers", "Proposal/Price Quote",
    "Negotiation/Review",
)  # fmt: skip
REASONS = ("Price", "Lost to Competition", "No Budget", "Service Quality", "Delivery Time")


@dataclass(frozen=True)
class Deals:
    """One entry per deal; `customer` is a position in the block, days since the first day, amount in cents."""

    customer: Ints
    created: Ints
    closing: Ints
    is_closed: Flags
    is_won: Flags
    amount: Ints
    stage: Ints
    reason: Ints


def draw_deals(block: Block) -> Deals:
    """Deals of the block's customers, each customer's by day of creation."""
    traits, draws = block.traits, block.draws(DEALS)
    counts = 2 + np.maximum(traits.end - traits.start, 0) // 290
    return _deals(
        np.repeat(np.arange(len(traits)), counts),
        traits.start,
        traits.end,
        traits.leave_day,
        traits.size,
        draws,
    )


def draw_prospect_deals(count: int, draws: Draws) -> Deals:
    """Two deals for each of `count` prospects, positions 0 .. count - 1."""
    start = draws.below(900, count)
    never = np.full(count, 10**6, dtype=np.int64)
    return _deals(
        np.repeat(np.arange(count), 2),
        start,
        np.full(count, LAST),
        never,
        draws.between(500_000, 4_000_000, count),
        draws,
    )


def _deals(owner: Ints, start: Ints, end: Ints, leave: Ints, size: Ints, draws: Draws) -> Deals:
    number = len(owner)
    span = np.maximum(end - start, 30)
    created = np.clip(start[owner] - 40 + draws.below(span[owner] + 40, number), 0, LAST - 1)
    order = np.lexsort((created, owner))
    owner, created = owner[order], created[order]
    closing = created + draws.between(15, 80, number)
    leaving = (leave[owner] - created < 90) & (leave[owner] <= LAST)
    won = ~draws.chance(np.where(leaving, 900, 300), number)
    closed = closing <= LAST
    return Deals(
        customer=owner,
        created=created,
        closing=closing,
        is_closed=closed,
        is_won=won & closed,
        amount=size[owner] * draws.between(2, 8, number),
        stage=draws.below(len(OPEN_STAGES), number),
        reason=draws.below(len(REASONS), number),
    )
