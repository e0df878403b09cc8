"""The shipped demo, one full run with the real audit: what readers find, and what the commands tell."""

import io
import json
import re
from pathlib import Path

import duckdb
import pytest
from pyarrow import parquet

from orchestration.cli.app import run
from orchestration.publishing import lock
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.runs import read_runs
from orchestration.reporting.labels import label
from tests.conftest import PublishedDemo

MARTS = {
    "dim_dates",
    "fct_customer_risk",
    "fct_customer_risk_factors",
    "mart_alert_grades",
    "mart_alerts",
    "mart_ar_ageing",
    "mart_bad_debt",
    "mart_churn_watchlist",
    "mart_collections",
    "mart_complaints",
    "mart_contract_risk",
    "mart_control_effects",
    "mart_controls",
    "mart_credit_control",
    "mart_customer_relationship",
    "mart_customer_satisfaction",
    "mart_customer_tier",
    "mart_expected_loss",
    "mart_group_exposure",
    "mart_identity_exceptions",
    "mart_loyalty",
    "mart_loyalty_points",
    "mart_new_customers",
    "mart_override_grades",
    "mart_pd_coefficients",
    "mart_pd_model",
    "mart_permitted_contacts",
    "mart_portfolio",
    "mart_privacy_register",
    "mart_provision",
    "mart_quarantine",
    "mart_record_states",
    "mart_restatements",
    "mart_risk_overrides",
    "mart_roll_rates",
    "mart_run",
    "mart_satisfaction",
    "mart_satisfaction_drivers",
    "mart_score_calibration",
    "mart_score_roc",
    "mart_score_stability",
    "mart_score_validation",
    "mart_score_worth",
    "mart_tier_migration",
}
FINANCE_ONLY = {
    "mart_customer_satisfaction",
    "mart_identity_exceptions",
    "mart_override_grades",
    "mart_permitted_contacts",
    "mart_privacy_register",
    "mart_quarantine",
    "mart_record_states",
    "mart_risk_overrides",
}


