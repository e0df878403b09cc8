"""Told once, not told again within a day, never swallowed: failed, refused, held, killed, late, and early warnings."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import clock
from orchestration.alerting import causes, outbox, tell
from orchestration.alerting.alert import Alert
from orchestration.alerting.channels import channels
from orchestration.alerting.telling import MOST_AT_ONCE
from orchestration.cli.app import run as crw
from orchestration.errors import LandingRefused, RunActive
from orchestration.publishing.manifest import Manifest, TableFacts
from orchestration.publishing.recovery import recover
from orchestration.publishing.runs import RunRecord, write_run
from orchestration.publishing.versions import open_version
from tests.alerting.receivers import Web
from tests.night.tiny import make_version, moment

REFUSED = (
    "1 landed file was refused, nothing was built:\n  张三 13800138000.csv, line 3 (header_only): no rows\n"
    "    Way out: export it again.\n Way out: correct it."
)


def ended(
    warehouse: Path, day: int, status: str = "refused", reason: str = REFUSED, **more: Any
) -> RunRecord:
    """Record a run of a day of June 2026."""
    facts = {
        "status": status,
        "started_at": moment(day),
        "ended_at": moment(day) + timedelta(minutes=2),
        "as_of": f"2026-06-{day - 1:02d}",
        "run_id": f"r{day}",
        "phase": "land",
        "reason": reason,
    }
    record = RunRecord(**{**facts, **more})
    write_run(warehouse, record)
    return record


@pytest.fixture
def hook(web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    """A configured generic webhook."""
    monkeypatch.setenv("CRW_ALERT_WEBHOOK_URL", web.url())
    return web


def titles(web: Web) -> list[str]:
    return [body["title"] for body in web.bodies]


@pytest.mark.parametrize("status", ["refused", "failed", "killed"])
def test_a_night_that_did_not_publish_is_told_once(warehouse: Path, hook: Web, status: str) -> None:
    ended(warehouse, 10, status)
    told = tell(warehouse, moment(10))
    assert (len(told.raised), told.delivered, told.problems) == (1, 1, [])
    assert tell(warehouse, moment(10)).delivered == 0
    (body,) = hook.bodies
    assert body["title"] == f"{causes.TITLES[status]}: as of 2026-06-09, phase land"
    assert body["cause"] == f"run:{status}:land:header_only"
    assert "Reasons: header_only x 1" in body["lines"]


def test_a_held_night_is_told() -> None:
    record = RunRecord.model_construct(
        status="held", started_at=moment(1), ended_at=moment(1), as_of="2026-06-01", run_id="r", phase="hold",
        reason="Rows of invoices are outside their band.", version=None, seconds={},
    )  # fmt: skip
    alert = causes.of_run(record)
    assert alert is not None
    assert alert.title == "Night held until a person decides: as of 2026-06-01, phase hold"


def test_the_text_names_no_delivered_file_and_nobody(warehouse: Path, hook: Web) -> None:
    ended(warehouse, 10)
    tell(warehouse, moment(10))
    told = json.dumps(hook.bodies, ensure_ascii=False)
    assert "张三" not in told
    assert "13800138000" not in told
    kept = "".join(path.read_text(encoding="utf-8") for path in (warehouse / "alerts").glob("*.json"))
    assert "张三" not in kept


def test_a_run_stopped_by_hand_is_no_alert(warehouse: Path, hook: Web) -> None:
    ended(warehouse, 10, "failed", "KeyboardInterrupt")
    assert tell(warehouse, moment(10)).raised == []


def test_the_same_cause_is_counted_for_a_day_and_then_told_again(warehouse: Path, hook: Web) -> None:
    ended(warehouse, 10)
    tell(warehouse, moment(10))
    for hours in (1, 2, 20):
        record = ended(warehouse, 10)
        again = record.model_copy(
            update={
                "started_at": moment(10) + timedelta(hours=hours),
                "ended_at": moment(10) + timedelta(hours=hours),
                "reason": REFUSED.replace("line 3", "line 4"),
            }
        )
        write_run(warehouse, again)
        tell(warehouse, again.ended_at)
    assert len(hook.bodies) == 1
    assert [entry.repeats for entry in outbox.read_entries(warehouse)] == [3]
    ended(warehouse, 12)
    tell(warehouse, moment(12))
    assert hook.bodies[1]["lines"][-1] == "Again: the same since 2026-06-10 12:02 UTC, 4 times."


def test_another_cause_is_told_at_once(warehouse: Path, hook: Web) -> None:
    ended(warehouse, 10)
    ended(warehouse, 11, reason=REFUSED.replace("header_only", "undecodable"))
    tell(warehouse, moment(11))
    assert [body["cause"][-11:] for body in hook.bodies] == ["header_only", "undecodable"]


def test_after_a_publication_the_same_cause_is_told_at_once(warehouse: Path, hook: Web) -> None:
    ended(warehouse, 10)
    tell(warehouse, moment(10))
    published = ended(warehouse, 11, "published", "", version="2026-06-10.1")
    write_run(
        warehouse, published.model_copy(update={"status": "refused", "run_id": "r0", "version": None,
                                               "reason": REFUSED, "started_at": moment(11) + timedelta(hours=1)})
    )  # fmt: skip
    tell(warehouse, moment(11) + timedelta(hours=2))
    assert len(hook.bodies) == 2


def test_what_is_not_taken_is_kept_shown_and_tried_again(
    warehouse: Path, hook: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(warehouse, 10)
    hook.status = 500
    first = tell(warehouse, moment(10))
    assert first.problems == ["webhook did not take an alert: HTTP 500; the next run tries again."]
    assert crw(["status", "--warehouse", str(warehouse)]) == 0
    shown = capsys.readouterr().out
    assert "Untold" in shown
    assert "webhook: HTTP 500" in shown
    hook.status = 200
    assert crw(["alerts", "send", "--warehouse", str(warehouse)]) == 0
    capsys.readouterr()
    crw(["status", "--warehouse", str(warehouse)])
    assert "Untold" not in capsys.readouterr().out
    assert hook.bodies[0]["id"] == hook.bodies[1]["id"]
    assert tell(warehouse, moment(11)).delivered == 0


def test_one_dead_receiver_keeps_nothing_from_the_others(
    warehouse: Path, hook: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRW_ALERT_SLACK_URL", "http://127.0.0.1:9/dead")
    ended(warehouse, 10)
    told = tell(warehouse, moment(10))
    assert told.delivered == 1
    assert told.problems == [
        "slack did not take an alert: ConnectionRefusedError 111; the next run tries again."
    ]
    assert [entry.pending for entry in outbox.read_entries(warehouse)] == [("slack",)]


def test_a_full_disk_does_not_silence_an_alert(
    warehouse: Path, hook: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(warehouse, 10)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.alerting.outbox.write_json", full)
    told = tell(warehouse, moment(10))
    assert len(hook.bodies) == 1
    assert told.problems == ["Alerts could not be written down: No space left on device."]


def test_a_bad_setting_is_a_problem_and_the_alert_waits(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, web: Web
) -> None:
    monkeypatch.setenv("CRW_ALERT_SLACK_URL", "nonsense")
    ended(warehouse, 10)
    assert "CRW_ALERT_SLACK_URL" in tell(warehouse, moment(10)).problems[0]
    monkeypatch.setenv("CRW_ALERT_SLACK_URL", web.url())
    assert tell(warehouse, moment(10)).delivered == 1


def test_a_flood_is_sent_over_several_passes(warehouse: Path, hook: Web) -> None:
    many = [
        Alert(cause=f"c{number}", severity="warning", title=str(number), raised_at=moment(1))
        for number in range(MOST_AT_ONCE + 4)
    ]
    assert tell(warehouse, moment(1), many).delivered == MOST_AT_ONCE
    assert tell(warehouse, moment(1)).delivered == 4


def test_a_killed_run_is_told_before_the_next_one_starts_and_not_again_after(
    warehouse: Path, hook: Web
) -> None:
    make_version(warehouse, date(2026, 6, 1))
    left = {
        "pid": 4711,
        "started_at": "2026-06-03T12:00:00Z",
        "as_of": "2026-06-02",
        "run_id": "r9",
        "phase": "build",
    }
    (warehouse / "lock").write_text(json.dumps(left))
    tell(warehouse, moment(3))
    recover(warehouse, left, moment(4))
    tell(warehouse, moment(4))
    assert titles(hook) == ["Night was killed: as of 2026-06-02, phase build"]


def test_what_happened_before_the_first_pass_and_was_mended_is_no_news(warehouse: Path, hook: Web) -> None:
    ended(warehouse, 5)
    ended(warehouse, 6, "published", "", version="2026-06-05.1")
    ended(warehouse, 7)
    tell(warehouse, moment(7))
    assert [body["as_of"] for body in hook.bodies] == ["2026-06-06"]


def test_errors_before_the_run_is_recorded() -> None:
    active = causes.of_error(RunActive("Another nightly is active: process 12."), moment(1))
    other = causes.of_error(RunActive("Another nightly is active: process 13."), moment(1))
    assert active is not None
    assert other is not None
    assert (active.severity, active.cause) == ("warning", other.cause)
    foreign = causes.of_error(ValueError("13800138000"), moment(1))
    assert foreign is not None
    assert foreign.lines[0] == "ValueError."
    assert causes.of_error(KeyboardInterrupt(), moment(1)) is None
    refused = causes.of_error(LandingRefused("No file.", "deliver one."), moment(1))
    assert refused is not None
    assert refused.lines[0] == "No file. Way out: deliver one."


def warned(warehouse: Path, day: int, rows: list[tuple[str, str, str, str, str]], n: int = 1) -> Manifest:
    """Publish a version whose mart_alerts holds rows of (rule, severity, state, customer_key, changed)."""
    manifest = make_version(warehouse, date(2026, 6, day), n)
    folder = warehouse / "versions" / manifest.version
    (folder / "finance.duckdb").unlink()
    with duckdb.connect(str(folder / "finance.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.mart_alerts (alert_id varchar, alert_severity varchar, alert_state varchar,"
            " customer_key varchar, changed_date date, as_of_date date, alert_en varchar, alert_zh varchar,"
            " action_owner varchar, customer_name varchar)"
        )
        for row in rows:
            connection.execute(
                "insert into marts.mart_alerts values (?, ?, ?, ?, ?, ?, 'High risk', '高风险', 'credit', '王五')",
                [*row, manifest.as_of_date],
            )
    facts = TableFacts(rows=len(rows), sums={}, audience=["finance"], parquet="x")
    whole = manifest.model_copy(update={"tables": {**manifest.tables, "mart_alerts": facts}, "files": {}})
    whole.write(folder)
    started_at = moment(day + 1) + timedelta(minutes=n)
    ended(warehouse, day + 1, "published", "", version=manifest.version, started_at=started_at)
    return whole


def test_critical_early_warnings_are_news_once(warehouse: Path, hook: Web) -> None:
    rows = [
        ("tier_high", "critical", "opened", f"k{number}", "2026-06-10") for number in range(7)
    ] + [
        ("tier_high", "critical", "worsened", "w1", "2026-06-10"),
        ("tier_high", "critical", "open", "old", "2026-06-01"),
        ("score_rise", "warning", "opened", "mild", "2026-06-10"),
    ]  # fmt: skip
    warned(warehouse, 10, rows)
    tell(warehouse, moment(11))
    (body,) = hook.bodies
    assert body["title"] == "8 critical early warnings as of 2026-06-10, customers: 8"
    assert body["lines"][0] == (
        "High risk 高风险 (tier_high): 7 opened, 1 worsened; credit; customer_key k0, k1, k2, k3, k4 and 3 more"
    )
    assert "王五" not in json.dumps(body, ensure_ascii=False)
    # the same night run again, with one warning more: only that one is news
    warned(warehouse, 10, [*rows, ("in_default", "critical", "opened", "k0", "2026-06-10")], n=2)
    tell(warehouse, moment(12))
    assert titles(hook)[1:] == ["1 critical early warning as of 2026-06-10, customers: 1"]


def test_a_past_night_run_again_is_no_news(warehouse: Path, hook: Web) -> None:
    manifest = warned(warehouse, 10, [("tier_high", "critical", "opened", "k1", "2026-06-10")])
    history = {
        "fct_customer_risk": {date(2026, 6, 20): manifest.history["fct_customer_risk"][date(2026, 6, 10)]}
    }
    manifest.model_copy(update={"history": history}).write(warehouse / "versions" / manifest.version)
    assert tell(warehouse, moment(21)).raised == []


def test_warnings_that_cannot_be_read_are_told(warehouse: Path, hook: Web) -> None:
    manifest = warned(warehouse, 10, [])
    (warehouse / "versions" / manifest.version / "finance.duckdb").write_text("not a database")
    tell(warehouse, moment(11))
    assert titles(hook) == ["Early warnings of 2026-06-10.1 cannot be read"]


def test_the_demo_is_told_with_keys_and_without_names(published_demo: Any) -> None:
    version = published_demo.result.version
    alert = causes.of_warnings(open_version(published_demo.warehouse, version.name), set(), clock.utc_now())
    assert alert is not None
    with duckdb.connect(str(published_demo.finance), read_only=True) as connection:
        names = connection.execute(
            "select distinct customer_name from marts.mart_customer_tier where length(customer_name) > 1"
        ).fetchall()
    assert names
    assert [name for (name,) in names if name in alert.text] == []
    assert len(alert.news) == len(set(alert.news)) > 0


def test_the_command_tests_every_receiver(hook: Web, capsys: pytest.CaptureFixture[str]) -> None:
    assert crw(["alerts", "test"]) == 0
    assert "webhook: taken" in capsys.readouterr().out
    hook.status = 404
    assert crw(["alerts", "test"]) == 1
    assert "webhook: not taken, HTTP 404" in capsys.readouterr().out


def test_no_receiver_is_a_question_of_configuration() -> None:
    assert channels({}) == []
    assert crw(["alerts", "test"]) == 2
