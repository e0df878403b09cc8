"""The finance system's backup: Contacts, Invoice (one row per line), Customer_Payment (one row per payment and
invoice, and one without invoice for what is unused), Credit_Note."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from orchestration.demo.calendar import CURRENCIES, ISO, LAST, LAST_DAY, rate
from orchestration.demo.homes import BOOKS, ZOHO
from orchestration.demo.ledger import DRAFT, VOID, Ledger
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    BOOKS_APPLICATION,
    BOOKS_CONTACT,
    BOOKS_CREDIT,
    BOOKS_INVOICE,
    BOOKS_PAYMENT,
    CRM_ACCOUNT,
    CsvFile,
    books_id,
    crm_id,
    local_time,
    millionths,
    money,
)

CONTACTS = [
    "Contact ID", "Contact Name", "Display Name", "Company Name", "Contact Type", "Customer Sub Type",
    "Status", "Currency Code", "Payment Terms", "Payment Terms Label", "Credit Limit", "Opening Balance",
    "EmailID", "Phone", "MobilePhone", "Billing Address", "Billing Street2", "Billing City",
    "Billing State", "Billing Country", "Billing Code", "CF.统一社会信用代码", "CF.CRM Account ID", "Notes",
    "Created Time", "Last Modified Time",
]  # fmt: skip
INVOICE = [
    "Invoice Date", "Invoice ID", "Invoice Number", "Invoice Status", "Customer ID", "Customer Name",
    "Due Date", "PurchaseOrder", "Currency Code", "Exchange Rate", "SubTotal", "Total", "Balance",
    "Expected Payment Date", "Payment Terms", "Payment Terms Label", "Notes", "Item Name", "Quantity",
    "Item Price", "Item Total", "Item Tax", "Item Tax %", "Item Tax Amount",
]  # fmt: skip
PAYMENT = [
    "Payment Number", "CustomerPayment ID", "Mode", "CustomerID", "Customer Name", "Description",
    "Exchange Rate", "Amount", "Unused Amount", "Bank Charges", "Reference Number", "Currency Code",
    "Payment Type", "Date", "Created Time", "Deposit To", "Payment Status", "InvoicePayment ID",
    "Amount Applied to Invoice", "Invoice Payment Applied Date", "Withholding Tax Amount", "Invoice Number",
    "Invoice Date",
]  # fmt: skip
CREDIT_NOTE = [
    "Credit Note Date", "CreditNotes ID", "Credit Note Number", "Credit Note Status", "Customer ID",
    "Customer Name", "Currency Code", "Exchange Rate", "SubTotal", "Total", "Balance",
    "Associated Invoice Number", "Associated Invoice Date", "Reference#", "Notes", "Item Name", "Quantity",
    "Item Price", "Item Total",
]  # fmt: skip
_FILES = {
    "Contacts.csv": CONTACTS,
    "Invoice.csv": INVOICE,
    "Customer_Payment.csv": PAYMENT,
    "Credit_Note.csv": CREDIT_NOTE,
}
_ITEMS = (
    "轴承 6204",
    "Hex bolt M8",
    "电缆 3x2.5",
    "Valve DN50",
    "不锈钢板 2mm",
    "Filter insert",
    "LED 灯带",
    "Packing set",
)
_MODES = ("Bank Transfer", "Bank Transfer", "Bank Transfer", "支付宝", "承兑汇票")


class BooksWriter:
    """Writes blocks into the four files of a backup folder; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack, self._files = folder, ExitStack(), {}
        self._payments = self._applications = self._credits = 0

    def __enter__(self) -> "BooksWriter":
        for name, header in _FILES.items():
            self._files[name] = self._stack.enter_context(CsvFile(self._folder / name, header))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append one block's contacts, invoices, payments and credit notes."""
        ledger = scene.ledger_in(BOOKS)
        numbers = scene.numbers_in(ledger)
        self._files["Contacts.csv"].rows(_contacts(scene))
        self._files["Invoice.csv"].rows(_invoices(scene, ledger, numbers))
        self._files["Customer_Payment.csv"].rows(self._payment_rows(scene, ledger, numbers))
        self._files["Credit_Note.csv"].rows(self._credit_rows(scene, ledger, numbers))
        self._payments += len(ledger.received)
        self._applications += len(ledger.applied)
        self._credits += len(ledger.credited)

    def _payment_rows(self, scene: Scene, ledger: Ledger, numbers: list[int]) -> Iterator[list[str]]:
        block = scene.block
        rates = rate(block.traits.currency[ledger.receipt_customer], ledger.receipt_day)
        starts = np.searchsorted(ledger.applied_receipt, np.arange(len(ledger.received) + 1)).tolist()
        # Written by day, as the system lists them; numbers follow the same order.
        order = np.lexsort((ledger.receipt_customer, ledger.receipt_day)).tolist()
        for place, receipt in enumerate(order):
            customer, day = int(ledger.receipt_customer[receipt]), int(ledger.receipt_day[receipt])
            number = self._payments + place
            head = [
                str(number + 1), books_id(BOOKS_PAYMENT, number), _MODES[(customer + day) % len(_MODES)],
                books_id(BOOKS_CONTACT, block.first + customer), scene.parties[customer].name, "",
                millionths(int(rates[receipt])), money(int(ledger.received[receipt])),
                money(int(ledger.unused[receipt])), "0.00", f"TT{number * 7919 % 10**8:08d}",
                CURRENCIES[int(block.traits.currency[customer])], "Invoice Payment", ISO[day],
                local_time(day, number * 37), "招商银行", "Paid",
            ]  # fmt: skip
            for line in range(starts[receipt], starts[receipt + 1]):
                invoice = int(ledger.applied_invoice[line])
                yield [
                    *head, books_id(BOOKS_APPLICATION, self._applications + line),
                    money(int(ledger.applied[line])), ISO[int(ledger.applied_day[line])],
                    money(int(ledger.withheld[line])), f"INV-{numbers[invoice]:06d}",
                    ISO[int(ledger.issue_day[invoice])],
                ]  # fmt: skip
            if ledger.unused[receipt]:
                yield [*head, "", "", "", "0.00", "", ""]

    def _credit_rows(self, scene: Scene, ledger: Ledger, numbers: list[int]) -> Iterator[list[str]]:
        block = scene.block
        for place, at in enumerate(np.lexsort((ledger.credit_customer, ledger.credit_day)).tolist()):
            customer, invoice = int(ledger.credit_customer[at]), int(ledger.credit_invoice[at])
            day, amount, number = int(ledger.credit_day[at]), int(ledger.credited[at]), self._credits + place
            named = invoice >= 0
            currency = block.traits.currency[customer]
            yield [
                ISO[day], books_id(BOOKS_CREDIT, number), f"CN-{number + 1:05d}",
                "Closed" if named else "Open", books_id(BOOKS_CONTACT, block.first + customer),
                scene.parties[customer].name, CURRENCIES[int(currency)],
                millionths(int(rate(currency, np.int64(day)))), money(amount), money(amount),
                money(0 if named else amount), f"INV-{numbers[invoice]:06d}" if named else "",
                ISO[int(ledger.issue_day[invoice])] if named else "", "", "", "质量扣款 quality claim",
                "1.00", money(amount), money(amount),
            ]  # fmt: skip


