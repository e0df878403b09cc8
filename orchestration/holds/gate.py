"""Holds a run whose batches are unlike the last accepted ones, until a person releases it."""

from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.errors import RunHeld
from orchestration.holds import log
from orchestration.holds.bands import Bands
from orchestration.holds.finding import Finding
from orchestration.holds.judging import Overlap, Share, judge
from orchestration.landing.checks import literal, quoted
from orchestration.landing.ledger import Load, PlannedLoad, raw_shape, read_ledger
from orchestration.landing.spec import known_sources
from orchestration.publishing.versions import base_version, list_versions
from orchestration.settings import Settings


def accepted_loads(warehouse: Path) -> list[PlannedLoad]:
    """The batches accepted last: those of the version served, unless that is a replay of what was known earlier.

    A version rolled back from is no measure: only what led to the served one is looked at.
    """
    served = base_version(warehouse)
    if served is None:
        return []
    manifests = {version.name: version.manifest for version in list_versions(warehouse)[0]}
    chosen, name = served.manifest, served.manifest.previous_version
    while name in manifests:
        earlier = manifests.pop(name)
        if earlier.known_at > chosen.known_at:
            chosen = earlier
        name = earlier.previous_version
    return _as_named_now(warehouse, [PlannedLoad.model_validate(source) for source in chosen.sources])


def _as_named_now(warehouse: Path, accepted: list[PlannedLoad]) -> list[PlannedLoad]:
    """Accepted batches under the names the ledger has for them: an erasure or new pseudonyms wrote some anew.

    What was accepted is measured without the erased, or their leaving would look like a delivery cut short.
    """
    named: dict[tuple[str, ...], list[Load]] = {}
    for delivery in read_ledger(warehouse):
        for load in delivery.loads:
            named.setdefault((delivery.delivery_id, load.source, load.entity, load.file), []).append(load)
    measured = []
    for load in accepted:
        found = named.get((load.delivery_id, load.source, load.entity, load.file), [])
        if len(found) == 1 and found[0].batch_id not in (load.batch_id, None):
            now = found[0].model_dump(include=set(PlannedLoad.model_fields) - {"load", "key"})
            load = PlannedLoad.model_validate(load.model_dump() | now)
        measured.append(load)
    return measured


def pass_or_hold(
    settings: Settings, planned: list[PlannedLoad], as_of: date, now: datetime, *, replay: bool
) -> set[str]:
    """Judge the batches of a run; return the releases it makes use of. Raises RunHeld and remembers why.

    A replay is of a past night: it is not compared with today, but what waits for a person it may not read either.
    """
    warehouse = settings.warehouse
    if replay:
        if waiting := _unaccepted(warehouse, planned):
            raise RunHeld(
                f"What was known then was held and never released:\n{_lines(waiting)}\n",
                "replay a moment before it or after its correction; `crw hold show --all` lists every hold.",
            )
        return set()
    with duckdb.connect(
        config={"memory_limit": settings.memory_limit, "threads": settings.threads}
    ) as connection:
        found = judge(
            planned,
            accepted_loads(warehouse),
            Bands.load(settings.rules_dir, as_of),
            _share(connection, warehouse),
            _overlap(connection, warehouse),
        )
    released = log.released_keys(warehouse)
    unlike = [finding for finding in found if finding.key not in released]
    if unlike:
        raise _held(log.hold(warehouse, unlike, now, as_of.isoformat()))
    log.supersede(warehouse)
    return {released[finding.key] for finding in found}


def _unaccepted(warehouse: Path, planned: list[PlannedLoad]) -> list[Finding]:
    """What nobody let pass of exactly the batches that a replay would read of an entity."""
    batches = {load.batch_id for load in planned}
    held = log.never_accepted(warehouse)
    return [finding for finding in held if {batch.batch_id for batch in finding.batches} <= batches]


def _held(found: log.Hold) -> RunHeld:
    return RunHeld(
        f"The delivery is unlike the last accepted one; nothing was built or published ({found.hold_id}):\n"
        f"{_lines(found.findings)}\n",
        f'crw hold release {found.hold_id} --reason "why" if it is right, or reject in its place if it is not; '
        "or deliver the right export. Then run again.",
    )


def _lines(findings: list[Finding]) -> str:
    return "\n".join(f"  {finding.text}." for finding in findings)


def _files(warehouse: Path, loads: list[PlannedLoad]) -> str | None:
    """The raw files of loads as a relation; None when one of them is no longer there."""
    paths = [warehouse / load.raw_path for load in loads if load.raw_path]
    if not paths or not all(path.is_file() for path in paths):
        return None
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], union_by_name = true)"


def _overlap(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Overlap:
    """Count the documents, else the keys, of raw files."""

    def overlap(loads: list[PlannedLoad]) -> tuple[int, int] | None:
        source, entity = loads[0].source, loads[0].entity
        spec = known_sources()[source].entities[entity]
        names = [spec.repeated.document] if spec.repeated else spec.key
        relation = _files(warehouse, loads)
        if relation is None or not names or not set(names) <= set(dict(raw_shape(source, entity))):
            return None
        key = ", ".join(map(quoted, names))
        row = connection.execute(
            f"with records as (select distinct _batch_id, {key} from {relation}),"
            f" sizes as (select count(*) as size from records group by _batch_id),"
            f" shared as (select {key} from records group by {key} having count(*) > 1)"
            " select (select count(*) from shared), (select min(size) from sizes)"
        ).fetchone()
        assert row is not None
        return (row[0], row[1]) if row[1] else None

    return overlap


def _share(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> Share:
    """Count over the raw files."""

    def share(
        children: list[PlannedLoad], column: str, parents: list[PlannedLoad], key: str
    ) -> tuple[int, int] | None:
        child, parent = _files(warehouse, children), _files(warehouse, parents)
        if child is None or parent is None:
            return None
        row = connection.execute(
            f"with known as (select distinct {quoted(key)} as id from {parent}),"
            f" referring as (select {quoted(column)} as id from {child} where {quoted(column)} is not null)"
            " select count(*), count(known.id) from referring left join known on referring.id = known.id"
        ).fetchone()
        assert row is not None
        return row[0], row[1]

    return share
