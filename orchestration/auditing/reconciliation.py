"""Reconciliation: every row and every cent from the landed file to the mart, in document currency and in base."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from orchestration.auditing.subject import Subject, quoted
from orchestration.auditing.verdict import Check
from orchestration.landing.spec import EntitySpec, known_sources

_OWNER = "finance"
_Sums = dict[str, Decimal]


@dataclass(frozen=True)
class Staged:
    """Where a landed amount column stands in staging; `where` limits the landed rows that reach it."""

    table: str
    column: str
    where: str = "true"


# Fxiaoke stages only what counts: not deleted, and through with its approval.
_COUNTED = "is_deleted is distinct from 'true' and coalesce(life_status, 'normal') in ('normal', 'in_change')"

STAGED: dict[tuple[str, str, str], Staged] = {
    ("zoho_books", "invoices", "total"): Staged("stg_zoho_books__invoices", "amount"),
    ("zoho_books", "invoices", "balance"): Staged("stg_zoho_books__invoices", "reported_balance"),
    ("zoho_books", "customer_payments", "amount"): Staged("stg_zoho_books__customer_payments", "amount"),
    ("zoho_books", "customer_payments", "amount_applied"): Staged(
        "stg_zoho_books__payment_allocations", "applied_amount", "invoice_number is not null"
    ),
    ("zoho_books", "customer_payments", "withholding_tax"): Staged(
        "stg_zoho_books__payment_allocations", "settled_amount - applied_amount", "invoice_number is not null"
    ),
    ("zoho_books", "credit_notes", "total"): Staged("stg_zoho_books__credit_notes", "amount"),
    ("fxiaoke", "sales_orders", "amount"): Staged("stg_fxiaoke__orders", "amount", _COUNTED),
    ("fxiaoke", "sales_orders", "receivable_amount"): Staged(
        "stg_fxiaoke__orders", "receivable_amount", _COUNTED
    ),
    ("fxiaoke", "payment_plans", "plan_amount"): Staged("stg_fxiaoke__payment_plans", "amount", _COUNTED),
    ("fxiaoke", "payment_plans", "actual_payment_amount"): Staged(
        "stg_fxiaoke__payment_plans", "reported_paid_amount", _COUNTED
    ),
    ("fxiaoke", "payments", "payment_amount"): Staged("stg_fxiaoke__payments", "amount", _COUNTED),
    ("fxiaoke", "order_payments", "allocated_amount"): Staged(
        "stg_fxiaoke__payment_allocations", "amount", _COUNTED
    ),
    ("fxiaoke", "refunds", "refunded_amount"): Staged("stg_fxiaoke__refunds", "amount", _COUNTED),
    ("fxiaoke", "returned_goods", "returned_amount"): Staged(
        "stg_fxiaoke__returned_goods", "amount", _COUNTED
    ),
    ("fxiaoke", "cases", "disputed_amount"): Staged("stg_fxiaoke__cases", "disputed_amount", _COUNTED),
    ("zoho_crm", "deals", "amount"): Staged("stg_zoho_crm__deals", "amount"),
    ("zoho_crm", "cases", "disputed_amount"): Staged("stg_zoho_crm__cases", "disputed_amount"),
    ("zoho_crm", "sales_orders", "grand_total"): Staged("stg_zoho_crm__sales_orders", "amount"),
    ("files", "invoices", "amount"): Staged("stg_files__invoices", "amount"),
    ("files", "invoices", "reported_balance"): Staged("stg_files__invoices", "reported_balance"),
    ("files", "receipts", "amount"): Staged("stg_files__receipts", "amount"),
    ("files", "receipt_allocations", "amount"): Staged("stg_files__receipt_allocations", "applied_amount"),
    ("files", "credit_notes", "amount"): Staged("stg_files__credit_notes", "amount"),
    ("files", "opportunities", "amount"): Staged("stg_files__opportunities", "amount"),
    ("files", "orders", "amount"): Staged("stg_files__orders", "amount"),
    ("files", "write_offs", "amount"): Staged("stg_files__write_offs", "amount"),
    ("files", "contracts", "amount"): Staged("stg_files__contracts", "amount"),
    ("files", "contract_milestones", "amount"): Staged("stg_files__contract_milestones", "amount"),
    ("files", "cases", "disputed_amount"): Staged("stg_files__cases", "disputed_amount"),
    ("files", "collection_actions", "amount"): Staged("stg_files__collection_actions", "amount"),
    ("files", "legal_events", "amount"): Staged("stg_files__legal_events", "amount"),
}

_BALANCES = "intermediate.int_document_balances"
# name, object, the two sums by currency ('base' for base amounts) that have to be equal
_LINKS = (
    (
        "issued_invoices",
        "intermediate.int_invoices",
        "select currency, sum(amount) from intermediate.int_issued_invoices group by currency",
        "select currency, sum(amount) from intermediate.int_invoices group by currency",
    ),
    (
        "issued_credit_notes",
        "intermediate.int_credit_notes",
        "select currency, sum(amount) from intermediate.int_issued_credit_notes group by currency",
        "select currency, sum(amount) from intermediate.int_credit_notes group by currency",
    ),
    (
        "received_receipts",
        "intermediate.int_receipts",
        "select currency, sum(amount) from intermediate.int_received_receipts group by currency",
        "select currency, sum(amount) from intermediate.int_receipts group by currency",
    ),
    (
        "invoices_in_balances",
        _BALANCES,
        "select currency, sum(amount) from intermediate.int_invoices, run.context"
        " where issue_date <= as_of_date group by currency",
        f"select currency, sum(amount) from {_BALANCES} where document_type = 'invoice' group by currency",
    ),
    (
        "events_in_balances",
        _BALANCES,
        "select 'all', sum(amount) from intermediate.int_receivable_events, run.context where event_date <= as_of_date",
        f"select 'all', sum(balance) from {_BALANCES}",
    ),
    (
        "balances_in_ageing",
        "marts.mart_ar_ageing",
        f"select currency, sum(balance) from {_BALANCES} group by currency",
        "select currency, sum(balance) from marts.mart_ar_ageing group by currency",
    ),
    (
        "base_balances_in_ageing",
        "marts.mart_ar_ageing",
        f"select 'base', sum(balance_base) from {_BALANCES} where balance != 0",
        "select 'base', sum(balance_base) from marts.mart_ar_ageing",
    ),
    (
        "ageing_in_customer_risk",
        "marts.fct_customer_risk",
        "select 'base', sum(balance_base) from marts.mart_ar_ageing",
        "select 'base', sum(open_balance) from marts.fct_customer_risk",
    ),
    (
        "buckets_in_customer_risk",
        "marts.fct_customer_risk",
        "select 'base', sum(open_balance) from marts.fct_customer_risk",
        "select 'base', sum(ageing_current + ageing_1_30 + ageing_31_60 + ageing_61_90 + ageing_91_120"
        " + ageing_over_120 + ageing_credit) from marts.fct_customer_risk",
    ),
    (
        "exposure_in_customer_tier",
        "marts.mart_customer_tier",
        "select 'base', sum(exposure) from marts.fct_customer_risk",
        "select 'base', sum(exposure) from marts.mart_customer_tier",
    ),
)


def reconciliation(subject: Subject) -> Iterator[Check]:
    """Rows and sums along the whole way; each difference names source, entity, column, currency and both sums."""
    with subject.connect() as connection:
        yield from _rows(connection)
        specs = {(s.source, e.entity): e for s in known_sources().values() for e in s.entities.values()}
        for source, entity in sorted({(load["source"], load["entity"]) for load in subject.loads}):
            yield from _sums(connection, specs[source, entity])
        for name, place, left, right in _LINKS:
            upstream, downstream = _by_currency(connection, left), _by_currency(connection, right)
            yield from _compare(name, place, "upstream", upstream, "here", downstream)


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    files = connection.execute(
        "select source, entity, sum(rows_in_file)::bigint, sum(rows_loaded)::bigint, sum(rows_quarantined)::bigint,"
        " sum(rows_filtered)::bigint from run.source_files group by all order by all"
    ).fetchall()
    for source, entity, landed, loaded, quarantined, filtered in files:
        place = f"raw.{source}__{entity}"
        counted = {"landed": landed, "loaded": loaded, "quarantined": quarantined, "filtered": filtered}
        in_raw = connection.execute(f"select count(*) from raw.{quoted(f'{source}__{entity}')}").fetchall()[
            0
        ][0]
        aside = connection.execute(
            "select count(*) from run.quarantine where source = ? and entity = ?", [source, entity]
        ).fetchall()[0][0]
        yield _rows_check("rows_landed", place, landed == loaded + quarantined + filtered, counted)
        yield _rows_check("rows_in_raw", place, in_raw == loaded, {"loaded": loaded, "in_raw": in_raw})
        listed = {"quarantined": quarantined, "listed": aside}
        yield _rows_check("rows_in_quarantine", place, aside == quarantined, listed)


def _rows_check(name: str, place: str, passed: bool, observed: dict[str, int]) -> Check:
    told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in observed.items())
    return Check(
        id=f"reconciliation.{name}.{place}",
        kind="reconciliation",
        object=place,
        severity="critical",
        owner="data platform",
        passed=passed,
        observed=dict(observed),
        description=f"rows of {place}: {told}" + ("" if passed else "; they do not add up"),
        way_out=""
        if passed
        else "the batch is not what the ledger says: land the file again into a fresh warehouse",
    )


def _sums(connection: duckdb.DuckDBPyConnection, spec: EntitySpec) -> Iterator[Check]:
    """Ledger against raw, then the newest rows of raw against staging."""
    raw = f"raw.{quoted(f'{spec.source}__{spec.entity}')}"
    batches = connection.execute(f"select count(distinct (_batch_id, _file)) from {raw}").fetchall()[0][0]
    for column in (item.name for item in spec.columns if item.control):
        place, name = f"raw.{spec.source}__{spec.entity}", f"{spec.source}.{spec.entity}.{column}"
        ledger = _by_currency(
            connection,
            "select coalesce(currency, ''), sum(control_sum) from run.control_sums where source = ? and entity = ?"
            " and column_name = ? group by 1",
            [spec.source, spec.entity, column],
        )
        yield from _compare(
            name, place, "ledger", ledger, "raw", _landed(connection, spec, raw, column, "true")
        )
        if staged := STAGED.get((spec.source, spec.entity, column)):
            newest = raw if batches < 2 else _newest(spec, raw)
            left = _landed(connection, spec, newest, column, staged.where)
            right = _by_currency(
                connection,
                f"select coalesce(currency, ''), sum({staged.column}) from staging.{staged.table} group by 1",
            )
            yield from _compare(name, f"staging.{staged.table}", "raw", left, "staging", right)


def _landed(
    connection: duckdb.DuckDBPyConnection, spec: EntitySpec, relation: str, column: str, where: str
) -> _Sums:
    """Sum of a landed amount by currency; a value that repeats on the rows of a document counts once in a file."""
    currency = f"coalesce({quoted(spec.currency_column)}, '')" if spec.currency_column else "''"
    amount = f"try_cast({quoted(column)} as decimal(38, 6))"
    rows = f"select {currency} as currency, {amount} as amount from {relation} where {where}"
    if spec.repeated and column in spec.repeated.columns:
        document = quoted(spec.repeated.document)
        rows = f"select any_value({currency}) as currency, max({amount}) as amount from {relation}"
        rows += f" where {where} group by _batch_id, _file, {document}"
    return _by_currency(connection, f"select currency, sum(amount) from ({rows}) group by currency")


def _newest(spec: EntitySpec, raw: str) -> str:
    """Rows of raw that no later load replaces, by document or key: the rule of the staging models."""
    if not spec.repeated and len(spec.key) == 1 and "modified_time" in spec.column_names:
        order = "order by _loaded_at desc, modified_time desc nulls last, _file desc, _line desc"
        row = f"row_number() over (partition by {quoted(spec.key[0])} {order})"
        return f"(select * from {raw} qualify {row} = 1)"
    key = quoted(spec.repeated.document if spec.repeated else spec.key[0])
    order = "order by _loaded_at, _file, _batch_id"
    ranked = f"select *, dense_rank() over ({order}) as load_rank from {raw}"
    return (
        f"(select * from ({ranked}) qualify load_rank = max(load_rank) over (partition by {key}))"
        if spec.key or spec.repeated
        else raw
    )


def _by_currency(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[str] | None = None
) -> _Sums:
    rows = connection.execute(sql, parameters or []).fetchall()
    return {str(currency): Decimal(total) for currency, total in rows if total is not None}


def _compare(
    name: str, place: str, left_name: str, left: _Sums, right_name: str, right: _Sums
) -> Iterator[Check]:
    for currency in sorted({*left, *right}) or [""]:
        ours, theirs = left.get(currency, Decimal(0)), right.get(currency, Decimal(0))
        passed = ours == theirs
        told = f"{name} {currency}: {left_name} {ours:,.2f}, {right_name} {theirs:,.2f}"
        yield Check(
            id=f"reconciliation.{name}.{place}.{currency or 'no_currency'}",
            kind="reconciliation",
            object=place,
            severity="critical",
            owner=_OWNER,
            passed=passed,
            observed={left_name: f"{ours.normalize():f}", right_name: f"{theirs.normalize():f}"},
            description=told if passed else f"{told}; the difference is {theirs - ours:,.2f}",
            way_out=""
            if passed
            else f"find the rows that {place} lost or doubled; `crw quarantine` lists those set aside",
        )
