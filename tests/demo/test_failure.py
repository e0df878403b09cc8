"""The bad exports really are bad, the judge really complains, and the whole demonstration passes."""

import subprocess
from pathlib import Path

import pytest

from orchestration.demo import failure, generate
from orchestration.demo.failure_cases import CASES, Case
from orchestration.files import sha256_file


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("failure") / "landing"
    generate(folder, failure.CUSTOMERS)
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_changes_its_file(case: Case, landing: Path, tmp_path: Path) -> None:
    copy = tmp_path / Path(case.file).name
    copy.write_bytes((landing / case.file).read_bytes())
    before = sha256_file(copy)
    case.break_it(copy)
    assert sha256_file(copy) != before


def finished(code: int, output: str) -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], code, stdout="", stderr=output)


def test_judge_accepts_a_proper_refusal_only() -> None:
    good = "LandingRefused Invoice.csv, line 3, column Total. Way out: export it again."
    assert failure.judge(finished(1, good), {"宁波恒泰"}, 1, ("Invoice.csv", "Total")) == []
    assert failure.judge(finished(0, good), set(), 1, ()) == ["exit code 0, expected 1"]
    assert failure.judge(finished(1, good), set(), 1, ("Due Date",)) == ["the message does not name Due Date"]
    assert failure.judge(finished(1, good), {"export it"}, 1, ()) == ["the message holds a value of the file"]
    assert failure.judge(finished(1, "Traceback"), set(), 1, ()) == [
        "the message has no way out",
        "a traceback was printed",
    ]


def test_telling_cells_leave_out_headers_and_dates(landing: Path) -> None:
    cells = failure.cells(landing / "zoho_books/Invoice.csv")
    assert "Invoice Number" not in cells
    assert not any(cell.startswith("2025-") and len(cell) == 10 for cell in cells)
    assert any(cell.startswith("INV-") for cell in cells)


@pytest.mark.slow
def test_bad_exports_are_refused_and_the_served_version_stays() -> None:
    assert failure.main() == 0
