"""The CRM's exports: Accounts and Contacts as the UI writes them, Deals with API names."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from orchestration.demo.block import CUSTOMERS_PER_BLOCK, PROSPECTS, Block
from orchestration.demo.calendar import CURRENCIES, FIRST_DAY, LAST, rate
from orchestration.demo.draws import Draws, each
from orchestration.demo.homes import ZOHO
from orchestration.demo.names import Party, draw_parties
from orchestration.demo.pipeline import OPEN_STAGES, REASONS, Deals, draw_prospect_deals
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    CRM_ACCOUNT,
    CRM_CONTACT,
    CRM_DEAL,
    CRM_USER,
    CsvFile,
    api_time,
    crm_id,
    iso,
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
REPS = ("周敏", "陈浩", "Grace Lin", "沈佳", "Tom Reed", "吴倩")
_SOURCES = ("Trade Show", "Web Download", "External Referral", "Cold Call", "")
_PRODUCTS = ("年度框架 annual frame", "轴承 bearings", "电缆 cables", "Valve retrofit", "备件 spare parts")


def contact_id(number: int, who: int) -> str:
    """Record id of a person of a customer."""
    return crm_id(CRM_CONTACT, number * 3 + who)


def rep(scene: Scene, customer: int, day: int) -> tuple[str, str]:
    """Id and name of the employee who owns an account on a day."""
    return _owner(scene.number(customer) + scene.handed_over(customer, day))


def _owner(number: int) -> tuple[str, str]:
    return crm_id(CRM_USER, number % len(REPS)), REPS[number % len(REPS)]


class CrmWriter:
    """Writes blocks into the three files of an export folder; use as a context manager."""

    def __init__(self, folder: Path, customers: int) -> None:
        self._folder, self._customers, self._stack, self._files = folder, customers, ExitStack(), {}
        self._deals = 0

    def __enter__(self) -> "CrmWriter":
        for name, header in _FILES.items():
            self._files[name] = self._stack.enter_context(CsvFile(self._folder / name, header))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append one block's accounts, contacts and deals, then its prospects."""
        shown = np.flatnonzero(scene.homes.within(ZOHO)).tolist()
        last = np.maximum(scene.visits.last_day(len(scene.parties)), scene.block.traits.start - 20).tolist()
        faces = [_known_face(scene, at, last[at]) for at in shown]
        self._files["Accounts.csv"].rows(_account(face) for face in faces)
        self._files["Contacts.csv"].rows(row for face in faces for row in _people(face))
        by_customer = dict(zip(shown, faces, strict=True))
        self._files["Deals.csv"].rows(self._deal_rows(scene.deals, by_customer, scene))
        self._write_prospects(scene.block, max(len(scene.parties) // 20, 1))

    def _write_prospects(self, block: Block, count: int) -> None:
        draws = Draws(block.seed, block.number, PROSPECTS, 1)
        first = self._customers + block.number * CUSTOMERS_PER_BLOCK // 20
        traits = draw_traits(draws, first, count)
        parties = draw_parties(draws, traits)
        deals = draw_prospect_deals(count, draws)
        faces = {}
        for at, party in enumerate(parties):
            day = int(deals.created[at * 2])
            currency = CURRENCIES[int(traits.currency[at])]
            faces[at] = Face(
                number=first + at,
                party=party,
                start=day,
                activity=min(day + 60, LAST),
                currency=currency,
                tax_id=party.tax_id,
                owner=_owner(first + at),
            )
        self._files["Accounts.csv"].rows(_account(face, kind="Prospect") for face in faces.values())
        self._files["Contacts.csv"].rows(row for face in faces.values() for row in _people(face))
        self._files["Deals.csv"].rows(self._deal_rows(deals, faces, None))

    def _deal_rows(self, deals: Deals, faces: dict[int, "Face"], scene: Scene | None) -> Iterator[list[str]]:
        for entry in each(deals):
            if entry.customer not in faces:  # unknown to this CRM
                continue
            face, deal = faces[entry.customer], self._deals
            self._deals += 1
            reason, changed = REASONS[entry.reason], min(entry.closing, LAST)
            lost = entry.is_closed and not entry.is_won
            lost_stage = "Closed Lost to Competition" if reason == "Lost to Competition" else "Closed Lost"
            stage = lost_stage if lost else "Closed Won" if entry.is_won else OPEN_STAGES[entry.stage]
            yield [
                crm_id(CRM_DEAL, deal), *(rep(scene, entry.customer, entry.created) if scene else face.owner),
                f"{_PRODUCTS[deal % len(_PRODUCTS)]} {deal + 1:05d}", crm_id(CRM_ACCOUNT, face.number),
                face.party.name, contact_id(face.number, 0), face.party.people[0].full_name, stage,
                money(entry.amount), "100" if entry.is_won else "0" if lost else "40", iso(entry.closing),
                "Existing Business", "Standard", _SOURCES[deal % len(_SOURCES)], reason if lost else "",
                face.currency, millionths(int(rate(CURRENCIES.index(face.currency), entry.created))),
                api_time(entry.created, deal * 7), api_time(changed, deal * 11), api_time(changed, deal * 11), "",
            ]  # fmt: skip


@dataclass(frozen=True)
class Face:
    """What the CRM shows of one customer or prospect; `sloppy`: permille of its fields left empty."""

    number: int
    party: Party
    start: int
    activity: int
    currency: str
    tax_id: str
    owner: tuple[str, str]
    parent: tuple[str, str] = ("", "")
    sloppy: int = 0

    def filled(self, field: int, text: str) -> str:
        """The text, or nothing where somebody did not fill the field."""
        return "" if (self.number * 7919 + field * 104_729) % 1_000 < self.sloppy else text


def _known_face(scene: Scene, at: int, last: int) -> Face:
    first, above = scene.block.first, scene.homes.parent_in(ZOHO, at)
    return Face(
        number=first + at,
        party=scene.parties[at],
        start=int(scene.block.traits.start[at]),
        activity=min(last, LAST),
        currency=scene.currency(at),
        tax_id=scene.homes.tax_id(ZOHO, at),
        owner=rep(scene, at, LAST),
        parent=(crm_id(CRM_ACCOUNT, first + above), scene.parties[above].name) if above >= 0 else ("", ""),
        sloppy=int(scene.habits.sloppy[at]),
    )


def _account(face: Face, kind: str = "Customer") -> list[str]:
    number, party, filled = face.number, face.party, face.filled
    return [
        crm_id(CRM_ACCOUNT, number), *face.owner, party.name, f"C{number + 1:05d}", kind, *face.parent,
        filled(1, party.industry), party.ownership,
        ("Active", "Acquired", "Market Failed", "")[3 if number % 3 else 0], "", filled(2, party.people[0].phone),
        filled(3, party.website), filled(4, party.street), filled(5, party.city), filled(5, party.state),
        filled(6, party.postcode), party.country, face.currency, face.tax_id, *_owner(number), *face.owner,
        local_time(max(face.start - 30, 0), number * 3), local_time(max(face.activity, 0), number * 5),
        local_time(max(face.activity, 0), number * 5), "",
    ]  # fmt: skip


def _people(face: Face) -> Iterator[list[str]]:
    party, activity = face.party, max(face.activity, 0)
    for who, person in enumerate(party.people):
        at = face.number * 3 + who
        born = (FIRST_DAY - timedelta(days=9_000 + at * 137 % 9_000)).isoformat() if at % 9 == 0 else ""
        yield [
            contact_id(face.number, who), *face.owner, person.first_name, person.last_name, person.full_name,
            crm_id(CRM_ACCOUNT, face.number), party.name, face.filled(10 + who, person.email), person.phone,
            face.filled(20 + who, person.mobile), face.filled(30 + who, person.title), "", born, party.street,
            party.city, party.state, party.postcode, party.country, "true" if at % 7 == 0 else "false",
            _SOURCES[at % len(_SOURCES)], local_time(face.start, at * 13), local_time(activity, at * 13),
            local_time(activity, at * 17), "",
        ]  # fmt: skip
