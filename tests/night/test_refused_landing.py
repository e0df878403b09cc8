"""A bad delivery: refused before anything is built, with file, column and way out, and nothing is served of it."""

import shutil
from pathlib import Path

import pytest

from orchestration.cli.app import run
from orchestration.demo import DEMO_LANDING
from orchestration.publishing.runs import read_runs


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    shutil.copytree(DEMO_LANDING, folder)
    return folder


def test_bad_files_are_all_named_and_nothing_is_built(
    landing: Path, warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoices = landing / "zoho_books" / "Invoice.csv"
    text = invoices.read_text(encoding="utf-8-sig")
    invoices.write_text(text.replace("Invoice Date", "Some Date", 1), encoding="utf-8")
    payments = landing / "zoho_books" / "Customer_Payment.csv"
    payments.write_text(payments.read_text(encoding="utf-8-sig").splitlines()[0] + "\n", encoding="utf-8")
    code = run(["nightly", "--landing", str(landing), "--warehouse", str(warehouse), "--as-of", "2026-06-30"])
    errors = capsys.readouterr().err
    assert code == 1
    for part in (
        "2 landed files",
        "zoho_books/Invoice.csv",
        "Invoice Date",
        "zoho_books/Customer_Payment.csv",
    ):
        assert part in errors
    assert errors.count("Way out:") >= 3
    assert "Traceback" not in errors
    assert not list((warehouse / "builds").glob("r*"))
    assert not (warehouse / "current").exists()
    record = read_runs(warehouse)[0]
    assert (record.status, record.phase) == ("refused", "land")


def test_empty_landing_and_unknown_past_are_said_in_words(
    tmp_path: Path, warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    options = ["--warehouse", str(warehouse), "--as-of", "2026-06-30"]
    assert run(["nightly", "--landing", str(tmp_path / "empty"), *options]) in (1, 2)
    assert "Way out:" in capsys.readouterr().err
    assert run(["nightly", "--known-at", "2020-01-01", *options]) == 1
    assert "No landed data is known at 2020-01-01" in capsys.readouterr().err
