"""Which systems know a customer, and how they can tell that it is one customer.

The company sells from two houses: one works with Zoho CRM and Zoho Books, the other with Fxiaoke and ERPNext; some
customers cross, and a small branch keeps its receivables in Fxiaoke alone. A customer of both finance systems
was moved: what was issued before `moved_day` stayed in Zoho Books.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.demo.block import (
    EXTERNAL_ID,
    FINANCE_ONLY,
    HOMES,
    KEY_MAP,
    KEY_MAP_CUSTOMERS,
    NO_LINK,
    TAX_ID,
    Block,
)
from orchestration.demo.draws import Flags, Ints
from orchestration.demo.ledger import Ledger, part_of
from orchestration.demo.names import Party

ZOHO, FXIAOKE, BOOKS, ERPNEXT = 1, 2, 4, 8
CRMS, FINANCE = ZOHO | FXIAOKE, BOOKS | ERPNEXT

_KINDS = (
    [ZOHO | BOOKS] * 46 + [FXIAOKE | ERPNEXT] * 18 + [ZOHO | ERPNEXT] * 11 + [FXIAOKE | BOOKS] * 7
    + [FXIAOKE] * 9 + [CRMS | BOOKS] * 3 + [ZOHO | FINANCE] * 3 + [CRMS | ERPNEXT] * 2 + [FXIAOKE | FINANCE]
)  # fmt: skip
# What the five companies of a group live in: the first is the parent, the fourth belongs to the second.
_GROUP = (CRMS | BOOKS, ZOHO | BOOKS, FXIAOKE | ERPNEXT, ZOHO | ERPNEXT)
_GROUP_PARENT = (-1, 0, 0, 1)
_GROUP_STARTS_AT = 40
_PAIR_EVERY, _PAIR_PARENT = 23, 10


@dataclass(frozen=True)
class Homes:
    """One entry per customer of a block: systems as a sum of ZOHO, FXIAOKE, BOOKS, ERPNEXT."""

    systems: Ints
    links: Ints
    parent: Ints  # position of the parent in the block, -1: none
    moved_day: Ints  # day from which a customer of both finance systems is invoiced in ERPNext
    tax_ids: tuple[str, ...]

    def within(self, system: int) -> Flags:
        """Whether each customer is known to a system."""
        return (self.systems & system) != 0

    def finance_system(self, customer: Ints, day: Ints) -> Ints:
        """BOOKS, ERPNEXT or, where no finance system knows the customer, FXIAOKE, for documents of a day."""
        known = self.systems[customer] & FINANCE
        both = np.where(day < self.moved_day[customer], BOOKS, ERPNEXT)
        return np.where(known == FINANCE, both, np.where(known == 0, FXIAOKE, known))

    def parent_in(self, system: int, customer: int) -> int:
        """Position of the parent if both are known to the system, else -1."""
        parent = int(self.parent[customer])
        return parent if parent >= 0 and self.systems[parent] & self.systems[customer] & system else -1

    def tax_id(self, system: int, customer: int) -> str:
        """The tax id as a system keeps it: a CRM always, finance only where it is what joins them."""
        link = self.links[customer]
        if link == KEY_MAP:
            return ""
        return self.tax_ids[customer] if system & CRMS or link == TAX_ID else ""

    def points_out(self, customer: int) -> bool:
        """Whether an id of one system is kept in the other: by choice, or for want of a tax id."""
        link = self.links[customer]
        return bool(link == EXTERNAL_ID or (link == TAX_ID and not self.tax_ids[customer]))


def assign(block: Block, parties: list[Party]) -> Homes:
    """Give every customer of a block its systems and its place in a group."""
    draws, size = block.draws(HOMES), len(parties)
    tax_ids = tuple(party.tax_id for party in parties)
    systems, links = draws.pick(_KINDS, size), block.links()
    # Two systems of a kind, or Fxiaoke alone, need the tax id to be told as one.
    plain = np.array([not tax_id for tax_id in tax_ids]) | np.isin(links, (NO_LINK, FINANCE_ONLY, KEY_MAP))
    single = np.isin(systems, (ZOHO | BOOKS, FXIAOKE | ERPNEXT, ZOHO | ERPNEXT, FXIAOKE | BOOKS))
    systems = np.where(plain & ~single, ZOHO | BOOKS, systems)
    systems = np.where(links == KEY_MAP, ZOHO | BOOKS, systems)
    systems[block.traits.customer == KEY_MAP_CUSTOMERS[-1]] = FXIAOKE | ERPNEXT
    # Fxiaoke keeps the id of one finance system only.
    links = np.where(systems == FXIAOKE | FINANCE, TAX_ID, links)
    parent = np.full(size, -1, dtype=np.int64)
    places = np.arange(size)
    child = (places % _PAIR_EVERY == _PAIR_EVERY - 1) & ~block.traits.sole_trader
    parent[child] = places[child] - _PAIR_PARENT
    group = [
        at for at in range(_GROUP_STARTS_AT, size) if tax_ids[at] and not parties[at].is_sole_trader
        and links[at] in (TAX_ID, EXTERNAL_ID) and parent[at] < 0
    ][: len(_GROUP)]  # fmt: skip
    for rank, at in enumerate(group):
        systems[at], links[at] = _GROUP[rank], TAX_ID
        parent[at] = group[_GROUP_PARENT[rank]] if rank else -1
    systems = np.where(links == FINANCE_ONLY, systems & FINANCE, systems)
    return Homes(systems, links, parent, draws.between(500, 900, size), tax_ids)


def kept_in(block: Block, homes: Homes, system: int) -> Flags:
    """Which of a block's invoices a system keeps."""
    return homes.finance_system(block.ledger.invoice_customer, block.ledger.issue_day) == system


def ledger_in(block: Block, homes: Homes, system: int) -> Ledger:
    """The part of a block's ledger that one system keeps."""
    ledger = block.ledger
    credits_kept = homes.finance_system(ledger.credit_customer, ledger.credit_day) == system
    return part_of(ledger, kept_in(block, homes, system), credits_kept)