def _contacts(scene: Scene) -> Iterator[list[str]]:
    block, homes = scene.block, scene.homes
    for at in np.flatnonzero(homes.within(BOOKS)).tolist():
        number, party, terms = block.first + at, scene.parties[at], int(block.traits.terms[at])
        person, limit = party.people[0], int(block.credit_limit[at])
        # The CRM's id is kept where both know each other by it.
        linked = homes.points_out(at) and homes.within(ZOHO)[at]
        created = local_time(max(int(block.traits.start[at]) - 3, 0), number * 11)
        yield [
            books_id(BOOKS_CONTACT, number), party.name, party.name, party.name, "customer",
            "individual" if party.is_sole_trader else "business", "Active", scene.currency(at), str(terms),
            f"Net {terms}", f"{limit}.00" if limit else "", "0.00", person.email, person.phone, person.mobile,
            party.street, "", party.city, party.state, party.country, party.postcode, homes.tax_id(BOOKS, at),
            crm_id(CRM_ACCOUNT, number, prefix=False) if linked else "", "", created, created,
        ]  # fmt: skip


def _lines(total: int, taxed: bool, seed: int) -> tuple[int, list[list[str]]]:
    """Subtotal and the line part of a document's rows; lines sum to the subtotal, subtotal and tax to the total."""
    subtotal = total * 100 // 113 if taxed else total
    count = (1, 1, 2, 1, 3, 1, 2, 1)[seed % 8]
    lines, left, tax_left = [], subtotal, total - subtotal
    for line in range(count):
        last = line == count - 1
        quantity = 1 if last else (2, 5, 10, 20)[(seed + line) % 4]
        price = left if last else left // (count - line) // quantity
        item_total = price * quantity
        tax = tax_left if last else item_total * 13 // 100 * taxed
        left, tax_left = left - item_total, tax_left - tax
        lines.append(
            [_ITEMS[(seed // 8 + line) % len(_ITEMS)], f"{quantity}.00", money(price), money(item_total)]
            + (["VAT 13%", "13", money(tax)] if taxed else ["", "", "0.00"])
        )
    return subtotal, lines


def _status(kind: int, balance: int, due: int) -> str:
    if kind in (DRAFT, VOID):
        return "Draft" if kind == DRAFT else "Void"
    return "Closed" if balance == 0 else "Overdue" if due < LAST else "Sent"


def _invoices(scene: Scene, ledger: Ledger, numbers: list[int]) -> Iterator[list[str]]:
    block, traits = scene.block, scene.block.traits
    balances, last = ledger.balance().tolist(), np.datetime64(LAST_DAY) - LAST
    due_text = np.datetime_as_string(last + ledger.due_day).tolist()
    rates = rate(traits.currency[ledger.invoice_customer], ledger.issue_day).tolist()
    for at in np.lexsort((ledger.invoice_customer, ledger.issue_day)).tolist():
        customer, number, terms = (
            int(ledger.invoice_customer[at]),
            numbers[at],
            int(traits.terms[ledger.invoice_customer[at]]),
        )
        currency = CURRENCIES[int(traits.currency[customer])]
        total = int(ledger.total[at])
        subtotal, lines = _lines(total, currency == "CNY", number)
        head = [
            ISO[int(ledger.issue_day[at])], books_id(BOOKS_INVOICE, number), f"INV-{number:06d}",
            _status(int(ledger.status[at]), balances[at], int(ledger.due_day[at])),
            books_id(BOOKS_CONTACT, block.first + customer), scene.parties[customer].name, due_text[at],
            f"PO{number * 31 % 100000:05d}", currency, millionths(rates[at]), money(subtotal), money(total),
            money(balances[at]), "", str(terms), f"Net {terms}", "",
        ]  # fmt: skip
        for line in lines:
            yield [*head, *line]
