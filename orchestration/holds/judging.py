"""Compares the batches a night would read with those accepted last: rows, amounts by currency, references, age."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from statistics import median
from typing import Any

from orchestration.holds.bands import Band, Bands
from orchestration.holds.finding import Batch, Finding
from orchestration.landing.ledger import PlannedLoad

Entity = tuple[str, str]
Loads = dict[Entity, list[PlannedLoad]]
Share = Callable[[list[PlannedLoad], str, list[PlannedLoad], str], tuple[int, int] | None]
"""share(children, column, parents, column) -> values of the children's column, and how many the parents hold."""
Overlap = Callable[[list[PlannedLoad]], tuple[int, int] | None]
"""overlap(loads) -> records that stand in several of the files, and all records of the file that has the fewest."""
_USUAL_DELIVERIES = 10


def by_entity(loads: Iterable[PlannedLoad]) -> Loads:
    """Loads by (source, entity)."""
    grouped: Loads = defaultdict(list)
    for load in loads:
        grouped[load.source, load.entity].append(load)
    return dict(grouped)


def judge(
    planned: list[PlannedLoad], accepted: list[PlannedLoad], bands: Bands, share: Share, overlap: Overlap
) -> list[Finding]:
    """Findings on what differs from the accepted loads; without any only references and overlaps can be judged."""
    now, before = by_entity(planned), by_entity(accepted)
    findings: list[Finding] = []
    for entity in sorted(now):
        if entity in before and not _changed(now[entity], before[entity]):
            continue
        if entity in before:
            findings += _entity(entity, now[entity], before[entity], bands)
        findings += _overlapping(entity, now[entity], bands, overlap)
    for band in bands.references:
        findings += _references(band, now, before, share)
    return findings


def _changed(now: list[PlannedLoad], before: list[PlannedLoad]) -> bool:
    return {load.batch_id for load in now} != {load.batch_id for load in before}


def _entity(
    entity: Entity, now: list[PlannedLoad], before: list[PlannedLoad], bands: Bands
) -> Iterator[Finding]:
    source, name = entity
    yield from _open_end(entity, now, before, bands)
    if now[0].load == "incremental":
        # The first delivery of an incremental export is all there was: it says nothing of the usual ones.
        known = {load.batch_id for load in before}
        usual = _by_delivery(before)[1:][-_USUAL_DELIVERIES:]
        for fresh in _by_delivery([load for load in now if load.batch_id not in known]) if usual else ():
            yield from _measured(entity, fresh, usual, bands, "incremental")
        return
    yield from _measured(entity, now, [before], bands, "full")
    band = bands.find("older_content", "full", source, name)
    dated = all(load.snapshot_date for load in now)
    newest, last = max(load.loaded_at for load in now), max(load.loaded_at for load in before)
    if band and not dated and newest < last and _rows(now) >= band.min_rows:
        first, then = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (newest, last))
        told = f"an older export again, first landed {first}; the one accepted last came {then}"
        yield _finding(band, entity, now, first, then, told)


def _open_end(
    entity: Entity, now: list[PlannedLoad], before: list[PlannedLoad], bands: Bands
) -> Iterator[Finding]:
    """An exporter that ends its last line, and now does not: the file was cut inside it."""
    band = bands.find("open_end", "*", *entity)
    known = {load.batch_id for load in before}
    cut = [load for load in now if load.is_open_ended and load.batch_id not in known]
    if band and cut and all(load.is_open_ended is False for load in before):
        told = "the last line has no end, which it always had: the file may have been cut inside it"
        yield _finding(band, entity, cut, "no end of line", "end of line", told)


def _overlapping(entity: Entity, now: list[PlannedLoad], bands: Bands, overlap: Overlap) -> Iterator[Finding]:
    """Files of one full export are parts of it; one that repeats another is an older download left beside it."""
    band = bands.find("overlap", now[0].load, *entity)
    if band is None or len(now) < 2 or (counted := overlap(now)) is None:
        return
    shared, fewest = counted
    if fewest >= band.min_rows and band.holds(shared / fewest):
        told = f"{shared:,} records stand in several files of one full export ({shared / fewest:.0%} of the smallest)"
        yield _finding(
            band, entity, now, f"{shared}", "0", f"{told}: an older download may lie beside the new one"
        )


def _by_delivery(loads: list[PlannedLoad]) -> list[list[PlannedLoad]]:
    deliveries: dict[str, list[PlannedLoad]] = defaultdict(list)
    for load in loads:
        deliveries[load.delivery_id].append(load)
    return list(deliveries.values())


