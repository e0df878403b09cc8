"""The CRM's exports: Accounts and Contacts as the UI writes them, Deals with API names."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from orchestration.demo.block import (
    CUSTOMERS_PER_BLOCK,
    FINANCE_ONLY,
    KEY_MAP,
    PROSPECTS,
    TAX_ID,
    Block,
    last_contact,
)
from orchestration.demo.calendar import CURRENCIES, FIRST_DAY, LAST, rate
from orchestration.demo.draws import Draws
from orchestration.demo.names import Party, draw_parties
from orchestration.demo.pipeline import OPEN_STAGES, REASONS, Deals, draw_deals, draw_prospect_deals
from orchestration.demo.text import (
    CRM_ACCOUNT,
    CRM_CONTACT,
    CRM_DEAL,
    CRM_USER,
    CsvFile,
    api_time,
    crm_id,
    local_time,
    millionths,
    money,
)
from orchestration.demo.traits import draw_traits

ACCOUNTS = [
    "Record Id", "Account Owner.id", "Account Owner", "Account Name", "Account Number", "Account Type",
    "Parent Account.id", "Parent Account", "Industry", "Ownership", "Rating", "Annual Revenue", "Phone",
    "Website", "Billing Street", "Billing City", "Billing State", "Billing Code", "Billing Country",
    "Currency", "统一社会信用代码", "Created By.id", "Created By", "Modified By.id", "Modified By",
    "Created Time", "Modified Time", "Last Activity Time", "Description",
]  # fmt: skip
CONTACTS = [
    "Record Id", "Contact Owner.id", "Contact Owner", "First Name", "Last Name", "Full Name",
    "Account Name.id", "Account Name", "Email", "Phone", "Mobile", "Title", "Department", "Date of Birth",
    "Mailing Street", "Mailing City", "Mailing State", "Mailing Zip", "Mailing Country", "Email Opt Out",
    "Lead Source", "Created Time", "Modified Time", "Last Activity Time", "Description",
]  # fmt: skip
DEALS = [
    "id", "Owner.id", "Owner", "Deal_Name", "Account_Name.id", "Account_Name", "Contact_Name.id",
    "Contact_Name", "Stage", "Amount", "Probability", "Closing_Date", "Type", "Pipeline", "Lead_Source",
    "Reason_For_Loss__s", "Currency", "Exchange_Rate", "Created_Time", "Modified_Time",
    "Last_Activity_Time", "Description",
]  # fmt: skip
_FILES = {"Accounts.csv": ACCOUNTS, "Contacts.csv": CONTACTS, "Deals.csv": DEALS}
_REPS = ("周敏", "陈浩", "Grace Lin", "沈佳", "Tom Reed", "吴倩")
_SOURCES = ("Trade Show", "Web Download", "External Referral", "Cold Call", "")
_PRODUCTS = ("年度框架 annual frame", "轴承 bearings", "电缆 cables", "Valve retrofit", "备件 spare parts")
_GROUP_EVERY = 23


class CrmWriter:
    """Writes blocks into the three files of an export folder; use as a context manager."""

    def __init__(self, folder: Path, customers: int) -> None:
        self._folder, self._customers, self._stack, self._files = folder, customers, ExitStack(), {}
        self._contacts = self._deals = self._prospects = 0

    def __enter__(self) -> "CrmWriter":
        for name, header in _FILES.items():
            self._files[name] = self._stack.enter_context(CsvFile(self._folder / name, header))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, block: Block, parties: list[Party]) -> None:
        """Append one block's accounts, contacts and deals, then its prospects."""
        known = (block.links() != FINANCE_ONLY).tolist()
        activity = last_contact(block, block.draws(PROSPECTS)).tolist()
        starts, limits = block.traits.start.tolist(), block.links().tolist()
        currency = [CURRENCIES[at] for at in block.traits.currency.tolist()]
        shown = [at for at in range(len(parties)) if known[at]]
        ranks = {at: rank for rank, at in enumerate(shown)}
        names = [party.name for party in parties]
        self._files["Accounts.csv"].rows(
            _account(
                block.first + at,
                names,
                block.first,
                parties[at],
                starts[at],
                activity[at],
                currency[at],
                limits[at],
            )
            for at in shown
        )
        first_contact = self._contacts
        self._files["Contacts.csv"].rows(
            row
            for at in shown
            for row in self._people(block.first + at, parties[at], starts[at], activity[at])
        )
        firsts, upto = {}, first_contact
        for at in shown:
            firsts[at], upto = upto, upto + len(parties[at].people)
        deals = draw_deals(block)
        self._files["Deals.csv"].rows(
            row for row in self._deal_rows(deals, block.first, parties, firsts, currency) if row is not None
        )
        self._write_prospects(block, max(len(parties) // 20, 1) if ranks else 0)

    def _write_prospects(self, block: Block, count: int) -> None:
        draws = Draws(block.seed, block.number, PROSPECTS, 1)
        first = self._customers + block.number * CUSTOMERS_PER_BLOCK // 20
        traits = draw_traits(draws, first, count)
        parties = draw_parties(draws, traits)
        deals = draw_prospect_deals(count, draws)
        currency = [CURRENCIES[at] for at in traits.currency.tolist()]
        names = [party.name for party in parties]
        firsts, upto = {}, self._contacts
        for at, party in enumerate(parties):
            day = int(deals.created[at * 2])
            row = _account(first + at, names, first, party, day, min(day + 60, LAST), currency[at], TAX_ID)
            row[5], row[6], row[7] = "Prospect", "", ""
            self._files["Accounts.csv"].rows([row])
            self._files["Contacts.csv"].rows(list(self._people(first + at, party, day, min(day + 60, LAST))))
            firsts[at], upto = upto, upto + len(party.people)
        self._files["Deals.csv"].rows(
            row for row in self._deal_rows(deals, first, parties, firsts, currency) if row is not None
        )

    def _people(self, number: int, party: Party, start: int, activity: int) -> Iterator[list[str]]:
        for person in party.people:
            at = self._contacts
            self._contacts += 1
            born = (FIRST_DAY - timedelta(days=9_000 + at * 137 % 9_000)).isoformat() if at % 9 == 0 else ""
            yield [
                crm_id(CRM_CONTACT, at), crm_id(CRM_USER, number % len(_REPS)), _REPS[number % len(_REPS)],
                person.first_name, person.last_name, person.full_name, crm_id(CRM_ACCOUNT, number),
                party.name, person.email, person.phone, person.mobile, person.title, "", born, party.street,
                party.city, party.state, party.postcode, party.country, "true" if at % 7 == 0 else "false",
                _SOURCES[at % len(_SOURCES)], local_time(start, at * 13), local_time(activity, at * 13),
                local_time(activity, at * 17), "",
            ]  # fmt: skip

    def _deal_rows(
        self, deals: Deals, first: int, parties: list[Party], firsts: dict[int, int], currency: list[str]
    ) -> Iterator[list[str] | None]:
        for at, customer in enumerate(deals.customer.tolist()):
            if customer not in firsts:  # known to finance only
                continue
            number, deal, party = first + customer, self._deals, parties[customer]
            self._deals += 1
            created, closing, closed = (
                int(deals.created[at]),
                int(deals.closing[at]),
                bool(deals.is_closed[at]),
            )
            won, reason = bool(deals.is_won[at]), REASONS[int(deals.reason[at])]
            lost_stage = "Closed Lost to Competition" if reason == "Lost to Competition" else "Closed Lost"
            stage = OPEN_STAGES[int(deals.stage[at])] if not closed else "Closed Won" if won else lost_stage
            changed, code = min(closing, LAST), CURRENCIES.index(currency[customer])
            product = _PRODUCTS[deal % len(_PRODUCTS)]
            yield [
                crm_id(CRM_DEAL, deal), crm_id(CRM_USER, number % len(_REPS)), _REPS[number % len(_REPS)],
                f"{product} {deal + 1:05d}", crm_id(CRM_ACCOUNT, number), party.name,
                crm_id(CRM_CONTACT, firsts[customer]), party.people[0].full_name, stage,
                money(int(deals.amount[at])), "100" if won else "0" if closed else "40",
                (FIRST_DAY + timedelta(days=closing)).isoformat(), "Existing Business", "Standard",
                _SOURCES[deal % len(_SOURCES)], reason if closed and not won else "", currency[customer],
                millionths(int(rate(code, created))), api_time(created, deal * 7),
                api_time(changed, deal * 11), api_time(changed, deal * 11), "",
            ]  # fmt: skip


def _account(
    number: int,
    names: list[str],
    first: int,
    party: Party,
    start: int,
    activity: int,
    currency: str,
    link: int,
) -> list[str]:
    owner = number % len(_REPS)
    place = number - first
    # Every 23rd customer belongs to a group led by the one ten places before it.
    child = place % _GROUP_EVERY == _GROUP_EVERY - 1 and not party.is_sole_trader
    parent = (crm_id(CRM_ACCOUNT, number - 10), names[place - 10]) if child else ("", "")
    tax_id = "" if link == KEY_MAP else party.tax_id
    rep = (crm_id(CRM_USER, owner), _REPS[owner])
    return [
        crm_id(CRM_ACCOUNT, number), *rep, party.name, f"C{number + 1:05d}", "Customer", *parent,
        party.industry, party.ownership,
        ("Active", "Acquired", "Market Failed", "")[3 if number % 3 else 0], "", party.people[0].phone,
        party.website, party.street, party.city, party.state, party.postcode, party.country, currency,
        tax_id, *rep, *rep, local_time(max(start - 30, 0), number * 3), local_time(activity, number * 5),
        local_time(activity, number * 5), "",
    ]  # fmt: skip
