"""Customers with overdue invoices, dunned or not, and their rows of the collectors' worklist."""

from datetime import date, timedelta
from typing import Any

from tests.support.records import Row
from tests.support.warehouse import Result, Scenario

AS_OF = date(2026, 6, 30)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def days_ago(days: int) -> date:
    """The day so many days before the business date; later for negative days."""
    return AS_OF - timedelta(days=days)


def overdue(invoice_id: str, amount: Any, dpd: int, **cells: Any) -> Row:
    """One invoice of customer A that is so many days past due at the business date, issued 30 days before."""
    row = {
        "invoice_id": invoice_id,
        "customer_id": "A",
        "currency": "CNY",
        "status": "issued",
        "amount": amount,
    }
    return {**row, "issue_date": days_ago(dpd + 30), "due_date": days_ago(dpd), **cells}


def action(action_id: str, kind: str, age: int, promised: int | None = None, **cells: Any) -> Row:
    """One step taken for customer A so many days ago, with a promise to pay within so many days of it."""
    row = {"action_id": action_id, "customer_id": "A", "action_type": kind, "action_date": days_ago(age)}
    if promised is not None:
        row["promised_payment_date"] = days_ago(age - promised)
    return {**row, **cells}


def dispute(invoice_id: str, amount: Any, **cells: Any) -> Row:
    """One open dispute of customer A about an invoice."""
    row = {"case_id": f"d-{invoice_id}", "customer_id": "A", "case_type": "dispute", "status": "open"}
    opened = f"{days_ago(20)} 10:00:00"
    return {
        **row,
        "invoice_id": invoice_id,
        "disputed_amount": amount,
        "currency": "CNY",
        "opened_at": opened,
        **cells,
    }


def build(upto: str | list[str] = "mart_collections", customers: str = "A", **files: Any) -> Result:
    """Build the worklist of customers named by one letter each; rules, if any, replace rule tables."""
    rules = files.pop("rules", {})
    landed = {"customers": [{"customer_id": letter} for letter in customers], **files}
    return Scenario(as_of=str(AS_OF), files=landed, rules=rules).run(upto)


def together(cases: list[dict[str, list[Row]]]) -> tuple[str, dict[str, list[Row]]]:
    """Cases of customer A as customers of one warehouse: their letters in order, and their landed rows."""
    letters, landed = "", {}
    for letter, case in zip(LETTERS, cases, strict=False):
        letters += letter
        for entity, rows in case.items():
            landed.setdefault(entity, []).extend(_renamed(row, letter) for row in rows)
    return letters, landed


def worklist(*cases: dict[str, list[Row]], **rules: Any) -> list[Row]:
    """The row of mart_collections of each case, None where it has none; each case is a customer of its own."""
    letters, landed = together(list(cases))
    rows = build(customers=letters, rules=rules, **landed).rows("select * from marts.mart_collections")
    found = {row["customer_id"].split(":")[1]: row for row in rows}
    return [found.get(letter) for letter in letters]


def arrears(*cases: dict[str, list[Row]]) -> list[Row]:
    """Arrears, promises and steps so far of each case, without a score: cheaper than the worklist."""
    letters, landed = together(list(cases))
    joined = (
        "from intermediate.int_customers left join intermediate.int_customer_arrears using (customer_key)"
        " left join intermediate.int_customer_promises using (customer_key)"
        " left join intermediate.int_customer_collection_actions using (customer_key) order by customer_id"
    )
    models = [
        "int_customers",
        "int_customer_arrears",
        "int_customer_promises",
        "int_customer_collection_actions",
    ]
    return build(models, letters, **landed).rows(f"select * {joined}")


def _renamed(row: Row, letter: str) -> Row:
    ids = ("invoice_id", "action_id", "case_id", "receipt_id", "allocation_id", "contact_id", "consent_id")
    own = {
        name: f"{letter}-{row[name]}" for name in (*ids, "write_off_id", "credit_note_id") if row.get(name)
    }
    return {**row, **own, **({"customer_id": letter} if "customer_id" in row else {})}
