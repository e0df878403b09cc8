"""Fxiaoke's orders and money: what a branch without a finance system keeps in plans and payments, and orders of all.

An order of a customer that a finance system invoices shows nothing to be paid here; an invoice of the others is a
payment plan of its order, a receipt a payment with one part per plan, a credit note a return of goods.
"""

from collections.abc import Iterator

import numpy as np

from orchestration.demo.calendar import LAST
from orchestration.demo.draws import Ints, each
from orchestration.demo.fxiaoke_fields import Object, account_id, day_of, in_currency, kept, owned
from orchestration.demo.homes import FXIAOKE
from orchestration.demo.ledger import ISSUED, Ledger
from orchestration.demo.orders import CANCELLED, CLOSED
from orchestration.demo.scene import Scene
from orchestration.demo.text import (
    FXIAOKE_LINE,
    FXIAOKE_ORDER,
    FXIAOKE_PART,
    FXIAOKE_PAYMENT,
    FXIAOKE_PLAN,
    FXIAOKE_REFUND,
    FXIAOKE_RETURN,
    fxiaoke_id,
    milliseconds,
    money,
)

_ORDER_STATES = {CLOSED: "kC4pR8vT2", CANCELLED: "zX1nV6bM9"}
_REFUND_AFTER = 21


def rows_of(scene: Scene) -> dict[str, Iterator[Object]]:
    """Objects of one block by name."""
    ledger = scene.ledger_in(FXIAOKE)
    order_of = _orders_of(scene, ledger)
    return {
        "SalesOrderObj": _orders(scene, ledger, order_of),
        "SalesOrderProductObj": _lines(scene),
        "PaymentPlanObj": _plans(scene, ledger, order_of),
        "PaymentObj": _payments(scene, ledger),
        "OrderPaymentObj": _parts(scene, ledger, order_of),
        "RefundObj": _refunds(scene, ledger),
        "ReturnedGoodsInvoiceObj": _returns(scene, ledger, order_of),
    }


def _orders_of(scene: Scene, ledger: Ledger) -> Ints:
    """Position of the order that each invoice of the ledger was called off from."""
    orders = scene.orders
    key = orders.customer * 4096 + orders.order_day
    place = np.searchsorted(key, ledger.invoice_customer * 4096 + ledger.issue_day, side="right") - 1
    return np.where((place >= 0) & (orders.customer[place] == ledger.invoice_customer), place, -1)


def _order_id(scene: Scene, order: int) -> str | None:
    if order < 0:
        return None
    customer = int(scene.orders.customer[order])
    rank = order - int(np.searchsorted(scene.orders.customer, customer))
    return fxiaoke_id(FXIAOKE_ORDER, scene.number(customer) * 1000 + rank)


def _orders(scene: Scene, ledger: Ledger, order_of: Ints) -> Iterator[Object]:
    balance, owed = ledger.balance(), np.zeros(len(scene.orders.customer), dtype=np.int64)
    np.add.at(owed, order_of[order_of >= 0], balance[order_of >= 0])
    for order in each(scene.orders, scene.in_fxiaoke_only):
        customer, day = order.customer, order.order_day
        yield {
            "_id": _order_id(scene, order.at),
            "name": f"XSDD{scene.number(customer) + 1:06d}-{order.rank + 1:02d}",
            "account_id": account_id(scene, customer),
            "order_time": milliseconds(day),
            "delivery_date": milliseconds(order.promised_day),
            "order_amount": money(order.amount),
            "receivable_amount": money(int(owed[order.at])),
            "invoice_amount": money(order.invoiced),
            "order_status": _ORDER_STATES.get(order.status, "jO5wE7uY3"),
            "field_Dlv01__c": money(order.delivered),
            "field_DlD01__c": day_of(order.delivered_day),
            "field_Cls01__c": day_of(order.closed_day),
            "field_Rop01__c": day_of(order.reopened_day),
            **in_currency(scene, customer, day),
            **owned(scene, customer, day),
            **kept(day, min(max(day, order.closed_day, order.reopened_day), LAST)),
            # Approval takes three days: until then an order does not count.
            **({"life_status": "under_review"} if day > LAST - 4 else {}),
        }


def _lines(scene: Scene) -> Iterator[Object]:
    """One product line per order of the branch."""
    for order in each(scene.orders, scene.homes.systems == FXIAOKE):
        amount = money(order.amount)
        yield {
            "_id": fxiaoke_id(FXIAOKE_LINE, scene.number(order.customer) * 1000 + order.rank),
            "order_id": _order_id(scene, order.at),
            "product_id": fxiaoke_id(0, order.at % 8),
            "quantity": "1.00",
            "sales_price": amount,
            "subtotal": amount,
            "life_status": "normal",
            "is_deleted": False,
        }


