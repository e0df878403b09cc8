"""One block of customers with everything the writers need; blocks are independent of each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from orchestration.demo.alike import same_traits
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Draws, Ints
from orchestration.demo.ledger import Ledger, simulate
from orchestration.demo.names import Party, draw_parties
from orchestration.demo.traits import Traits, draw_traits

CUSTOMERS_PER_BLOCK = 5_000
INVOICES_PER_CUSTOMER = 16

TAX_ID, EXTERNAL_ID, KEY_MAP, NO_LINK, FINANCE_ONLY = range(5)
"""How a customer's CRM account and its finance contact can be known as one."""

# Customers of the shipped demo that only rules/customer_key_map.csv joins; the last one lives in Fxiaoke and ERPNext.
KEY_MAP_CUSTOMERS = (7, 19, 31, 61)
TRAITS, TRADE, FACES, LINKS, DEALS, PROSPECTS = range(6)
# 9 is taken by the canonical files.
HOMES, HABITS, ORDERS, VISITS, CASES, CONTRACTS, MILESTONES, SURVEYS = range(10, 18)
POINTS, CARE, CONSENTS, REQUESTS, REPORTS, EVENTS, STEPS, LOSSES = range(18, 26)


@dataclass(frozen=True)
class Block:
    """Customers `first .. first + len(traits) - 1`; document numbers start after the ones of earlier blocks."""

    number: int
    seed: int
    first: int
    first_invoice: int
    traits: Traits
    ledger: Ledger
    credit_limit: Ints  # whole units of the customer's currency; 0: none
    is_alike: bool = False

    def draws(self, purpose: int) -> Draws:
        """A stream of its own for one purpose, so that adding a purpose moves no other."""
        return Draws(self.seed, self.number, purpose)

    def parties(self) -> list[Party]:
        """Names and contacts, drawn only by the writers that show them."""
        return draw_parties(self.draws(FACES), self.traits)

    def links(self) -> Ints:
        """TAX_ID .. FINANCE_ONLY per customer."""
        draws, size = self.draws(LINKS), len(self.traits)
        kind = draws.pick([TAX_ID] * 68 + [EXTERNAL_ID] * 28 + [NO_LINK] * 2 + [FINANCE_ONLY] * 2, size)
        mapped = np.isin(self.traits.customer, KEY_MAP_CUSTOMERS)
        return np.where(mapped, KEY_MAP, kind)


def _credit_limits(traits: Traits, invoices: Ints, draws: Draws) -> Ints:
    """About what the customer owes at its terms, 0.9 to 2 times over; none for one in eight."""
    days = np.maximum(traits.end - traits.start, 30)
    yearly = invoices * traits.size // 100 * 365 // days
    limit = yearly * (traits.terms + 20) // 365 * draws.between(90, 200, len(traits)) // 100
    rounded = np.maximum((limit + 9_999) // 10_000, 1) * 10_000
    return np.where(draws.chance(125, len(traits)), 0, rounded)


def blocks(customers: int, invoices: int, seed: int, *, alike: bool = False) -> Iterator[Block]:
    """Yield the company block by block; `invoices` in all, shared out by customers, then by rhythm.

    `alike` gives every customer the same traits.
    """
    for number, first in enumerate(range(0, customers, CUSTOMERS_PER_BLOCK)):
        size = min(CUSTOMERS_PER_BLOCK, customers - first)
        upto, before = invoices * (first + size) // customers, invoices * first // customers
        traits = draw_traits(Draws(seed, number, TRAITS), first, size)
        traits = same_traits(traits) if alike else traits
        trade = Draws(seed, number, TRADE)
        ledger = simulate(traits, upto - before, trade)
        counts = np.bincount(ledger.invoice_customer, minlength=size)
        limits = _credit_limits(traits, counts, trade)
        yield Block(number, seed, first, before, traits, ledger, limits, is_alike=alike)


def last_contact(block: Block, draws: Draws) -> Ints:
    """Day of the last activity sales noted: soon after the leave date, else within three weeks of the last day."""
    size = len(block.traits)
    return np.minimum(
        np.where(block.traits.leave_day <= LAST, block.traits.leave_day + 20, LAST) - draws.below(20, size),
        LAST,
    )
