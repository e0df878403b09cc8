"""Landed rows of the `files` source with the cells that tests rarely care about filled in."""

from typing import Any

Row = dict[str, Any]


def invoice(invoice_id: str, amount: Any, issued: Any, due: Any = None, **cells: Any) -> Row:
    """One issued invoice of customer A in CNY unless told otherwise; dates are ISO text or dates."""
    row = {"invoice_id": invoice_id, "customer_id": "A", "currency": "CNY", "status": "issued"}
    return {**row, "amount": amount, "issue_date": issued, "due_date": due, **cells}


def receipt(receipt_id: str, amount: Any, day: Any, **cells: Any) -> Row:
    """One receipt from customer A in CNY unless told otherwise."""
    row = {"receipt_id": receipt_id, "customer_id": "A", "currency": "CNY"}
    return {**row, "amount": amount, "receipt_date": day, **cells}


def allocation(receipt_id: str, invoice_id: str, amount: Any, day: Any, **cells: Any) -> Row:
    """One application of a receipt to an invoice."""
    row = {"allocation_id": f"{receipt_id}-{invoice_id}", "receipt_id": receipt_id, "invoice_id": invoice_id}
    return {**row, "amount": amount, "applied_date": day, **cells}


def credit_note(credit_note_id: str, amount: Any, issued: Any, **cells: Any) -> Row:
    """One issued credit note of customer A in CNY unless told otherwise."""
    row = {"credit_note_id": credit_note_id, "customer_id": "A", "currency": "CNY", "status": "issued"}
    return {**row, "amount": amount, "issue_date": issued, **cells}


def write_off(write_off_id: str, amount: Any, day: Any, **cells: Any) -> Row:
    """One write-off of customer A in CNY unless told otherwise."""
    row = {"write_off_id": write_off_id, "customer_id": "A", "currency": "CNY"}
    return {**row, "amount": amount, "write_off_date": day, **cells}


def order(order_id: str, amount: Any, day: Any, **cells: Any) -> Row:
    """One open order of customer A in CNY unless told otherwise."""
    row = {"order_id": order_id, "customer_id": "A", "currency": "CNY", "status": "open"}
    return {**row, "amount": amount, "order_date": day, **cells}
