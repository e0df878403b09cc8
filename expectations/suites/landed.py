"""The first door: raw tables as landed. Says what a valid delivery is; what a failure means is the audit's to say."""

from collections.abc import Collection

from expectations.engine import gxe
from expectations.severity import CRITICAL, WARNING, Severity, meta
from expectations.suite import Suite, listed, quoted, rows_where
from orchestration.landing.spec import ColumnSpec, EntitySpec
from orchestration.protection.categories import Categories

_OWNER = "data platform"
_TECHNICAL = ["_batch_id", "_file", "_line", "_loaded_at"]
_FIRST_DAY, _LAST_DAY = "1980-01-01", "2100-01-01"
# Share of records that may name a customer or document nobody delivered before the delivery counts as partial.
ORPHAN_LIMIT = 0.05

# (source, entity, column) -> (entity, column it names, severity): money without its customer cannot be placed.
REFERENCES: dict[tuple[str, str, str], tuple[str, str, Severity]] = {
    ("zoho_crm", "contacts", "account_id"): ("accounts", "account_id", WARNING),
    ("zoho_crm", "deals", "account_id"): ("accounts", "account_id", WARNING),
    ("zoho_books", "invoices", "customer_id"): ("contacts", "contact_id", CRITICAL),
    ("zoho_books", "credit_notes", "customer_id"): ("contacts", "contact_id", CRITICAL),
    ("zoho_books", "customer_payments", "customer_id"): ("contacts", "contact_id", CRITICAL),
    ("zoho_books", "customer_payments", "invoice_number"): ("invoices", "invoice_number", CRITICAL),
    ("fxiaoke", "contacts", "account_id"): ("accounts", "account_id", WARNING),
    ("fxiaoke", "new_opportunities", "account_id"): ("accounts", "account_id", WARNING),
    ("fxiaoke", "sales_orders", "account_id"): ("accounts", "account_id", CRITICAL),
    ("fxiaoke", "payment_plans", "account_id"): ("accounts", "account_id", CRITICAL),
    ("fxiaoke", "payments", "account_id"): ("accounts", "account_id", CRITICAL),
    ("fxiaoke", "order_payments", "payment_id"): ("payments", "payment_id", CRITICAL),
    ("fxiaoke", "cases", "account_id"): ("accounts", "account_id", WARNING),
    ("fxiaoke", "member_points", "member_id"): ("members", "member_id", WARNING),
    ("files", "contacts", "customer_id"): ("customers", "customer_id", WARNING),
    ("files", "opportunities", "customer_id"): ("customers", "customer_id", WARNING),
    ("files", "invoices", "customer_id"): ("customers", "customer_id", CRITICAL),
    ("files", "credit_notes", "customer_id"): ("customers", "customer_id", CRITICAL),
    ("files", "receipts", "customer_id"): ("customers", "customer_id", CRITICAL),
    ("files", "receipt_allocations", "receipt_id"): ("receipts", "receipt_id", CRITICAL),
    ("files", "receipt_allocations", "invoice_id"): ("invoices", "invoice_id", CRITICAL),
}


def landed(
    spec: EntitySpec, categories: Categories, present: Collection[tuple[str, str]], currencies: list[str]
) -> Suite:
    """Expectations on raw.<source>__<entity>; `present` are the (source, entity) pairs this run has rows of."""
    table = f"{spec.source}__{spec.entity}"
    suite = Suite(name=f"landed.{table}", object=f"raw.{table}")
    names = {column.name: categories.raw_columns(column) for column in spec.columns}
    shape = [*(name for raw in names.values() for name in raw), *_TECHNICAL]
    suite.rows.append(
        gxe.ExpectTableColumnsToMatchSet(
            column_set=shape,
            exact_match=True,
            severity=CRITICAL,
            meta=meta(
                _OWNER,
                f"{suite.object} has not the columns its specification gives it",
                "land the file again",
            ),
        )
    )
    if (spec.source, spec.entity) not in present:
        return suite
    suite.rows.append(
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1,
            severity=CRITICAL,
            meta=meta(_OWNER, f"{suite.object} is empty though a file was loaded", "see `crw quarantine`"),
        )
    )
    for column in spec.columns:
        _column(suite, spec, column, names[column.name], currencies)
    _key(suite, spec, names)
    for (source, entity, column), (parent, parent_column, severity) in REFERENCES.items():
        if (source, entity) == (spec.source, spec.entity) and (source, parent) in present:
            _reference(suite, column, f"raw.{source}__{parent}", parent_column, severity)
    return suite