def _measured(
    entity: Entity, now: list[PlannedLoad], usual: list[list[PlannedLoad]], bands: Bands, load: str
) -> Iterator[Finding]:
    """Rows and amounts of one delivery against the median of the accepted ones."""
    source, name = entity
    against = "accepted last" if load == "full" else f"of the last {len(usual)} accepted deliveries (median)"
    band = bands.find("rows", load, source, name)
    if band:
        rows, accepted = _rows(now), Decimal(median(_rows(delivery) for delivery in usual))
        if accepted >= band.min_rows and band.holds(float(rows / accepted)):
            told = f"{rows:,} rows, {rows / accepted:.2f} times the {accepted:,.0f} {against}"
            yield _finding(band, entity, now, f"{rows}", f"{accepted}", told)
    band = bands.find("amount", load, source, name)
    if band is None:
        return
    nothing = (Decimal(0), 0)
    sums, usual_sums = _sums(now), [_sums(delivery) for delivery in usual]
    for column, currency in sorted({key for delivery in usual_sums for key in delivery}):
        totals, rows_each = zip(
            *(delivery.get((column, currency), nothing) for delivery in usual_sums), strict=True
        )
        accepted = Decimal(median(totals))
        if median(rows_each) < band.min_rows or accepted == 0:
            continue
        found = sums.get((column, currency), nothing)[0]
        if band.holds(float(found / accepted)):
            told = f"{column} sums to {found:,.2f} {currency}, {found / accepted:.2f} times"
            told += f" the {accepted:,.2f} {against}"
            yield _finding(band, entity, now, f"{found}", f"{accepted}", told, column, currency)


def _references(band: Band, now: Loads, before: Loads, share: Share) -> Iterator[Finding]:
    """The share of references that lead somewhere, against the share accepted last (1 when nothing was accepted)."""
    assert band.refers_to is not None
    child, parent = (band.source, band.entity), band.refers_to[:2]
    children, parents = now.get(child, []), now.get(parent, [])
    known = child in before and parent in before
    if not children or not parents:
        return
    if known and not (_changed(children, before[child]) or _changed(parents, before[parent])):
        return
    counted = share(children, band.column, parents, band.refers_to[2])
    if counted is None or counted[0] < band.min_rows:
        return
    values, found = counted
    rate, usual = found / values, 1.0
    if known:
        last = share(before[child], band.column, before[parent], band.refers_to[2])
        if last is not None and last[0]:
            usual = last[1] / last[0]
    if usual and band.holds(rate / usual):
        named = ".".join(band.refers_to)
        told = f"{found:,} of {values:,} values of {band.column} are in {named} ({rate:.0%}"
        told += f", {usual:.0%} when last accepted)" if known else ")"
        told += "; a spreadsheet cuts ids of more than 15 digits"
        yield _finding(band, child, [*children, *parents], f"{rate:.4f}", f"{usual:.4f}", told, band.column)


def _finding(
    band: Band,
    entity: Entity,
    loads: list[PlannedLoad],
    observed: str,
    accepted: str,
    told: str,
    column: str = "",
    currency: str = "",
) -> Finding:
    bounds = [("at least", band.ratio_low), ("at most", band.ratio_high)]
    allowed = " and ".join(f"{word} {bound:g} times" for word, bound in bounds if bound is not None)
    rule = f"rule {band.rule_id}" + (f": {allowed}" if allowed else "")
    own = [load for load in loads if (load.source, load.entity) == entity]
    return Finding(
        rule_id=band.rule_id,
        source=entity[0],
        entity=entity[1],
        column=column,
        currency=currency,
        observed=observed,
        accepted=accepted,
        text=f"{_where(own)}: {told} ({rule})",
        batches=_batches(loads),
    )


def _where(loads: list[PlannedLoad]) -> str:
    files = sorted({load.file for load in loads})
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return f"{loads[0].source}.{loads[0].entity} ({', '.join(files[:3])}{more})"


def _batches(loads: list[PlannedLoad]) -> list[Batch]:
    return [Batch(**{name: getattr(load, name) for name in Batch.model_fields}) for load in loads]


def _rows(loads: list[PlannedLoad]) -> int:
    return sum(load.rows_loaded for load in loads)


def _sums(loads: list[PlannedLoad]) -> dict[tuple[str, str], tuple[Decimal, int]]:
    """(column, currency) -> exact sum and the rows (or documents) that carry it."""
    sums: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for load in loads:
        for part in load.control_sums:
            total: dict[str, Any] = dict(part)
            key = (str(total["column"]), total["currency"] or "")
            rows = total.get("rows")
            so_far, counted = sums.get(key, (Decimal(0), 0))
            # Ledger entries of older releases do not say how many rows carry an amount.
            sums[key] = (
                so_far + Decimal(total["sum"]),
                counted + (load.rows_loaded if rows is None else rows),
            )
    return sums
