"""ERPNext's documents of money: invoices and returns, payments, write-offs, and the payment ledger they make."""

from collections.abc import Iterator

import numpy as np

from orchestration.demo.calendar import ISO, LAST, rate
from orchestration.demo.draws import Ints, each
from orchestration.demo.homes import ERPNEXT
from orchestration.demo.ledger import DRAFT, ISSUED, VOID, Ledger
from orchestration.demo.scene import Scene
from orchestration.demo.text import erp_customer, iso, local_time, millionths, money

_MODES = ("Wire Transfer", "Wire Transfer", "Bank Draft", "Cheque")
_DOCSTATUS = {ISSUED: "1", DRAFT: "0", VOID: "2"}
Row = list[str]


class LedgerRows:
    """Rows of the money doctypes of one block after the other; numbers go on from block to block."""

    def __init__(self, company: str) -> None:
        self._company, self._payments, self._returns = company, 0, 0

    def of(self, scene: Scene) -> dict[str, list[Row]]:
        """Rows by doctype of the next block."""
        books = _Books(scene, self._company)
        returns = list(self._returned(books))
        payments = list(self._paid(books))
        self._returns += len(returns)
        self._payments += len(payments)
        lost = list(books.write_offs())
        invoices = list(books.invoices())
        return {
            "Sales Invoice": [*invoices, *returns],
            "Payment Entry": payments,
            "Payment Entry Reference": books.references,
            "Journal Entry": lost,
            "Payment Ledger Entry": books.ledger_entries(),
        }

    def _returned(self, books: "_Books") -> Iterator[Row]:
        ledger = books.ledger
        for place, at in enumerate(np.lexsort((ledger.credit_customer, ledger.credit_day)).tolist()):
            customer, invoice = int(ledger.credit_customer[at]), int(ledger.credit_invoice[at])
            day, amount = int(ledger.credit_day[at]), int(ledger.credited[at])
            name = f"ACC-SINV-RET-{ISO[day][:4]}-{self._returns + place + 1:05d}"
            against = books.names[invoice] if invoice >= 0 else name
            yield [
                name, books.party(customer), self._company, ISO[day], ISO[day], books.currency(customer),
                books.rate(customer, day), f"-{money(amount)}", "0.00" if invoice >= 0 else f"-{money(amount)}", "0.00",
                "1", against if invoice >= 0 else "", "1", "Return", local_time(day, at),
            ]  # fmt: skip
            books.move(day, customer, ISO[day], ("Sales Invoice", name), ("Sales Invoice", against), -amount)

    def _paid(self, books: "_Books") -> Iterator[Row]:
        ledger = books.ledger
        starts = np.searchsorted(ledger.applied_receipt, np.arange(len(ledger.received) + 1)).tolist()
        for place, receipt in enumerate(np.lexsort((ledger.receipt_customer, ledger.receipt_day)).tolist()):
            customer, day = int(ledger.receipt_customer[receipt]), int(ledger.receipt_day[receipt])
            number, unused = self._payments + place, int(ledger.unused[receipt])
            name, voucher = f"ACC-PAY-{ISO[day][:4]}-{number + 1:05d}", "Payment Entry"
            applied = 0
            for line in range(starts[receipt], starts[receipt + 1]):
                # Tax that a customer withholds is a deduction here: the payment settles the whole amount.
                amount = int(ledger.applied[line] + ledger.withheld[line])
                invoice = int(ledger.applied_invoice[line])
                applied += amount
                against = ("Sales Invoice", books.names[invoice])
                books.move(day, customer, books.due(invoice), (voucher, name), against, -amount)
                books.references.append(
                    [
                        f"{number:08x}{line - starts[receipt]:02x}", name, *against, money(int(ledger.total[invoice])),
                        money(amount), books.rate(customer, int(ledger.issue_day[invoice])),
                    ]
                )  # fmt: skip
            if unused:
                books.move(day, customer, "", (voucher, name), (voucher, name), -unused)
            paid = money(applied + unused)
            yield [
                name, "Receive", ISO[day], self._company, "Customer", books.party(customer), paid, paid,
                books.currency(customer), books.rate(customer, day), money(applied), money(unused),
                _MODES[(customer + day) % len(_MODES)], f"TT{number * 7919 % 10**8:08d}", "1", "Submitted",
                local_time(day, number * 37),
            ]  # fmt: skip


