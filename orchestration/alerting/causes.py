"""What is worth an alert: how a run ended, and the critical early warnings of a published night."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb

from orchestration import clock
from orchestration.alerting.alert import Alert, Severity, impersonal
from orchestration.errors import CrwError
from orchestration.publishing.runs import RunRecord
from orchestration.publishing.versions import Version

TITLES = {
    "refused": "Night refused",
    "held": "Night held until a person decides",
    "failed": "Night failed",
    "killed": "Night was killed",
}
STAYS = "What was published before stays served."
# Somebody pressed Ctrl-C: that person knows.
_DELIBERATE = "KeyboardInterrupt"
_CODE = re.compile(r"\(([a-z]+(?:_[a-z0-9]+)*)\)")
_MOST_KEYS = 5
_MOST_TEXT = 600


def of_run(record: RunRecord) -> Alert | None:
    """The alert of a run that did not publish; None for one that did, was rolled back or stopped by hand."""
    title = TITLES.get(record.status)
    if title is None or record.reason == _DELIBERATE:
        return None
    head, codes = outline(record.reason)
    marks = ",".join(sorted(codes)) or _shape(head)
    return Alert(
        cause=f"run:{record.status}:{record.phase}:{marks}",
        severity="critical",
        title=f"{title}: as of {record.as_of}, phase {record.phase}",
        lines=(*_told(head, codes), STAYS, "Details and way out: crw status"),
        as_of=record.as_of,
        raised_at=record.ended_at,
    )


def of_error(error: BaseException, now: datetime) -> Alert | None:
    """The alert of a command that ended before its run could be recorded."""
    if isinstance(error, KeyboardInterrupt):
        return None
    name = type(error).__name__
    head, codes = outline(str(error)) if isinstance(error, CrwError) else (f"{name}.", Counter())
    severity: Severity = "warning" if getattr(error, "exit_code", 1) == 75 else "critical"
    return Alert(
        cause=f"command:{name}:{_shape(head) if severity == 'critical' else ''}",
        severity=severity,
        title="Night did not start",
        lines=(*_told(head, codes), STAYS, "Details and way out: crw status"),
        raised_at=now,
    )


def of_story(story: str, as_of: str, now: datetime) -> Alert:
    """The alert of a scheduled run that ended before it became a night; `story` is what its steps say."""
    head, codes = outline(story)
    return Alert(
        cause=f"scheduled:{_shape(head)}",
        severity="critical",
        title=f"Night did not run: as of {as_of}",
        lines=(*_told(head, codes), STAYS, "Details and way out: crw status"),
        as_of=as_of,
        raised_at=now,
    )


def outline(reason: str) -> tuple[str, Counter[str]]:
    """The part of a reason that may leave the house: its own sentences, and the reason codes of its list.

    The indented lines name delivered files, whose names are not ours: they count by code.
    """
    lines = reason.splitlines()
    codes = Counter(code for line in lines if line.startswith(" ") for code in _CODE.findall(line))
    head = " ".join(line.strip() for line in lines if line.strip() and not line.startswith(" "))
    return impersonal(head)[:_MOST_TEXT], codes


def _told(head: str, codes: Counter[str]) -> Sequence[str]:
    counted = ", ".join(f"{code} x {count}" for code, count in sorted(codes.items()))
    return [part for part in (head, f"Reasons: {counted}" if counted else "") if part]


def _shape(text: str) -> str:
    """The same trouble with other numbers (process, line, count, run) is the same cause."""
    return re.sub(r"\W+", "-", re.sub(r"\b\w*\d[\w:.-]*", "n", text.lower()))[:80].strip("-")


def of_warnings(version: Version, told: set[str], now: datetime) -> Alert | None:
    """Critical early warnings that opened or worsened on the version's date and were not told before."""
    manifest = version.manifest
    if "mart_alerts" not in manifest.tables:
        return None
    newest = max((day for dates in manifest.history.values() for day in dates), default=manifest.as_of_date)
    if manifest.as_of_date < newest:
        return None  # a past night, run again: no news
    try:
        rows = _critical(version)
    except duckdb.Error as error:
        return Alert(
            cause="warnings:unreadable",
            severity="critical",
            title=f"Early warnings of {version.name} cannot be read",
            lines=(f"{type(error).__name__}; look at mart_alerts yourself.",),
            as_of=manifest.as_of_date.isoformat(),
            raised_at=now,
        )
    fresh = [row for row in rows if row["news"] not in told]
    if not fresh:
        return None
    lines = [_rule_line(rule, [row for row in fresh if row["alert_id"] == rule]) for rule in _rules(fresh)]
    customers = len({row["customer_key"] for row in fresh})
    plural = "s" if len(fresh) > 1 else ""
    return Alert(
        cause=f"warnings:{manifest.as_of_date}",
        severity="critical",
        title=f"{len(fresh)} critical early warning{plural} as of {manifest.as_of_date}, customers: {customers}",
        lines=(*lines, f"All of them: mart_alerts of version {version.name}"),
        as_of=manifest.as_of_date.isoformat(),
        raised_at=now,
        news=tuple(row["news"] for row in fresh),
    )


def _critical(version: Version) -> list[dict[str, Any]]:
    with duckdb.connect(str(version.folder / "finance.duckdb"), read_only=True) as connection:
        cursor = connection.execute(
            "select alert_id, alert_en, alert_zh, action_owner, customer_key, alert_state,"
            " md5(concat_ws('|', customer_key, alert_id, alert_state, changed_date)) as news"
            " from marts.mart_alerts where as_of_date = ? and alert_severity = 'critical'"
            " and alert_state in ('opened', 'worsened') order by alert_id, alert_state, customer_key",
            [version.manifest.as_of_date],
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rules(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row["alert_id"] for row in rows))


def _rule_line(rule: str, rows: list[dict[str, Any]]) -> str:
    states = Counter(row["alert_state"] for row in rows)
    counted = ", ".join(f"{states[state]} {state}" for state in ("opened", "worsened") if states[state])
    keys = [row["customer_key"] for row in rows]
    more = f" and {len(keys) - _MOST_KEYS} more" if len(keys) > _MOST_KEYS else ""
    first = rows[0]
    return (
        f"{first['alert_en']} {first['alert_zh']} ({rule}): {counted}; {first['action_owner']};"
        f" customer_key {', '.join(keys[:_MOST_KEYS])}{more}"
    )


def test_alert(now: datetime) -> Alert:
    """What `crw alerts test` sends."""
    return Alert(
        cause="test",
        severity="warning",
        title="Test of the customer risk warehouse's alerts 客户风险仓库告警测试",
        lines=("Nothing is wrong. Sent by crw alerts test.", f"At {clock.iso(now)}"),
        raised_at=now,
    )
