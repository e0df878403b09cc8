"""The doors: bad data is told by counts, good data passes, and what cannot be judged has not passed."""

import json
from pathlib import Path

import duckdb
import pytest

from expectations.engine import gxe
from expectations.runner import CheckResult, validate
from expectations.severity import meta
from expectations.suite import Suite
from expectations.suites.landed import landed
from expectations.suites.mart_checks import MartRules, MartTable
from expectations.suites.marts import mart
from expectations.suites.protection import protect
from expectations.suites.published import published
from orchestration.landing.spec import known_sources
from orchestration.protection.categories import Categories

CATEGORIES = Categories.load(Path(__file__).resolve().parents[2] / "seeds" / "rules")
SECRET = "13812345678"


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[str, CheckResult]:
    """One engine for all: opening it costs more than the checks."""
    database = tmp_path_factory.mktemp("expectations") / "build.duckdb"
    sources = known_sources()
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute("create schema marts")
        connection.execute("create schema run")
        connection.execute(
            "create table run.context as select date '2026-06-30' as as_of_date, 'r1' as run_id"
        )
        for entity in sources["files"].entities.values():
            names = [name for column in entity.columns for name in CATEGORIES.raw_columns(column)]
            columns = ", ".join(f'"{name}" varchar' for name in names)
            technical = "_batch_id varchar, _file varchar, _line bigint, _loaded_at timestamp"
            connection.execute(f"create table raw.files__{entity.entity} ({columns}, {technical})")
        connection.execute(
            "insert into raw.files__customers (customer_id, _batch_id) values ('1', 'b'), ('2', 'b')"
        )
        connection.execute(
            "insert into raw.files__invoices (invoice_id, customer_id, issue_date, currency, amount, status, _batch_id)"
            f" values ('a', '1', '2026-01-31', 'CNY', '10.00', 'issued', 'b'), ('a', '9', '{SECRET}', 'XXX',"
            f" '{SECRET}x', 'issued', 'b'), ('b', null, '1900-01-01', 'CNY', '1', 'issued', 'c')"
        )
        connection.execute("create table raw.strange (a varchar)")
        connection.execute(
            "create table marts.mart_ar_ageing as select * from (values"
            " ('k1', date '2026-06-30', 'current', 5.0, 'r1'), ('k1', date '2026-06-30', 'credit', 5.0, 'r1'),"
            " ('k3', date '2026-06-29', 'lost', 5.0, null))"
            " as t(ageing_key, as_of_date, ageing_bucket, balance, run_id)"
        )
        connection.execute(
            "create table marts.named as select * from (values ('Acme １２３ ＋ Co', 'ok'), ('x@example.com', 'ok'),"
            f" ('Tel {SECRET}', 'ok'), ('{SECRET}', null)) as t(name, note)"
        )
    files = sources["files"].entities
    present = {("files", "customers"), ("files", "invoices")}
    suites = [landed(entity, CATEGORIES, present, ["CNY"]) for entity in files.values()]
    suites += [
        landed(sources["zoho_crm"].entities["deals"], CATEGORIES, set(), []),
        mart(
            MartTable("mart_ar_ageing", ("ageing_key",), "finance", ["balance"]),
            MartRules(ageing_buckets=["current", "credit"]),
        ),
        published("mart_ar_ageing", ["ageing_key"], 1, "r1"),
        protect(
            Suite(name="protection.marts.named", object="marts.named"),
            {"name": ("email", "mobile"), "note": ("email",)},
        ),
        protect(Suite(name="protection.marts.noted", object="marts.named"), {"note": ("email",)}),
        Suite(name="nothing", object="marts.named"),
        Suite(
            name="wrong",
            object="marts.named",
            rows=[
                gxe.ExpectColumnValuesToNotBeNull(column="gone", severity="warning", meta=meta("x", "y", "z"))
            ],
        ),
    ]
    checked = validate(database, suites, {"threads": "1", "memory_limit": "500MB"})
    assert len({check.id for check in checked}) == len(checked)
    return {check.id: check for check in checked}


def failed(results: dict[str, CheckResult], prefix: str) -> set[str]:
    return {name for name, check in results.items() if name.startswith(prefix) and not check.passed}


def test_landed_invoices_fail_where_they_are_bad(results):
    counts = "landed.files__invoices.column_max_to_be_between."
    assert failed(results, "landed.files__invoices") == {
        counts + "issue_date_unreadable",
        counts + "issue_date_insane",
        counts + "amount_unreadable",
        counts + "currency_unknown",
        counts + "doubled_keys",
        counts + "customer_id_orphan_share",
        "landed.files__invoices.column_values_to_not_be_null.customer_id",
    }
    assert results[counts + "amount_unreadable"].observed == {"observed": 1}
    assert results[counts + "currency_unknown"].severity == "warning"
    assert results[counts + "customer_id_orphan_share"].observed == {"observed": 0.5}
    assert (
        results["landed.files__invoices.column_values_to_not_be_null.customer_id"].observed[
            "unexpected_count"
        ]
        == 1
    )


def test_absent_and_good_tables_pass_and_a_missing_one_does_not(results):
    assert failed(results, "landed.files__customers") == set()
    assert results["landed.files__receipts.table_columns_to_match_set"].passed
    assert failed(results, "landed.zoho_crm__deals") == {"landed.zoho_crm__deals.rows"}
    assert results["landed.zoho_crm__deals.rows"].severity == "critical"


def test_marts(results):
    assert failed(results, "marts.mart_ar_ageing") == {
        "marts.mart_ar_ageing.column_values_to_be_unique.ageing_key",
        "marts.mart_ar_ageing.column_values_to_not_be_null.run_id",
        "marts.mart_ar_ageing.column_values_to_be_in_set.ageing_bucket",
        "marts.mart_ar_ageing.column_max_to_be_between.rows_of_another_run",
        "marts.mart_ar_ageing.column_max_to_be_between.signs_off_bucket",
    }
    assert all(
        check.owner == "finance" for name, check in results.items() if name.startswith("marts.mart_ar")
    )


def test_published_files_hold_the_rows_of_the_mart(results):
    assert results["published.mart_ar_ageing.column_max_to_be_between.rows_off_mart"].observed == {
        "observed": 1
    }


def test_protection_counts_texts_with_personal_values_and_leaves_bare_numbers_to_the_leak_scan(results):
    name = "column_max_to_be_between.personal_values"
    named = results[f"protection.marts.named.{name}"]
    # One row with both: rows are counted.
    assert (named.passed, named.observed, named.severity) == (False, {"observed": 2}, "critical")
    assert results[f"protection.marts.noted.{name}"].passed


def test_what_cannot_be_judged_has_not_passed(results):
    assert not results["nothing.empty"].passed
    wrong = results["wrong.column_values_to_not_be_null.gone"]
    assert (wrong.passed, wrong.severity) == (False, "critical")
    assert "exception" in wrong.observed


def test_no_value_leaves_and_every_check_says_what_to_do(results):
    text = json.dumps([vars(check) for check in results.values()], ensure_ascii=False)
    assert SECRET not in text
    assert "example.com" not in text
    assert "XXX" not in text
    for check in results.values():
        assert check.owner
        assert check.description
        assert check.way_out
        assert all(
            isinstance(value, int | float) for key, value in check.observed.items() if key != "exception"
        )