class _Books:
    """One block's part of the ledger with names for its documents; movements and references are noted on the way."""

    def __init__(self, scene: Scene, company: str) -> None:
        self.scene, self.company = scene, company
        self.ledger: Ledger = scene.ledger_in(ERPNEXT)
        self.names = list(scene.invoice_numbers(ERPNEXT).values())
        self.references: list[Row] = []
        self._entries: list[Row] = []
        self.lost: Ints = np.zeros(len(self.names), dtype=np.int64)
        self._places = {invoice: at for at, invoice in enumerate(scene.invoice_numbers(ERPNEXT))}

    def party(self, customer: int) -> str:
        """Id of a customer."""
        return erp_customer(self.scene.block.first + customer)

    def currency(self, customer: int) -> str:
        """Currency of the customer's account."""
        return self.scene.currency(customer)

    def rate(self, customer: int, day: int) -> str:
        """Rate of that currency on a day."""
        return millionths(int(rate(self.scene.block.traits.currency[customer], np.int64(day))))

    def due(self, invoice: int) -> str:
        """Due date of an invoice."""
        return iso(int(self.ledger.due_day[invoice]))

    def move(
        self, day: int, customer: int, due: str, voucher: tuple[str, str], against: tuple[str, str], amount: int,
        delinked: str = "0",
    ) -> None:  # fmt: skip
        """Note one movement of what a customer owes; the company's currency goes by the rate of the day."""
        sign = "-" if amount < 0 else ""
        self._entries.append(
            [
                ISO[day], self.company, "Receivable", "Customer", self.party(customer), due, *voucher, *against,
                sign + money(self.worth(customer, day, abs(amount))), self.currency(customer),
                sign + money(abs(amount)), delinked,
            ]
        )  # fmt: skip

    def worth(self, customer: int, day: int, amount: int) -> int:
        """An amount of the customer's currency in the company's, at the rate of a day."""
        return amount * int(rate(self.scene.block.traits.currency[customer], np.int64(day))) // 1_000_000

    def ledger_entries(self) -> Iterator[Row]:
        """All movements noted, by day, under their own names."""
        by_day = sorted(self._entries, key=lambda entry: entry[0])
        return ([f"PLE{self.scene.block.number:03d}{at + 1:07d}", *entry] for at, entry in enumerate(by_day))

    def invoices(self) -> Iterator[Row]:
        """Sales invoices by day, and the ledger entries they make."""
        ledger = self.ledger
        balance = ledger.balance() - self.lost
        for at in np.lexsort((ledger.invoice_customer, ledger.issue_day)).tolist():
            customer, day, kind = (
                int(c[at]) for c in (ledger.invoice_customer, ledger.issue_day, ledger.status)
            )
            total, left = int(ledger.total[at]), int(balance[at])
            yield [
                self.names[at], self.party(customer), self.company, ISO[day], self.due(at), self.currency(customer),
                self.rate(customer, day), money(total), money(left), "0.00", "0", "", _DOCSTATUS[kind],
                self._status(at, left), local_time(day, at * 7),
            ]  # fmt: skip
            if kind != DRAFT:
                itself = ("Sales Invoice", self.names[at])
                self.move(day, customer, self.due(at), itself, itself, total, "1" if kind == VOID else "0")

    def _status(self, invoice: int, left: int) -> str:
        kind = int(self.ledger.status[invoice])
        if kind != ISSUED:
            return "Draft" if kind == DRAFT else "Cancelled"
        if left == 0 or self.ledger.due_day[invoice] < LAST:
            return "Overdue" if left else "Paid"
        return "Partly Paid" if left < self.ledger.total[invoice] else "Unpaid"

    def write_offs(self) -> Iterator[Row]:
        """Journal entries that give invoices up."""
        for loss in each(self.scene.losses):
            if loss.invoice not in self._places:
                continue
            invoice, day, customer = self._places[loss.invoice], loss.day, loss.customer
            name = f"ACC-JV-{ISO[day][:4]}-{self.scene.block.first_invoice + invoice + 1:05d}"
            voucher, against = ("Journal Entry", name), ("Sales Invoice", self.names[invoice])
            self.lost[invoice] += loss.amount
            self.move(day, customer, self.due(invoice), voucher, against, -loss.amount)
            worth = money(self.worth(customer, day, loss.amount))
            yield [name, "Write Off Entry", ISO[day], self.company, worth, "1", "坏账核销 bad debt"]
