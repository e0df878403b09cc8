"""The audit fails closed, names what is wrong with counts and sums, and never shows a value."""

import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.auditing import __main__ as audit
from orchestration.auditing import judging, reconciliation
from orchestration.auditing.classification import classification
from orchestration.auditing.leak_scan import leak_scan
from orchestration.auditing.subject import Subject
from orchestration.auditing.verdict import KINDS, Check, Verdict

RULES = Path(__file__).resolve().parents[2] / "seeds" / "rules"
SECRET = "13812345678"


def check(kind="dbt_test", passed=True, severity="critical") -> Check:
    return Check("id", kind, "marts.t", severity, "owner", passed, {"rows": 1}, "what", "how")


def test_verdict_passes_only_with_every_kind_and_no_critical_failure(tmp_path):
    full = [check(kind) for kind in KINDS]
    assert Verdict(full).passed
    assert Verdict([*full, check(passed=False, severity="warning")]).passed
    assert not Verdict([*full, check(passed=False)]).passed
    for kind in KINDS:
        verdict = Verdict([item for item in full if item.kind != kind])
        assert not verdict.passed
        assert verdict.missing == [kind]
    Verdict(full).write(tmp_path / "audit.json")
    assert Verdict.read(tmp_path / "audit.json") == Verdict(full)


def test_a_missing_damaged_or_contradictory_verdict_has_not_passed(tmp_path):
    path = tmp_path / "audit.json"
    assert not Verdict.read(path).passed
    Verdict([check(kind) for kind in KINDS]).write(path)
    whole = json.loads(path.read_text())
    for broken in (
        "",
        "{}",
        path.read_text()[:-20],
        json.dumps({**whole, "checks": []}),
        json.dumps({**whole, "checks": [{**item, "passed": "no"} for item in whole["checks"]]}),
        json.dumps({**whole, "checks": [{**item, "passed": False} for item in whole["checks"]]}),
        json.dumps({**whole, "checks": [{**item, "kind": "guess"} for item in whole["checks"]]}),
    ):
        path.write_text(broken)
        assert not Verdict.read(path).passed


def test_a_kind_that_breaks_off_or_checks_nothing_fails_alone(monkeypatch, capsys):
    def raises(subject):
        yield check("leak_scan")
        raise ValueError(SECRET)

    kinds = {kind: lambda subject, kind=kind: iter([check(kind)]) for kind in KINDS}
    kinds |= {"leak_scan": raises, "expectation": lambda subject: iter([])}
    monkeypatch.setattr(judging, "_kinds", lambda: kinds)
    verdict = judging.judge(None)
    assert [item.id for item in verdict.blocking] == ["expectation.broken_off", "leak_scan.broken_off"]
    assert SECRET not in json.dumps([vars(item) for item in verdict.checks])
    assert not verdict.passed


def test_usage():
    assert audit.main([]) == 2
    assert audit.main(["/nowhere"]) == 2


@pytest.fixture
def subject(tmp_path) -> Subject:
    """A build with one landed table, its ledger facts and two marts."""
    build = tmp_path / "builds" / "r1"
    (build / "tmp").mkdir(parents=True)
    (build / "export").mkdir()
    plan = {"run_id": "r1", "loads": [_load("b1", 2), _load("b2", 1)]}
    (build / "plan.json").write_text(json.dumps(plan))
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        for schema in ("raw", "run", "marts", "staging"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table raw.files__invoices as select * from (values"
            " ('1', 'INV-1', 'CNY', '10.00', 'b1'), ('2', 'INV-2', 'USD', '5.50', 'b1'), ('1', 'INV-1', 'CNY', '12.00',"
            " 'b2')) as t(invoice_id, invoice_number, currency, amount, _batch_id), (values ('Invoice.csv', 2,"
            " timestamp '2026-06-30')) as u(_file, _line, _loaded_at), (values (null)) as v(reported_balance)"
        )
        connection.execute(
            "create table staging.stg_files__invoices (currency varchar, amount decimal(18, 2))"
        )
        connection.execute(
            "alter table staging.stg_files__invoices add column reported_balance decimal(18, 2)"
        )
        connection.execute(
            "insert into staging.stg_files__invoices values ('CNY', 12, null), ('USD', 5.5, null)"
        )
        connection.execute(
            "create table run.source_files as select 'files' as source, 'invoices' as entity, 4 as rows_in_file,"
            " 3 as rows_loaded, 1 as rows_quarantined, 0 as rows_filtered"
        )
        connection.execute("create table run.quarantine as select 'files' as source, 'invoices' as entity")
        connection.execute(
            "create table run.control_sums as select 'files' as source, 'invoices' as entity, 'amount' as column_name,"
            " * from (values ('CNY', 22.00), ('USD', 5.50)) as t(currency, control_sum)"
        )
        connection.execute(
            "create table marts.mart_named as select 'k1' as customer_key, 'Acme Ltd' as customer_name"
        )
    settings = SimpleNamespace(warehouse=tmp_path, rules_dir=RULES, memory_limit="500MB", threads=1)
    return Subject(build, settings)


def _load(batch: str, rows: int) -> dict[str, object]:
    return {"source": "files", "entity": "invoices", "batch_id": batch, "rows_loaded": rows}


def change(subject: Subject, sql: str) -> Subject:
    with duckdb.connect(str(subject.database)) as connection:
        connection.execute(sql)
    return Subject(subject.build, subject.settings)


def rows_and_sums(subject: Subject) -> list[Check]:
    with subject.connect() as connection:
        spec = reconciliation.known_sources()["files"].entities["invoices"]
        return [*reconciliation._rows(connection), *reconciliation._sums(connection, spec)]


def test_rows_and_sums_agree_from_ledger_to_staging(subject):
    checks = rows_and_sums(subject)
    assert [item.id for item in checks if not item.passed] == []
    assert len(checks) == 9


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (
            "update run.control_sums set control_sum = 22.01 where currency = 'CNY'",
            "files.invoices.amount CNY: ledger 22.01, raw 22.00; the difference is -0.01",
        ),
        (
            "delete from staging.stg_files__invoices where currency = 'USD'",
            "files.invoices.amount USD: raw 5.50, staging 0.00; the difference is -5.50",
        ),
        (
            "update run.source_files set rows_in_file = 5",
            "rows of raw.files__invoices: 5 landed, 3 loaded, 1 quarantined, 0 filtered; they do not add up",
        ),
        (
            "delete from run.quarantine",
            "rows of raw.files__invoices: 1 quarantined, 0 listed; they do not add up",
        ),
    ],
)
def test_a_lost_cent_or_row_is_named(subject, sql, told):
    failed = [item for item in rows_and_sums(change(subject, sql)) if not item.passed]
    assert [item.description for item in failed] == [told]
    assert failed[0].way_out
    assert failed[0].severity == "critical"