def _column(
    suite: Suite, spec: EntitySpec, column: ColumnSpec, raw: list[str], currencies: list[str]
) -> None:
    if not raw:
        return
    name = quoted(raw[0])
    if column.not_null:
        suite.rows.append(
            gxe.ExpectColumnValuesToNotBeNull(
                column=raw[0],
                severity=CRITICAL,
                meta=meta(
                    _OWNER, f"{column.name} is empty in loaded rows of {suite.object}", "see `crw quarantine`"
                ),
            )
        )
    checked = {"date": "date", "timestamp": "timestamp", "decimal": "decimal(38, 10)", "integer": "bigint"}
    if target := checked.get(column.type):
        failed = f"{name} is not null and try_cast({name} as {target}) is null"
        _limit(suite, f"{column.name}_unreadable", failed, CRITICAL, f"{column.name} is no {column.type}")
    if column.type in ("date", "timestamp"):
        outside = f"try_cast({name} as date) not between date '{_FIRST_DAY}' and date '{_LAST_DAY}'"
        _limit(
            suite, f"{column.name}_insane", outside, WARNING, f"{column.name} lies before 1980 or after 2100"
        )
    if column.type == "boolean":
        _limit(
            suite,
            f"{column.name}_unreadable",
            f"{name} not in ('true', 'false')",
            CRITICAL,
            f"{column.name} is no boolean",
        )
    if column.type == "currency" and currencies:
        unknown = f"{name} not in ({listed(currencies)})"
        _limit(suite, f"{column.name}_unknown", unknown, WARNING, f"{column.name} is not in currencies.csv")


def _limit(suite: Suite, name: str, condition: str, severity: Severity, problem: str) -> None:
    suite.limit(
        name,
        rows_where(condition),
        severity,
        _OWNER,
        f"{problem} in loaded rows of {suite.object}",
        "correct it at the source and land the file again; a known currency needs a row in currencies.csv"
        if name.endswith("_unknown")
        else "correct it at the source and land the file again",
    )


def _key(suite: Suite, spec: EntitySpec, names: dict[str, list[str]]) -> None:
    # Inside a batch only: a later batch of an incremental source replaces rows by their key.
    if spec.repeated or not spec.key or any(len(names[part]) != 1 for part in spec.key):
        return
    parts = ", ".join(quoted(names[part][0]) for part in spec.key)
    doubles = f"(select count(*) from (select 1 from {suite.object} group by _batch_id, {parts} having count(*) > 1))"
    suite.limit(
        "doubled_keys",
        f"max({doubles})",
        CRITICAL,
        _OWNER,
        f"{', '.join(spec.key)} is not unique inside a file of {suite.object}",
        "remove the doubles at the source and land the file again",
    )


def _reference(suite: Suite, column: str, parent: str, parent_column: str, severity: Severity) -> None:
    name = quoted(column)
    orphans = (
        f"(select count(*) from {suite.object} as child anti join {parent} as parent"
        f" on child.{name} = parent.{quoted(parent_column)} where child.{name} is not null)"
    )
    suite.limit(
        f"{column}_orphan_share",
        f"max({orphans})::double / nullif(count({name}), 0)",
        severity,
        _OWNER,
        f"More than {ORPHAN_LIMIT:.0%} of the {column} in {suite.object} name nothing in {parent}",
        "deliver both exports of the same day; single orphans are listed by `crw quarantine`",
        most=ORPHAN_LIMIT,
    )
