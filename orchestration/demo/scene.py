"""All that happens in one block, drawn once and only when a writer shows it."""

from functools import cached_property

import numpy as np

from orchestration.demo.alike import same_habits
from orchestration.demo.block import HABITS, Block
from orchestration.demo.calendar import CURRENCIES
from orchestration.demo.cases import Cases, draw_cases
from orchestration.demo.consents import Consents, Requests, draw_consents, draw_requests
from orchestration.demo.contracts import Contracts, Milestones, draw_contracts, draw_milestones
from orchestration.demo.draws import Flags, Ints, rank_within
from orchestration.demo.dunning import Losses, Steps, draw_losses, draw_steps
from orchestration.demo.homes import BOOKS, ERPNEXT, FXIAOKE, ZOHO, Homes, assign, kept_in, ledger_in
from orchestration.demo.ledger import Ledger
from orchestration.demo.loyalty import Care, Points, draw_care, draw_points, tiers
from orchestration.demo.names import Party
from orchestration.demo.orders import Orders, draw_orders
from orchestration.demo.pipeline import Deals, draw_deals
from orchestration.demo.ratings import Events, Reports, draw_events, draw_reports
from orchestration.demo.surveys import Surveys, draw_surveys
from orchestration.demo.text import on_day
from orchestration.demo.traits import Habits, draw_habits
from orchestration.demo.visits import Visits, draw_visits


def _invoice_name(system: int, number: int, year: int) -> str:
    """The number of an invoice in the style of the system that keeps it."""
    if system == BOOKS:
        return f"INV-{number:06d}"
    return f"ACC-SINV-{year}-{number:05d}" if system == ERPNEXT else f"HKJH{year}{number:06d}"


class Scene:
    """A block and everything drawn from it. Positions are those of `block.traits`; days count from the first day."""

    def __init__(self, block: Block) -> None:
        self.block = block

    @cached_property
    def parties(self) -> list[Party]:
        """Names and contacts."""
        return self.block.parties()

    @cached_property
    def people(self) -> Ints:
        """Number of contact persons of each customer."""
        return np.array([len(party.people) for party in self.parties], dtype=np.int64)

    @cached_property
    def habits(self) -> Habits:
        """Hidden traits of the relationship."""
        habits = draw_habits(self.block.draws(HABITS), self.block.traits)
        return same_habits(habits) if self.block.is_alike else habits

    @cached_property
    def homes(self) -> Homes:
        """Which systems know whom."""
        return assign(self.block, self.parties)

    @cached_property
    def in_fxiaoke_only(self) -> Flags:
        """Whom Fxiaoke alone looks after: what is kept of customers of both CRMs stands in Zoho."""
        return self.homes.within(FXIAOKE) & ~self.homes.within(ZOHO)

    def number(self, customer: int) -> int:
        """Number of a customer in the whole company."""
        return self.block.first + customer

    def currency(self, customer: int) -> str:
        """The currency a customer is billed in."""
        return CURRENCIES[int(self.block.traits.currency[customer])]

    @cached_property
    def _handovers(self) -> list[tuple[int, int]]:
        habits = self.habits
        return list(zip(habits.handover_day.tolist(), habits.second_handover.tolist(), strict=True))

    def handed_over(self, customer: int, day: int) -> int:
        """How often the account has changed hands by a day: 0, 1 or 2."""
        first, second = self._handovers[customer]
        return (day >= first) + (day >= second)

    def ledger_in(self, system: int) -> Ledger:
        """The documents that one system keeps."""
        return ledger_in(self.block, self.homes, system)

    def numbers_in(self, ledger: Ledger) -> list[int]:
        """Running numbers of the invoices of one system's ledger: they rise with the day inside a block."""
        numbers = np.empty(len(ledger.total), dtype=np.int64)
        numbers[np.lexsort((ledger.invoice_customer, ledger.issue_day))] = np.arange(len(ledger.total))
        return (numbers + self.block.first_invoice + 1).tolist()

    def invoice_numbers(self, system: int) -> dict[int, str]:
        """Position in the block's invoices -> number printed on it, of the invoices that one system keeps."""
        places = np.flatnonzero(kept_in(self.block, self.homes, system)).tolist()
        ledger = self.ledger_in(system)
        years = [on_day(day).year for day in ledger.issue_day.tolist()]
        numbered = zip(places, self.numbers_in(ledger), years, strict=True)
        return {place: _invoice_name(system, number, year) for place, number, year in numbered}

    @cached_property
    def contract_numbers(self) -> list[str]:
        """Numbers written on the contracts."""
        signed = self.contracts
        entries = zip(signed.customer, rank_within(signed.customer), signed.start_day, strict=True)
        return [
            f"HT{on_day(int(day)).year}-{self.number(int(customer)) + 1:06d}-{rank + 1:02d}"
            for customer, rank, day in entries
        ]

    @cached_property
    def deals(self) -> Deals:
        """Opportunities."""
        return draw_deals(self.block)

    @cached_property
    def visits(self) -> Visits:
        """Calls, meetings and tasks."""
        return draw_visits(self.block, self.habits)

    @cached_property
    def orders(self) -> Orders:
        """Sales orders."""
        return draw_orders(self.block, self.habits)

    @cached_property
    def cases(self) -> Cases:
        """Complaints, disputes and service requests."""
        return draw_cases(self.block, self.habits)

    @cached_property
    def contracts(self) -> Contracts:
        """Contracts."""
        return draw_contracts(self.block, self.habits)

    @cached_property
    def milestones(self) -> Milestones:
        """What contracts promise."""
        return draw_milestones(self.block, self.habits, self.contracts)

    @cached_property
    def surveys(self) -> Surveys:
        """Survey invitations and answers."""
        return draw_surveys(self.block, self.habits)

    @cached_property
    def plan_tiers(self) -> Ints:
        """Tier of each customer in the loyalty plan, -1: no member."""
        return tiers(self.block, self.habits)

    @cached_property
    def points(self) -> Points:
        """Loyalty points."""
        return draw_points(self.block, self.habits)

    @cached_property
    def care(self) -> Care:
        """Care contacts."""
        return draw_care(self.block, self.habits)

    @cached_property
    def consents(self) -> Consents:
        """Consents of persons."""
        return draw_consents(self.block, self.habits, self.people)

    @cached_property
    def requests(self) -> Requests:
        """Requests of persons about their data."""
        return draw_requests(self.block, self.habits, self.people)

    @cached_property
    def reports(self) -> Reports:
        """Bureau scores and ratios."""
        return draw_reports(self.block, self.habits)

    @cached_property
    def events(self) -> Events:
        """Court and register events."""
        return draw_events(self.block, self.habits)

    @cached_property
    def steps(self) -> Steps:
        """Collection steps."""
        return draw_steps(self.block)

    @cached_property
    def losses(self) -> Losses:
        """Write-offs."""
        return draw_losses(self.block)