def _plans(scene: Scene, ledger: Ledger, order_of: Ints) -> Iterator[Object]:
    balance, numbers = ledger.balance(), scene.numbers_in(ledger)
    names = list(scene.invoice_numbers(FXIAOKE).values())
    for at, customer in enumerate(ledger.invoice_customer.tolist()):
        if ledger.status[at] != ISSUED:
            continue
        day, due, left = int(ledger.issue_day[at]), int(ledger.due_day[at]), int(balance[at])
        yield {
            "_id": fxiaoke_id(FXIAOKE_PLAN, numbers[at]),
            "name": names[at],
            "account_id": account_id(scene, customer),
            "order_id": _order_id(scene, int(order_of[at])),
            "plan_payment_amount": money(int(ledger.total[at])),
            "plan_payment_time": milliseconds(due),
            "actual_payment_amount": money(int(ledger.total[at]) - left),
            "plan_payment_status": "completed" if left == 0 else "overdue" if due < LAST else "incomplete",
            **in_currency(scene, customer, day),
            **owned(scene, customer, day),
            **kept(day),
        }


def _payments(scene: Scene, ledger: Ledger) -> Iterator[Object]:
    for at, customer in enumerate(ledger.receipt_customer.tolist()):
        day = int(ledger.receipt_day[at])
        yield {
            "_id": fxiaoke_id(FXIAOKE_PAYMENT, scene.block.first_invoice * 2 + at),
            "name": f"HK{scene.block.first_invoice * 2 + at + 1:08d}",
            "account_id": account_id(scene, customer),
            "payment_amount": money(int(ledger.received[at])),
            "payment_time": milliseconds(day),
            "payment_term": "2",
            **in_currency(scene, customer, day),
            **owned(scene, customer, day),
            **kept(day),
        }


def _parts(scene: Scene, ledger: Ledger, order_of: Ints) -> Iterator[Object]:
    numbers, first = scene.numbers_in(ledger), scene.block.first_invoice * 2
    for at, invoice in enumerate(ledger.applied_invoice.tolist()):
        day, customer = int(ledger.applied_day[at]), int(ledger.invoice_customer[invoice])
        yield {
            "_id": fxiaoke_id(FXIAOKE_PART, first + at),
            "payment_id": fxiaoke_id(FXIAOKE_PAYMENT, first + int(ledger.applied_receipt[at])),
            "order_id": _order_id(scene, int(order_of[invoice])),
            "payment_plan_id": fxiaoke_id(FXIAOKE_PLAN, numbers[invoice]),
            "payment_amount": money(int(ledger.applied[at] + ledger.withheld[at])),
            **in_currency(scene, customer, day),
            **kept(day),
        }


def _refunds(scene: Scene, ledger: Ledger) -> Iterator[Object]:
    """What a receipt brought too much is paid back after three weeks."""
    for at in np.flatnonzero((ledger.unused > 0) & (ledger.receipt_day + _REFUND_AFTER <= LAST)).tolist():
        customer, day = int(ledger.receipt_customer[at]), int(ledger.receipt_day[at]) + _REFUND_AFTER
        yield {
            "_id": fxiaoke_id(FXIAOKE_REFUND, scene.block.first_invoice * 2 + at),
            "name": f"TK{scene.block.first_invoice * 2 + at + 1:08d}",
            "account_id": account_id(scene, customer),
            "refunded_amount": money(int(ledger.unused[at])),
            "field_RfDt1__c": milliseconds(day),
            **in_currency(scene, customer, day),
            **kept(day),
        }


def _returns(scene: Scene, ledger: Ledger, order_of: Ints) -> Iterator[Object]:
    for at, customer in enumerate(ledger.credit_customer.tolist()):
        day, invoice = int(ledger.credit_day[at]), int(ledger.credit_invoice[at])
        yield {
            "_id": fxiaoke_id(FXIAOKE_RETURN, scene.block.first_invoice + at),
            "name": f"TH{scene.block.first_invoice + at + 1:06d}",
            "account_id": account_id(scene, customer),
            "order_id": _order_id(scene, int(order_of[invoice])) if invoice >= 0 else None,
            "returned_goods_inv_amount": money(int(ledger.credited[at])),
            "returned_goods_time": milliseconds(day),
            "returned_goods_reason": "rQ1uA5lit",
            **in_currency(scene, customer, day),
            **kept(day),
        }
