"""A deliberate leak in any text file of a version is caught before the version is served."""

from pathlib import Path

import pytest

from orchestration.errors import AuditRefused
from orchestration.publishing import publish as publishing
from orchestration.publishing.leaks import refuse_leaks
from orchestration.publishing.runs import read_runs
from orchestration.publishing.versions import current_name
from tests.night.faults.publishing import prepare, publish

MOBILE, EMAIL = "13812345678", "zhang.san@example.com"
CHART = '<svg><path d="M138.12345678,41.5L13812.5,9"/><text>{}</text></svg>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model_card.md", f"# Model card\nAsk {EMAIL}.\n"),
        ("model_card/roc.svg", CHART.format(f"of +86 {MOBILE}")),
        ("report.html", f"<td>{MOBILE}</td>"),
        ("manifest.json", f'{{"sources": [{{"file": "{EMAIL}"}}]}}'),
        ("a note without a suffix", "身份证 １１０１０５１９４９１２３１００２Ｘ"),
        ("table.csv", f"name,phone\nA,{MOBILE}\n"),
    ],
)
def test_a_leak_in_any_file_is_refused_by_its_name_alone(tmp_path: Path, name: str, content: str) -> None:
    for clean in ("model_card.md", "model_card/tiers.svg"):
        (tmp_path / clean).parent.mkdir(exist_ok=True)
        (tmp_path / clean).write_text(CHART.format("13,812,345,678.00 CNY"))
    (tmp_path / "manifest.json").write_text(f'{{"bytes": {MOBILE}, "sha256": "{"ab12" * 16}"}}')
    refuse_leaks(tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(AuditRefused) as refused:
        refuse_leaks(tmp_path)
    assert f"({name}: 1 " in refused.value.message
    assert not any(value in str(refused.value) for value in (MOBILE, EMAIL, "１１０１０５"))


def test_a_night_with_a_leak_in_a_text_file_serves_the_version_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path)
    served = current_name(tmp_path)
    monkeypatch.setattr(publishing, "write_report", publishing.write_report)

    def leak() -> None:
        publishing.write_report = lambda export, draft, rules_dir: (export / "model_card.md").write_text(
            EMAIL
        )

    with pytest.raises(AuditRefused, match=r"model_card.md: 1 email"):
        publish(tmp_path, leak)
    assert current_name(tmp_path) == served
    last = max(read_runs(tmp_path), key=lambda run: run.started_at)
    assert (last.status, last.phase) == ("refused", "publish")
