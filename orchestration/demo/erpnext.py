"""ERPNext's doctypes as its API exports them, one CSV each, child tables as files of their own.

The payment ledger tells every movement of what a customer owes; payments, journal entries and returns stand beside it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from orchestration.demo.calendar import LAST, rate
from orchestration.demo.draws import each
from orchestration.demo.dunning import LETTER, NOTICE
from orchestration.demo.erpnext_ledger import LedgerRows
from orchestration.demo.homes import ERPNEXT, ZOHO
from orchestration.demo.loyalty import EARNED, EXPIRED, LIFETIME, TIERS
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    CRM_ACCOUNT,
    CsvFile,
    crm_id,
    erp_customer,
    iso,
    local_time,
    millionths,
    money,
)

COMPANY = "德信贸易"
PROGRAM = "合作伙伴积分"
HEADERS = {
    "Customer": "name,customer_name,customer_type,customer_group,territory,industry,tax_id,default_currency,"
    "payment_terms,custom_crm_account_id,custom_parent_customer,loyalty_program,loyalty_program_tier,is_frozen,"
    "disabled,mobile_no,email_id,creation,modified",
    "Customer Credit Limit": "name,parent,parenttype,company,credit_limit,bypass_credit_limit_check",
    "Sales Invoice": "name,customer,company,posting_date,due_date,currency,conversion_rate,grand_total,"
    "outstanding_amount,write_off_amount,is_return,return_against,docstatus,status,modified",
    "Payment Entry": "name,payment_type,posting_date,company,party_type,party,paid_amount,received_amount,"
    "paid_from_account_currency,source_exchange_rate,total_allocated_amount,unallocated_amount,mode_of_payment,"
    "reference_no,docstatus,status,modified",
    "Payment Entry Reference": "name,parent,reference_doctype,reference_name,total_amount,allocated_amount,"
    "exchange_rate",
    "Payment Ledger Entry": "name,posting_date,company,account_type,party_type,party,due_date,voucher_type,voucher_no,"
    "against_voucher_type,against_voucher_no,amount,account_currency,amount_in_account_currency,delinked",
    "Journal Entry": "name,voucher_type,posting_date,company,total_debit,docstatus,user_remark",
    "Dunning": "name,customer,company,posting_date,dunning_type,sales_invoice,outstanding,overdue_days,currency,"
    "conversion_rate,dunning_fee,docstatus,status",
    "Loyalty Point Entry": "name,customer,loyalty_program,loyalty_program_tier,invoice_type,invoice,redeem_against,"
    "loyalty_points,purchase_amount,posting_date,expiry_date,company",
}


class ErpWriter:
    """Writes blocks into the doctypes' files; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack, self._files = folder, ExitStack(), {}
        self._rows = LedgerRows(COMPANY)

    def __enter__(self) -> "ErpWriter":
        for name, header in HEADERS.items():
            file = CsvFile(self._folder / f"{name}.csv", header.split(","))
            self._files[name] = self._stack.enter_context(file)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append what ERPNext knows of one block."""
        self._files["Customer"].rows(_customers(scene))
        self._files["Customer Credit Limit"].rows(_limits(scene))
        for name, rows in self._rows.of(scene).items():
            self._files[name].rows(rows)
        self._files["Dunning"].rows(_dunnings(scene))
        self._files["Loyalty Point Entry"].rows(_points(scene))


def _customers(scene: Scene) -> Iterator[list[str]]:
    traits, homes = scene.block.traits, scene.homes
    for at in np.flatnonzero(homes.within(ERPNEXT)).tolist():
        number, party, person = scene.number(at), scene.parties[at], scene.parties[at].people[0]
        above, tier = homes.parent_in(ERPNEXT, at), int(scene.plan_tiers[at])
        linked = homes.points_out(at) and homes.within(ZOHO)[at]
        created = local_time(max(int(traits.start[at]) - 3, 0), number * 11)
        yield [
            erp_customer(number), party.name, "Individual" if party.is_sole_trader else "Company",
            "Individual" if party.is_sole_trader else "Commercial", party.country, party.industry,
            homes.tax_id(ERPNEXT, at), scene.currency(at), f"Net {int(traits.terms[at])}",
            crm_id(CRM_ACCOUNT, number, prefix=False) if linked else "",
            erp_customer(scene.number(above)) if above >= 0 else "", PROGRAM if tier >= 0 else "",
            TIERS[tier] if tier >= 0 else "", "1" if traits.fail_day[at] + 200 < LAST else "0", "0",
            person.mobile, person.email, created, created,
        ]  # fmt: skip


def _limits(scene: Scene) -> Iterator[list[str]]:
    """Limits in the company's currency."""
    limits = scene.block.credit_limit
    yuan = limits * rate(scene.block.traits.currency, np.full(len(limits), LAST)) // 1_000_000
    for at in np.flatnonzero(scene.homes.within(ERPNEXT) & (limits > 0)).tolist():
        number = scene.number(at)
        yield [f"{number:010x}", erp_customer(number), "Customer", COMPANY, f"{int(yuan[at])}.00", "0"]


def _dunnings(scene: Scene) -> Iterator[list[str]]:
    ledger, numbers = scene.block.ledger, scene.invoice_numbers(ERPNEXT)
    balance = ledger.balance()
    for step in each(scene.steps):
        if step.invoice not in numbers or step.kind < LETTER:
            continue
        number = (scene.block.first_invoice + step.invoice) * 2 + (step.kind == NOTICE)
        worth = rate(scene.block.traits.currency[step.customer], np.int64(step.day))
        yield [
            f"DUNN-{iso(step.day)[:4]}-{number:06d}", erp_customer(scene.number(step.customer)), COMPANY,
            iso(step.day), "律师函 Final Notice" if step.kind == NOTICE else "催款函 Second Notice",
            numbers[step.invoice], money(step.left), str(step.day - int(ledger.due_day[step.invoice])),
            scene.currency(step.customer), millionths(int(worth)), "0.00", "1",
            "Unresolved" if balance[step.invoice] else "Resolved",
        ]  # fmt: skip


def _points(scene: Scene) -> Iterator[list[str]]:
    for entry in each(scene.points, scene.homes.within(ERPNEXT)):
        if entry.kind == EXPIRED:  # ERPNext lets points expire without an entry
            continue
        number, is_earned = scene.number(entry.customer), entry.kind == EARNED
        lot = f"{number:06x}{entry.lot:02x}"
        points, tier = (
            entry.points if is_earned else -entry.points,
            TIERS[int(scene.plan_tiers[entry.customer])],
        )
        yield [
            f"{lot}00" if is_earned else f"{lot}{entry.day:03x}", erp_customer(number), PROGRAM, tier,
            "Sales Invoice" if is_earned else "", "", "" if is_earned else f"{lot}00", str(points),
            f"{points * 50}.00" if is_earned else "0.00", iso(entry.day),
            iso(entry.day + LIFETIME) if is_earned else "", COMPANY,
        ]  # fmt: skip
