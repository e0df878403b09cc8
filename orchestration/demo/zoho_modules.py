"""The CRM's wider modules as its API exports them: cases, activities, orders, consents and requests about data.

What Zoho has no field for is a custom field of the organisation.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from orchestration.demo import cases, consents, visits
from orchestration.demo.calendar import LAST, rate
from orchestration.demo.draws import each
from orchestration.demo.homes import BOOKS, ZOHO
from orchestration.demo.orders import CANCELLED, CLOSED
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    CRM_ACCOUNT,
    CRM_CASE,
    CRM_CONSENT,
    CRM_ORDER,
    CRM_REQUEST,
    CsvFile,
    api_time,
    crm_id,
    iso,
    millionths,
    moment,
    money,
)
from orchestration.demo.zoho_activities import HEADERS as ACTIVITIES
from orchestration.demo.zoho_activities import activities
from orchestration.demo.zoho_crm import contact_id, rep

HEADERS = {
    "Cases": "id,Owner.id,Owner,Case_Number,Subject,Account_Name.id,Account_Name,Related_To.id,Related_To,Status,"
    "Priority,Type,Case_Origin,Case_Reason,Created_Time,Modified_Time,First_Response_Time,Closed_Time,Reopened_Time,"
    "Reopen_Count,Resolution_Way,Resolution_Result,Disputed_Invoice_Number,Disputed_Amount,Currency,Description",
    "Sales_Orders": "id,Owner.id,Owner,SO_Number,Subject,Account_Name.id,Account_Name,Status,Due_Date,Sub_Total,"
    "Discount,Tax,Adjustment,Grand_Total,Currency,Exchange_Rate,Created_Time,Modified_Time,Order_Date,Delivered_Date,"
    "Delivered_Amount,Invoiced_Amount,Closed_Date,Reopened_Date,Description",
    "Consents": "id,Parent_Id.id,Parent_Id,Email,Data_Processing_Basis,Lawful_Reason,Consent_Date,Consent_Through,"
    "Consent_Remarks,Contact_Through_Email,Contact_Through_Phone,Contact_Through_Survey,Consent_Purpose,"
    "Withdrawn_Date,Consent_Expiry",
    "Data_Subject_Requests": "id,Request_Type,Parent_Id.id,Parent_Id,Request_Source,Requested_By,Requested_Date,"
    "Due_Date,Is_Closed,Closed_By,Closed_Date",
    **ACTIVITIES,
}
_TYPES = ("Complaint", "Dispute", "Question")
_PRIORITIES = ("Low", "Medium", "High", "Critical")
_ORIGINS = ("Phone", "Email", "Web", "WeChat")
REASONS = (
    ("Late delivery", "Quality", "Wrong item", "Service", "Invoice error"),
    ("Quality claim", "Price", "Short delivery", "Returned goods", "Contract terms"),
    ("Installation", "Documents", "Spare parts", "Training", "Warranty"),
)
# The last entry is for what has not come yet: -1.
_WAYS = ("Negotiation", "Mediation", "Arbitration", "Litigation", "")
_RESULTS = ("Resolved", "Compromised", "Won", "Lost", "Withdrawn", "Unresolved", "")
_REQUESTS = ("Access", "Rectify", "Delete", "Stop Processing", "Export", "Withdraw")
_PURPOSES = ("Marketing", "Care", "Survey")
_ANSWER_WITHIN = 30


class ModulesWriter:
    """Writes blocks into one file per module; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack, self._files = folder, ExitStack(), {}

    def __enter__(self) -> "ModulesWriter":
        for name, header in HEADERS.items():
            file = CsvFile(self._folder / f"{name}.csv", header.split(","))
            self._files[name] = self._stack.enter_context(file)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append what the CRM knows of one block."""
        self._files["Cases"].rows(_cases(scene))
        self._files["Sales_Orders"].rows(_orders(scene))
        self._files["Consents"].rows(_consents(scene))
        self._files["Data_Subject_Requests"].rows(_requests(scene))
        for name, kinds in (
            ("Calls", (visits.CALL,)),
            ("Events", (visits.MEETING, visits.VISIT)),
            ("Tasks", (visits.TASK, visits.MESSAGE)),
        ):
            self._files[name].rows(activities(scene, kinds))


def _state(case: Any) -> str:
    if case.resolved >= 0:
        return "Closed"
    if case.responded < 0:
        return "New"
    return "Escalated" if case.severity > 1 else "Open"


def _cases(scene: Scene) -> Iterator[list[str]]:
    numbers = scene.invoice_numbers(BOOKS)
    for case in each(scene.cases, scene.homes.within(ZOHO)):
        number, party = scene.number(case.customer), scene.parties[case.customer]
        reason = REASONS[case.kind][case.reason]
        disputed = money(case.disputed) if case.invoice >= 0 else ""
        yield [
            crm_id(CRM_CASE, number * 1000 + case.rank), *rep(scene, case.customer, case.opened // cases.MINUTES),
            f"CS{number + 1:05d}-{case.rank + 1:02d}", f"{reason} {_TYPES[case.kind].lower()}",
            crm_id(CRM_ACCOUNT, number), party.name, contact_id(number, 0), party.people[0].full_name, _state(case),
            _PRIORITIES[case.severity], _TYPES[case.kind], _ORIGINS[case.channel], reason, moment(case.opened),
            moment(max(case.opened, case.responded, case.resolved)), moment(case.responded), moment(case.resolved),
            moment(case.reopened), str(case.reopen_count), _WAYS[case.way], _RESULTS[case.result],
            numbers.get(case.invoice, ""), disputed, scene.currency(case.customer), "",
        ]  # fmt: skip


def _orders(scene: Scene) -> Iterator[list[str]]:
    rates = rate(scene.block.traits.currency[scene.orders.customer], scene.orders.order_day).tolist()
    for order in each(scene.orders, scene.homes.within(ZOHO)):
        number, party, day = scene.number(order.customer), scene.parties[order.customer], order.order_day
        shown = (
            "Delivered" if order.delivered == order.amount else "Created" if order.delivered else "Approved"
        )
        shown = {CLOSED: "Closed", CANCELLED: "Cancelled"}.get(order.status, shown)
        changed = min(max(day, order.delivered_day, order.closed_day, order.reopened_day), LAST)
        yield [
            crm_id(CRM_ORDER, number * 1000 + order.rank), *rep(scene, order.customer, day),
            f"SO-{number + 1:05d}-{order.rank + 1:02d}", "订单 order", crm_id(CRM_ACCOUNT, number), party.name, shown,
            iso(order.promised_day), money(order.amount), "0.00", "0.00", "0.00", money(order.amount),
            scene.currency(order.customer), millionths(rates[order.at]), api_time(day, order.at * 7),
            api_time(changed, order.at * 11), iso(day), iso(order.delivered_day), money(order.delivered),
            money(order.invoiced), iso(order.closed_day), iso(order.reopened_day), "",
        ]  # fmt: skip


def _consents(scene: Scene) -> Iterator[list[str]]:
    for consent in each(scene.consents, scene.homes.within(ZOHO)):
        number, everything = scene.number(consent.customer), consent.channel == consents.EVERY_CHANNEL
        person = scene.parties[consent.customer].people[consent.person]
        allowed = (
            everything or consent.channel == consents.EMAIL,
            everything or consent.channel == consents.PHONE,
        )
        yield [
            crm_id(CRM_CONSENT, number * 1000 + consent.rank), contact_id(number, consent.person), person.full_name,
            person.email, "Consent", "", iso(consent.given_day), ("Email", "Web form", "Paper")[consent.at % 3], "",
            *("true" if allows else "false" for allows in (*allowed, everything)), _PURPOSES[consent.purpose],
            iso(consent.withdrawn_day), iso(consent.expiry_day),
        ]  # fmt: skip


def _requests(scene: Scene) -> Iterator[list[str]]:
    for request in each(scene.requests, scene.homes.within(ZOHO)):
        number, closed = scene.number(request.customer), request.closed_day
        person = scene.parties[request.customer].people[request.person]
        yield [
            crm_id(CRM_REQUEST, number * 1000 + request.person), _REQUESTS[request.kind],
            contact_id(number, request.person), person.full_name, "Email", person.full_name,
            iso(request.received_day), iso(request.received_day + _ANSWER_WITHIN),
            "true" if closed >= 0 else "false", rep(scene, request.customer, closed)[1] if closed >= 0 else "",
            iso(closed),
        ]  # fmt: skip
