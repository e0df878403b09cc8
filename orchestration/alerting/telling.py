"""One pass over what happened: collect new alerts, write them down, send what is not delivered yet.

Written before it is sent, sent again by the next pass until it is taken: a receiver may see an alert twice after a
kill, never not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.alerting import causes, decay, outbox
from orchestration.alerting.alert import Alert
from orchestration.alerting.channels import Channel, channels
from orchestration.alerting.outbox import Entry
from orchestration.alerting.sending import Undeliverable
from orchestration.errors import ConfigurationError, CrwError
from orchestration.publishing.recovery import unrecorded
from orchestration.publishing.runs import RunRecord, read_runs, record_name
from orchestration.publishing.versions import open_version

# The same cause is told again after a day, for as long as no night publishes.
REPEAT_AFTER = timedelta(hours=24)
# Group robots take 20 messages a minute; what is over waits for the next pass.
MOST_AT_ONCE = 15


@dataclass
class Told:
    """What a pass did: alerts raised and delivered, and the problems people have to know of."""

    raised: list[Alert] = field(default_factory=list)
    delivered: int = 0
    problems: list[str] = field(default_factory=list)


def tell(
    warehouse: Path, now: datetime, extra: Sequence[Alert] = (), *, receivers: list[Channel] | None = None
) -> Told:
    """Tell what is new in the warehouse and `extra`, and try again what was not delivered. Raises nothing expected.

    A disk that takes no outbox does not silence an alert: it is sent without one.
    """
    told = Told()
    if receivers is None:
        try:
            receivers = channels()
        except ConfigurationError as error:
            told.problems.append(f"No alert can be sent. {error}")
            receivers = []
    unkept: list[Alert] = list(extra)
    try:
        with outbox.alone(warehouse):
            entries = _collected(warehouse, now, extra, told, unkept)
            _send(warehouse, entries, receivers, now, told)
            outbox.prune(warehouse, entries, now)
    except OSError as error:
        told.problems.append(f"Alerts could not be written down: {error.strerror}.")
        for alert in unkept:
            _send_unkept(alert, receivers, told)
    return told


def _collected(
    warehouse: Path, now: datetime, extra: Sequence[Alert], told: Told, unkept: list[Alert]
) -> list[Entry]:
    entries = outbox.read_entries(warehouse)
    records = {record_name(record): record for record in [*read_runs(warehouse), *unrecorded(warehouse, now)]}
    seen = outbox.read_seen(warehouse)
    if seen is None:
        seen = _settled(records)
    fresh = [name for name in sorted(records) if name not in seen]
    for name in fresh:
        record = records[name]
        if record.status == "published":
            entries = [_closed(warehouse, entry, record) for entry in entries]
            alerts = _news(warehouse, record, entries, now)
        else:
            alerts = [causes.of_run(record)]
        for alert in filter(None, alerts):
            unkept.append(alert)
            entries = _raise(warehouse, entries, alert, told)
            unkept.remove(alert)
    for alert in extra:
        entries = _raise(warehouse, entries, alert, told)
        unkept.remove(alert)
    if fresh:
        outbox.write_seen(warehouse, seen & set(records) | set(fresh))
    return entries


def _settled(records: dict[str, RunRecord]) -> set[str]:
    """On the first pass over a warehouse: all that came before its last publication is no news."""
    published = [record.started_at for record in records.values() if record.status == "published"]
    if not published:
        return set()
    return {name for name, record in records.items() if record.started_at < max(published)}


def _news(warehouse: Path, record: RunRecord, entries: list[Entry], now: datetime) -> list[Alert | None]:
    try:
        version = open_version(warehouse, record.version or "")
    except CrwError:
        return []  # retired or rolled away since
    told = {news for entry in entries for news in entry.alert.news}
    return [causes.of_warnings(version, told, now), decay.of_decay(version, told, now)]


def _raise(warehouse: Path, entries: list[Entry], alert: Alert, told: Told) -> list[Entry]:
    """Add an entry, or count a repeat of one that is open and was told less than a day ago."""
    for index, entry in enumerate(entries):
        if entry.alert.cause != alert.cause or entry.closed or alert.news:
            continue
        if alert.raised_at - entry.alert.raised_at < REPEAT_AFTER:
            counted = entry.model_copy(update={"repeats": entry.repeats + 1, "last_seen": alert.raised_at})
            outbox.keep(warehouse, counted)
            return [*entries[:index], counted, *entries[index + 1 :]]
        since = (
            f"Again: the same since {entry.alert.raised_at:%Y-%m-%d %H:%M} UTC, {entry.repeats + 1} times."
        )
        alert = alert.model_copy(update={"lines": (*alert.lines, since)})
        closed = entry.model_copy(update={"closed": True})
        outbox.keep(warehouse, closed)
        entries = [*entries[:index], closed, *entries[index + 1 :]]
    entry = outbox.new_entry(alert)
    outbox.keep(warehouse, entry)
    told.raised.append(alert)
    return [*entries, entry]


def _closed(warehouse: Path, entry: Entry, published: RunRecord) -> Entry:
    """A publication ends what was wrong: the same cause is then told at once when it comes again."""
    if entry.closed or entry.alert.raised_at > published.ended_at:
        return entry
    closed = entry.model_copy(update={"closed": True})
    outbox.keep(warehouse, closed)
    return closed


def _send(warehouse: Path, entries: list[Entry], receivers: list[Channel], now: datetime, told: Told) -> None:
    by_name = {channel.name: channel for channel in receivers}
    budget = dict.fromkeys(by_name, MOST_AT_ONCE)
    for entry in entries:
        before = entry
        if not entry.addressed and not entry.closed:
            entry = entry.model_copy(update={"addressed": tuple(by_name)})
        for name in entry.pending:
            if budget.get(name, 0) <= 0:
                continue
            budget[name] -= 1
            problem = _sent(by_name[name], entry.alert, entry.id)
            if problem:
                budget[name] = 0  # it is down: the others of this pass would only wait for it
                entry = entry.model_copy(update={"errors": {**entry.errors, name: problem}})
                told.problems.append(f"{name} did not take an alert: {problem}; the next run tries again.")
            else:
                told.delivered += 1
                left = {channel: text for channel, text in entry.errors.items() if channel != name}
                delivered = {**entry.delivered, name: now}
                entry = entry.model_copy(update={"delivered": delivered, "errors": left})
        if entry != before:
            outbox.keep(warehouse, entry)


def _send_unkept(alert: Alert, receivers: list[Channel], told: Told) -> None:
    told.raised.append(alert)
    for channel in receivers:
        problem = _sent(channel, alert, outbox.new_entry(alert).id)
        if problem:
            told.problems.append(f"{channel.name} did not take an alert: {problem}.")
        else:
            told.delivered += 1


def _sent(channel: Channel, alert: Alert, alert_id: str) -> str:
    """Send one alert over one channel; what went wrong, in words without a secret."""
    try:
        channel.send(alert, alert_id)
    except Undeliverable as error:
        return str(error)
    except Exception as error:
        return type(error).__name__
    return ""
