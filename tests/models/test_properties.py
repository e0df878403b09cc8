"""What holds for every ledger: buckets partition, money is conserved, others and payment order do not matter."""

import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.records import allocation, credit_note, invoice, receipt
from tests.support.warehouse import Result, Scenario

AS_OF = datetime.date(2026, 6, 30)
MODELS = [
    "int_customer_receivables", "int_customer_ageing", "int_customer_payment_behaviour", "int_customer_buying",
    "int_receivable_events", "int_customer_unapplied_receipts",
]  # fmt: skip
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
Ledger = dict[str, list[dict[str, Any]]]

money = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)
day = st.integers(-900, 60).map(lambda offset: AS_OF + datetime.timedelta(offset))


@st.composite
def ledgers(draw: st.DrawFn, customer: str = "A") -> Ledger:
    """A few documents of one customer: invoices, receipts that pay them in parts or not, credit notes."""
    ledger: Ledger = {"invoices": [], "receipts": [], "receipt_allocations": [], "credit_notes": []}
    for number in range(draw(st.integers(1, 4))):
        name, issued, currency = f"{customer}{number}", draw(day), draw(st.sampled_from(["CNY", "USD"]))
        due = issued + datetime.timedelta(draw(st.integers(0, 90)))
        own = {"customer_id": customer, "currency": currency}
        rate = draw(st.sampled_from([None, "6.91234567"])) if currency == "USD" else None
        ledger["invoices"].append(invoice(name, draw(money), issued, due, exchange_rate=rate, **own))
        for part in range(draw(st.integers(0, 2))):
            paid, amount, when = f"{name}-{part}", draw(money), draw(day)
            ledger["receipts"].append(receipt(paid, amount + draw(st.sampled_from([0, 3])), when, **own))
            target = draw(st.sampled_from([name, "gone"]))
            ledger["receipt_allocations"].append(
                allocation(paid, target, amount, draw(day), currency=currency)
            )
        if draw(st.booleans()):
            target = draw(st.sampled_from([name, None]))
            ledger["credit_notes"].append(credit_note(name, draw(money), draw(day), invoice_id=target, **own))
    return ledger


def _run(ledger: Ledger) -> Result:
    # Known before its documents: a customer of the future would have no rows.
    names = sorted({row["customer_id"] for row in ledger["invoices"]})
    customers = [{"customer_id": name, "customer_name": name, "created_date": "2000-01-01"} for name in names]
    return Scenario(as_of=str(AS_OF), files={**ledger, "customers": customers}).run(MODELS)


def _customer(result: Result, table: str, customer: str = "files:A") -> list[dict[str, Any]]:
    return result.rows(
        f"select measures.* from intermediate.{table} as measures inner join intermediate.int_customers as customers"
        f" on measures.customer_key = customers.customer_key where customers.customer_id = '{customer}' order by all"
    )


@FEW
@given(ledger=ledgers())
def test_money_is_conserved_and_the_buckets_partition_the_balance(ledger: Ledger) -> None:
    result = _run(ledger)
    customer = result.one("select * from intermediate.int_customer_receivables")
    buckets = [value for name, value in customer.items() if name.startswith("ageing_")]
    assert sum(buckets) == customer["open_balance"]
    ageing = result.value("select coalesce(sum(balance_base), 0) from intermediate.int_customer_ageing")
    assert ageing == customer["open_balance"]
    off = result.rows(
        "select document_id from intermediate.int_document_balances as balances left join ("
        " select document_id, sum(amount) as amount, round(sum(amount_base), 2) as base"
        f" from intermediate.int_receivable_events where event_date <= date '{AS_OF}' group by document_id"
        ") as events using (document_id) where balance != events.amount or balance_base != base"
    )
    assert off == []
    applied = result.value(
        "select coalesce(sum(applied_amount), 0) from intermediate.int_receipt_allocations"
        f" where document_id is not null and applied_date <= date '{AS_OF}'"
    )
    unapplied = result.value(
        "select coalesce(sum(unapplied_amount), 0) from intermediate.int_customer_unapplied_receipts"
    )
    received = sum(row["amount"] for row in ledger["receipts"] if row["receipt_date"] <= AS_OF)
    assert applied + unapplied == received
    invoiced = sum(row["amount"] for row in ledger["invoices"])
    assert result.value("select sum(amount) from intermediate.int_invoices") == invoiced


@FEW
@given(ledger=ledgers(), other=ledgers(customer="B"))
def test_another_customer_changes_nobodys_rows(ledger: Ledger, other: Ledger) -> None:
    # Of a system that never delivered a payment no habit is known: this one does, for a third customer.
    paying = ledger | {"receipts": [*ledger["receipts"], receipt("C", 1, AS_OF, customer_id="C")]}
    alone, together = _run(paying), _run({entity: other[entity] + paying[entity] for entity in paying})
    for table in MODELS:
        assert _customer(alone, table) == _customer(together, table), table


@FEW
@given(ledger=ledgers(), data=st.data())
def test_the_order_of_records_does_not_matter(ledger: Ledger, data: st.DataObject) -> None:
    shuffled = {entity: data.draw(st.permutations(rows)) for entity, rows in ledger.items()}
    first, second = _run(ledger), _run(shuffled)
    for table in MODELS:
        assert _customer(first, table) == _customer(second, table), table


@FEW
@given(
    amount=money, issued=day, terms=st.integers(0, 60), paid=st.integers(0, 400), later=st.integers(1, 400)
)
@example(amount=Decimal("0.01"), issued=datetime.date(2026, 6, 29), terms=0, paid=1, later=1)
def test_paying_later_never_looks_better(
    amount: Decimal, issued: datetime.date, terms: int, paid: int, later: int
) -> None:
    measures = []
    for delay in (paid, paid + later):
        paid_on = issued + datetime.timedelta(delay)
        ledger = {
            "invoices": [
                invoice("1", amount, issued, issued + datetime.timedelta(terms)),
                invoice("2", 10, "2026-01-01", "2026-02-01"),
            ],
            "receipts": [receipt("r", amount, paid_on)],
            "receipt_allocations": [allocation("r", "1", amount, paid_on)],
        }
        result = _run(ledger)
        behaviour = result.one("select * from intermediate.int_customer_payment_behaviour")
        receivables = result.one("select * from intermediate.int_customer_receivables")
        names = [
            "matured_documents",
            "late_documents",
            "late_share_count",
            "late_share_amount",
            "days_beyond_terms",
        ]
        measures.append(
            [behaviour[name] or 0 for name in names]
            + [receivables[name] for name in ("oldest_dpd", "overdue_balance", "overdue_documents")]
        )
    sooner, after = measures
    assert sooner[0] == after[0], "the day of payment never changes what matured"
    assert all(before <= now for before, now in zip(sooner, after, strict=True))