@pytest.fixture
def crw(published_demo: PublishedDemo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run a command on the published demo; returns exit code and output."""
    monkeypatch.setenv("CRW_WAREHOUSE", str(published_demo.warehouse))

    def call(*arguments: str) -> tuple[int, str]:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return call


def manifest_of(published: PublishedDemo) -> Manifest:
    return Manifest.read((published.warehouse / "current").resolve())


def tables(database: Path) -> set[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    assert {schema for schema, _ in rows} == {"marts"}
    return {name for _, name in rows}


def test_version_is_whole_and_nothing_is_left_over(published_demo: PublishedDemo) -> None:
    folder = (published_demo.warehouse / "current").resolve()
    manifest = manifest_of(published_demo)
    assert manifest.problems(folder, checksums=True) == []
    assert set(manifest.files) == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {
        "manifest.json"
    }
    assert not list(folder.rglob("*.wal"))
    assert list((published_demo.warehouse / "builds").iterdir()) == []
    assert [record.status for record in read_runs(published_demo.warehouse)] == ["published"]
    assert lock.holder(published_demo.warehouse) is None


def test_each_audience_gets_its_marts(published_demo: PublishedDemo) -> None:
    current = published_demo.warehouse / "current"
    assert tables(current / "finance.duckdb") == MARTS
    assert tables(current / "bi.duckdb") == MARTS - FINANCE_ONLY


@pytest.mark.parametrize("name", ["finance.duckdb", "bi.duckdb"])
def test_files_have_the_storage_that_duckdb_1_opens(published_demo: PublishedDemo, name: str) -> None:
    header = (published_demo.warehouse / "current" / name).read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64


def test_parquet_tables_and_manifest_agree(published_demo: PublishedDemo) -> None:
    manifest = manifest_of(published_demo)
    current = published_demo.warehouse / "current"
    with duckdb.connect(str(current / "finance.duckdb"), read_only=True) as connection:
        for name, facts in manifest.tables.items():
            in_file = connection.execute(f"select count(*) from marts.{name}").fetchone()
            assert in_file == (facts.rows,)
            assert parquet.read_metadata(current / facts.parquet).num_rows == facts.rows


def test_tables_and_columns_carry_their_descriptions(published_demo: PublishedDemo) -> None:
    with duckdb.connect(str(published_demo.finance), read_only=True) as connection:
        silent = connection.execute(
            "select table_name from duckdb_tables() where comment is null union all"
            " select table_name || '.' || column_name from duckdb_columns()"
            " where schema_name = 'marts' and comment is null"
        ).fetchall()
    assert silent == []


def test_report_needs_no_network_and_speaks_both_languages(published_demo: PublishedDemo) -> None:
    page = (published_demo.warehouse / "current" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|src=|@import|<script|<link", page)
    for text in (
        "Risk tiers",
        "风险等级",
        "账龄",
        "Checks before publishing",
        "zoho_books/Invoice.csv",
        "2026-06-30",
    ):
        assert text in page


def test_the_model_card_is_published_beside_the_report(published_demo: PublishedDemo) -> None:
    served = published_demo.warehouse / "current"
    card, page = ((served / name).read_text(encoding="utf-8") for name in ("model_card.md", "report.html"))
    assert 'id="model-card"' in page
    with duckdb.connect(str(published_demo.finance), read_only=True) as connection:
        dimensions = connection.execute(
            "select distinct dimension from marts.fct_customer_risk_factors"
        ).fetchall()
    for (dimension,) in dimensions:
        assert f"### {label('risk_dimensions', dimension).en} " in card
    # one date of history: nothing can have been proven
    assert "Insufficient history" in card
    assert not re.search(r"https?://", card)


def test_explain_shows_every_factor_and_adds_up(published_demo: PublishedDemo, crw) -> None:
    with duckdb.connect(str(published_demo.finance), read_only=True) as connection:
        key, customer_id, score = connection.execute(
            "select customer_key, customer_id, composite_score from marts.mart_customer_tier"
            " where composite_score is not null order by composite_score desc, customer_key limit 1"
        ).fetchone()
        total, factors = connection.execute(
            "select sum(composite_contribution), list(reason_code) from marts.fct_customer_risk_factors"
            " where customer_key = ? and status = 'scored'",
            [key],
        ).fetchone()
    assert total == pytest.approx(score, abs=0.01)
    for name in (key, customer_id, customer_id.split(":")[1]):
        code, text = crw("explain", name)
        assert code == 0
        assert all(reason in text for reason in factors)
        assert f"{score:.1f}" in text
    assert "风险" in crw("explain", "--language", "zh", key)[1]


def test_explain_of_several_customers_lists_them(crw) -> None:
    code, text = crw("explain", "有限公司")
    assert code == 2
    assert text.count("有限公司\n") > 3
    assert crw("explain", "no such customer")[0] == 2


def test_query_command_writes_json_and_csv(crw) -> None:
    code, text = crw("query", "-f", "json", "select count(*) as n from fct_customer_risk")
    assert code == 0
    assert json.loads(text)[0]["n"] > 200
    code, text = crw("query", "--audience", "bi", "-f", "csv", "show tables")
    assert code == 0
    assert set(text.split()) - {"name"} == MARTS - FINANCE_ONLY
    code, text = crw("query", "--audience", "bi", "select * from mart_quarantine")
    assert code == 2
    assert "Traceback" not in text


def test_quarantine_names_file_line_column_and_way_out(crw) -> None:
    code, text = crw("quarantine", "--format", "json")
    assert code == 0
    findings = json.loads(text)
    assert {"bad_date", "bad_number", "field_count", "duplicate_document"} <= {
        f["reason_code"] for f in findings
    }
    assert all(f["line"] > 1 and f["file"] for f in findings if f["stage"] == "landing")
    one = json.loads(crw("quarantine", "--format", "json", "--file", "Invoice.csv")[1])
    assert {f["file"] for f in one} == {"zoho_books/Invoice.csv"}
    assert "Way out:" in crw("quarantine")[1]


def test_versions_and_status_tell_what_is_served(published_demo: PublishedDemo, crw) -> None:
    name = manifest_of(published_demo).version
    assert name in crw("versions")[1]
    code, text = crw("status")
    assert code == 0
    assert name in text
    assert "published" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["nightly", "--as-of", "yesterday"],
        ["nightly", "--known-at", "soon"],
        ["nightly", "--landing", "no/such/folder"],
        ["rollback", "2020-01-01.1"],
        ["query", "drop table x"],
        ["nonsense"],
        ["nightly", "--nonsense"],
    ],
)
def test_bad_usage_exits_2_in_words(
    crw, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if arguments[0] == "nightly":
        monkeypatch.setenv("CRW_WAREHOUSE", str(tmp_path / "other"))
    code, text = crw(*arguments)
    assert code == 2
    assert "Traceback" not in text
    assert text.strip()


def test_help_documents_the_exit_codes(crw) -> None:
    text = crw("--help")[1]
    for code in ("0 ", "1 ", "2 ", "70 ", "74 ", "75 "):
        assert code in text


def test_shell_takes_statements_from_a_pipe(crw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("select count(*) as n\nfrom mart_customer_tier;\n.tables\n"))
    code, text = crw("shell", "--audience", "bi", "-f", "csv")
    assert code == 0
    assert text.startswith("n\n")
    assert "mart_customer_tier," in text
    assert "mart_quarantine," not in text
    monkeypatch.setattr("sys.stdin", io.StringIO("select * from read_text('/etc/passwd');\nselect 1;\n"))
    code, text = crw("shell", "-f", "csv")
    assert code == 2
    assert "root:" not in text
    assert "not accepted" in text


def test_keys_are_named_in_ledger_manifest_and_ring(published_demo: PublishedDemo, crw) -> None:
    rows = json.loads(crw("keys", "show", "-f", "json")[1])
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["master"]["vault_files"] == len(
        list((published_demo.warehouse / "vault").rglob("*.parquet"))
    )
    named = {source["pseudonym_key"] for source in manifest_of(published_demo).sources}
    assert named == {by_kind["pseudonyms"]["key_id"]}
    assert by_kind["pseudonyms"]["batches"] >= len(manifest_of(published_demo).sources)
