"""Fxiaoke's objects as its OpenAPI answers, one JSON object a line: customers, people, opportunities, follow-ups.

Amounts are strings, days and moments milliseconds at GMT+8, employees lists of one, absent means null. Options and
`__c` fields are this organisation's own; files_mapping.yml says what they mean.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from orchestration.demo import fxiaoke_money, fxiaoke_service, fxiaoke_terms
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import each
from orchestration.demo.fxiaoke_fields import Object, account_id, in_currency, kept, owned
from orchestration.demo.homes import BOOKS, ERPNEXT, FXIAOKE
from orchestration.demo.names import INDUSTRIES
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    BOOKS_CONTACT,
    FXIAOKE_CONTACT,
    FXIAOKE_DEAL,
    FXIAOKE_FINANCE,
    FXIAOKE_RECORD,
    JsonLines,
    books_id,
    erp_customer,
    fxiaoke_id,
    milliseconds,
    money,
)

OBJECTS = (
    "AccountObj", "AccountFinInfoObj", "ContactObj", "OpportunityObj", "NewOpportunityObj", "SalesOrderObj",
    "SalesOrderProductObj", "PaymentPlanObj", "PaymentObj", "OrderPaymentObj", "RefundObj",
    "ReturnedGoodsInvoiceObj", "ContractObj", "SaleContractObj", "CasesObj", "AppraiseObj", "ActiveRecordObj",
    "NewCustomerAccountObj", "MemberObj", "MemberIntegralDetailObj",
)  # fmt: skip
# Opaque option values of the organisation's own, as a tenant has them.
_INDUSTRY = {name: f"{at + 11}" for at, name in enumerate(INDUSTRIES)}
# Deals opened from the day of the move on are of the newer kind.
_NEW_KIND_FROM = 400
_OLD_DEAL = ("expected_deal_amount", "status", "expected_deal_closed_date")
_NEW_DEAL = ("amount", "sales_status", "close_date")


class FxiaokeWriter:
    """Writes blocks into one file per object; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack, self._files = folder, ExitStack(), {}

    def __enter__(self) -> "FxiaokeWriter":
        for name in OBJECTS:
            self._files[name] = self._stack.enter_context(JsonLines(self._folder / f"{name}.jsonl"))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append what Fxiaoke knows of one block."""
        self._files["AccountObj"].rows(_accounts(scene))
        self._files["AccountFinInfoObj"].rows(_titles(scene))
        self._files["ContactObj"].rows(_people(scene))
        for name in ("OpportunityObj", "NewOpportunityObj"):
            self._files[name].rows(_deals(scene, is_new=name == "NewOpportunityObj"))
        self._files["ActiveRecordObj"].rows(_records(scene))
        for part in (fxiaoke_money, fxiaoke_terms, fxiaoke_service):
            for name, objects in part.rows_of(scene).items():
                self._files[name].rows(objects)


def _accounts(scene: Scene) -> Iterator[Object]:
    homes, habits, traits = scene.homes, scene.habits, scene.block.traits
    last = np.maximum(scene.visits.last_day(len(traits)), traits.start - 20)
    for at in np.flatnonzero(homes.within(FXIAOKE)).tolist():
        number, party, above = scene.number(at), scene.parties[at], homes.parent_in(FXIAOKE, at)
        hands = scene.handed_over(at, LAST)
        handover = (habits.handover_day, habits.second_handover)[max(hands - 1, 0)]
        finance = books_id(BOOKS_CONTACT, number) if homes.within(BOOKS)[at] else None
        finance = finance or (erp_customer(number) if homes.within(ERPNEXT)[at] else None)
        bare = (number * 7919) % 1_000 < habits.sloppy[at]
        yield {
            "_id": account_id(scene, at),
            "name": party.name,
            "account_no": f"KH{number + 1:06d}",
            "account_type": "gT2x9kPa1" if party.is_sole_trader else "aQ7m3zLe4",
            "industry_level1": None if bare else _INDUSTRY[party.industry],
            "parent_account_id": account_id(scene, above) if above >= 0 else None,
            "erp_account_id__c": finance if homes.points_out(at) else None,
            "country": "248" if party.country == "China" else "999",
            "country__r": party.country,
            "tel": None if bare else party.people[0].mobile,
            "address": None if bare else party.street,
            **owned(scene, at, LAST),
            "relevant_team": [{"teamMemberEmployee": owned(scene, at, LAST)["owner"], "teamMemberRole": "1"}],
            "owner_modified_time": milliseconds(int(handover[at]), 600) if hands else None,
            "transfer_count": hands or None,
            "last_followed_time": milliseconds(min(max(int(last[at]), 0), LAST), 700),
            **kept(max(int(traits.start[at]) - 30, 0)),
        }


def _titles(scene: Scene) -> Iterator[Object]:
    for at in np.flatnonzero(scene.homes.within(FXIAOKE)).tolist():
        tax_id = scene.homes.tax_id(FXIAOKE, at)
        if tax_id:
            yield {
                "_id": fxiaoke_id(FXIAOKE_FINANCE, scene.number(at)),
                "name": scene.parties[at].name,
                "account_id": account_id(scene, at),
                "tax_id": tax_id,
                **kept(max(int(scene.block.traits.start[at]) - 30, 0)),
            }


def _people(scene: Scene) -> Iterator[Object]:
    for at in np.flatnonzero(scene.homes.within(FXIAOKE)).tolist():
        number = scene.number(at)
        for who, person in enumerate(scene.parties[at].people):
            bare = (number * 104_729 + who * 613) % 1_000 < scene.habits.sloppy[at]
            yield {
                "_id": fxiaoke_id(FXIAOKE_CONTACT, number * 3 + who),
                "name": person.full_name,
                "account_id": account_id(scene, at),
                "mobile1": person.mobile,
                "email": None if bare else person.email,
                "job_title": None if bare else person.title,
                **owned(scene, at, LAST),
                **kept(max(int(scene.block.traits.start[at]) - 20, 0)),
            }


def _deals(scene: Scene, is_new: bool) -> Iterator[Object]:
    for deal in each(scene.deals, scene.in_fxiaoke_only):
        if (deal.created >= _NEW_KIND_FROM) != is_new:
            continue
        number, state = scene.number(deal.customer), "1"
        if deal.is_closed:
            state = "2" if deal.is_won else "3"
        reason = f"Ls0{deal.reason + 1}" if state == "3" and is_new else None
        told = (money(deal.amount), state, milliseconds(deal.closing))
        yield {
            "_id": fxiaoke_id(FXIAOKE_DEAL, number * 1000 + deal.rank),
            "name": f"{scene.parties[deal.customer].city}项目 {number + 1:05d}-{deal.rank + 1:02d}",
            "account_id": account_id(scene, deal.customer),
            **dict(zip(_NEW_DEAL if is_new else _OLD_DEAL, told, strict=True)),
            "field_Lost1__c": reason,
            **in_currency(scene, deal.customer, deal.created),
            **owned(scene, deal.customer, deal.created),
            **kept(deal.created, min(deal.closing, LAST)),
        }


def _records(scene: Scene) -> Iterator[Object]:
    """Follow-ups; of customers of both CRMs every other one stands in Zoho."""
    alone = scene.in_fxiaoke_only
    for seen in each(scene.visits, scene.homes.within(FXIAOKE)):
        if not seen.took_place or not (alone[seen.customer] or seen.rank % 2):
            continue
        number = scene.number(seen.customer)
        who = seen.at % len(scene.parties[seen.customer].people)
        yield {
            "_id": fxiaoke_id(FXIAOKE_RECORD, number * 1000 + seen.rank),
            "active_record_type": str(seen.kind + 1),
            "field_Dir01__c": "1" if seen.is_inbound else "2",
            "related_object_data": [
                {"describe_api_name": "AccountObj", "id": account_id(scene, seen.customer)},
                {"describe_api_name": "ContactObj", "id": fxiaoke_id(FXIAOKE_CONTACT, number * 3 + who)},
            ],
            **owned(scene, seen.customer, seen.day),
            "life_status": "normal",
            "is_deleted": seen.at % 97 == 0,
            "create_time": milliseconds(seen.day, 540 + seen.minute),
        }