def test_compare_sees_a_currency_that_is_missing_on_either_side():
    sums = reconciliation._compare(
        "n", "marts.t", "upstream", {"CNY": Decimal(1)}, "here", {"USD": Decimal(2)}
    )
    assert [item.passed for item in sums] == [False, False]
    assert [item.passed for item in reconciliation._compare("n", "marts.t", "a", {}, "b", {})] == [True]


def test_leak_scan_finds_values_and_reads_a_clean_batch_once(subject):
    first = {item.object: item for item in leak_scan(subject)}
    assert all(item.passed for item in first.values())
    assert first["raw.files__invoices"].observed["scanned"] == 2
    assert {item.object: item for item in leak_scan(subject)}["raw.files__invoices"].observed["scanned"] == 0
    sql = f"update marts.mart_named set customer_name = 'Acme {SECRET}'"
    (failed,) = [item for item in leak_scan(change(subject, sql)) if not item.passed]
    assert failed.object == "marts.mart_named"
    assert failed.description == "marts.mart_named holds personal values (customer_name: 1 mobile)"
    assert SECRET not in json.dumps(vars(failed))


def test_leak_scan_reads_a_new_batch_and_files_for_readers(subject):
    list(leak_scan(subject))
    plan = json.loads((subject.build / "plan.json").read_text())
    plan["loads"].append(_load("b3", 1))
    (subject.build / "plan.json").write_text(json.dumps(plan))
    sql = (
        "insert into raw.files__invoices values ('x@example.com', 'n', 'CNY', '1', 'b3', 'f', 3, null, null)"
    )
    with duckdb.connect(str(subject.build / "export" / "bi.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.mart_named as select '4111 1111 1111 1111' as customer_name")
    failed = {item.id: item.observed for item in leak_scan(change(subject, sql)) if not item.passed}
    assert failed == {
        "leak_scan.raw.files__invoices": {"columns": 1, "values": 1, "batches": 3, "scanned": 1},
        "leak_scan.bi.marts.mart_named": {"columns": 1, "values": 1},
    }


def test_leak_scan_lets_a_series_of_order_numbers_through(subject):
    sql = "create table marts.mart_orders as select cast(11234567890 + 79371893 * i as varchar) as customer_name"
    checks = {item.object: item for item in leak_scan(change(subject, f"{sql} from range(1000) as t(i)"))}
    assert checks["marts.mart_orders"].passed


def test_classification_refuses_unknown_columns_and_columns_of_another_audience(subject):
    assert all(item.passed for item in classification(subject))
    with duckdb.connect(str(subject.build / "export" / "bi.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.mart_named as select 'k' as customer_key, 'p' as tax_id_key")
    changed = change(subject, "alter table marts.mart_named add column hobby varchar")
    failed = {item.id: item.description for item in classification(changed) if not item.passed}
    assert failed == {
        "categorised.marts.mart_named": "hobby in marts.mart_named have no category of information protection",
        "audience.bi.mart_named": "tax_id_key in marts.mart_named may not be in bi.duckdb",
    }


def test_classification_refuses_unknown_columns_of_raw_and_of_published_parquet(subject):
    (subject.build / "export" / "marts").mkdir()
    parquet = subject.build / "export" / "marts" / "mart_named.parquet"
    duckdb.sql("select 'k' as customer_key, 'reading' as hobby").write_parquet(str(parquet))
    changed = change(subject, "alter table raw.files__invoices add column hobby varchar")
    failed = {item.id: item.description for item in classification(changed) if not item.passed}
    assert failed == {
        "categorised.raw.files__invoices": "hobby in raw.files__invoices have no category of information protection",
        "audience.parquet.mart_named": "hobby in marts.mart_named may not be in mart_named.parquet",
    }
