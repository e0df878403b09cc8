"""What a night starts from: its business date, the landed delivery, the batches known."""

import json
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration import clock
from orchestration.demo import demo_as_of
from orchestration.errors import LandingRefused
from orchestration.holds.log import rejected_batches
from orchestration.landing.delivery import land
from orchestration.landing.ledger import Delivery, Load, PlannedLoad, plan, read_ledger
from orchestration.landing.limits import Limits
from orchestration.protection.categories import Categories
from orchestration.protection.keyring import KeyRing
from orchestration.protection.protector import Protector
from orchestration.settings import Settings

# Entities dated by what is still to come: they say nothing of how old an export is.
_AHEAD = frozenset({"contracts", "contract_milestones", "credit_terms", "industry_risks", "payment_plans"})


def business_date(settings: Settings, as_of: date | None, now: datetime) -> date:
    """Return the date a run is for: the given one, the demo's own last day, or yesterday in the settings' zone."""
    if as_of is not None:
        return as_of
    if settings.landing is None:
        return demo_as_of(settings.demo_dir)
    return clock.yesterday(settings.timezone, now)


def land_delivery(
    settings: Settings, loaded_at: datetime, as_of: date, progress: Callable[[str, int, int], None]
) -> Delivery:
    """Land the folder of the settings into raw, quarantine, vault and ledger."""
    keys = KeyRing.load(settings).settle(loaded_at)
    protector = Protector(keys, Categories.load(settings.rules_dir))
    return land(
        settings.landing_dir,
        settings.warehouse,
        loaded_at=loaded_at,
        limits=Limits.load(settings.rules_dir, as_of.isoformat()),
        protector=protector,
        settings=settings,
        progress=progress,
    )


def refuse_bad_files(delivery: Delivery) -> None:
    """Raise LandingRefused naming every refused file of a delivery; nothing is built from a part of it.

    A delivery without one claimed file is refused too: a night would end green on yesterday's data.
    """
    if not delivery.loads:
        listed = "".join(f"\n  {name}" for name in delivery.unclaimed_files[:20])
        raise LandingRefused(
            f"The landing folder {delivery.landing_name} holds no file that a source claims.{listed}",
            "deliver exports under zoho_crm/ or zoho_books/, or describe other files in a mapping.yml.",
        )
    if delivery.refused:
        count = len(delivery.refused)
        listed = "\n".join(refusal_text(load) for load in delivery.refused)
        raise LandingRefused(
            f"{count} landed file{'s were' if count > 1 else ' was'} refused, nothing was built:\n{listed}\n",
            "correct or replace what is named above and run again; the served version did not change.",
        )


def delivery_warnings(
    delivery: Delivery, loads: list[PlannedLoad], rejected: Collection[str] = ()
) -> list[str]:
    """Say what a delivery left open: files nobody claims, and entities that older batches stand in for."""
    warnings = [
        f"{load.file} was rejected by a person (crw hold show --all): what was known before is used."
        for load in delivery.loads
        if load.batch_id in rejected
    ]
    if delivery.unclaimed_files:
        warnings.append(f"Not landed, no source claims them: {', '.join(delivery.unclaimed_files[:20])}.")
    for entry in delivery.absent:
        patterns = ", ".join(entry.patterns)
        warnings.append(
            f"{entry.source} {entry.entity}: no delivered file matches {patterns} of the mapping."
        )
    first = [load.file for load in delivery.loads if load.is_open_ended and load.repeated_of is None]
    if first:
        warnings.append(
            f"The last line has no end, so whether the file is whole cannot be told:"
            f" {', '.join(sorted(set(first))[:20])}; control totals beside it would tell."
        )
    delivered = {(load.source, load.entity) for load in delivery.loads}
    for source, entity in sorted({(load.source, load.entity) for load in loads} - delivered):
        newest = max(load.loaded_at for load in loads if (load.source, load.entity) == (source, entity))
        warnings.append(
            f"{source} {entity} was not delivered: what was known at {clock.iso(newest)} is used."
        )
    return warnings


def silence_warning(loads: list[PlannedLoad], as_of: date, rules_dir: Path) -> list[str]:
    """Say that nothing known is of the last weeks before the business date: an old export, or a date left out."""
    ages = [load.last_date for load in loads if load.last_date and load.entity not in _AHEAD]
    silent = (as_of - max(ages)).days if ages else 0
    if silent <= Limits.load(rules_dir, as_of.isoformat()).get("max_silent_days", "*"):
        return []
    return [
        f"The newest record of any export is of {max(ages)}, {silent} days before the business date {as_of}: the"
        f" silence since counts as nobody buying or paying. Deliver newer exports, or run with --as-of {max(ages)}."
    ]


def refusal_text(load: Load) -> str:
    """Tell where and why a file was refused, and the way out; never a value."""
    refusal = load.refusal
    if refusal is None:
        return f"  {load.file}: refused"
    line = f", line {refusal.line}" if refusal.line else ""
    column = f", column {refusal.column}" if refusal.column else ""
    place = f"{load.file}{line}{column}"
    # The message stands alone elsewhere, so it names the place too.
    why = refusal.message.removeprefix(f"{place}: ")
    return f"  {place} ({refusal.reason_code}): {why}\n    Way out: {refusal.way_out}"


def known_loads(settings: Settings, known_at: datetime | None, as_of: date) -> list[PlannedLoad]:
    """Return the batches known at `known_at` (None = all). Raises LandingRefused when there are none.

    A batch's loaded_at is when its content first came: landing the same file again changes no row.
    """
    moment = known_at or datetime.max.replace(tzinfo=UTC)
    rejected = rejected_batches(settings.warehouse)
    loads = [load for chosen in plan(settings.warehouse, moment, as_of, rejected).values() for load in chosen]
    if not loads:
        when = f" at {clock.iso(known_at)}" if known_at else ""
        raise LandingRefused(
            f"No landed data is known{when} in {settings.warehouse}.",
            "land a folder of exports first: crw nightly --landing DIR.",
        )
    if expired := [load for load in loads if load.expired_on]:
        raise LandingRefused(
            f"{expired[0].source} {expired[0].entity} of {clock.iso(expired[0].loaded_at)} was removed by retention"
            f" on {expired[0].expired_on}.",
            "replay a later night: what is past its retention cannot be read any more.",
        )
    first: dict[tuple[str, str, str | None], datetime] = {}
    for delivery in read_ledger(settings.warehouse):
        for load in delivery.loads:
            if load.status != "refused":
                first.setdefault((load.source, load.entity, load.batch_id), delivery.loaded_at)
    return [
        load.model_copy(update={"loaded_at": first[load.source, load.entity, load.batch_id]})
        for load in loads
    ]


def dbt_manifest(build: Path) -> dict[str, Any]:
    """Read the manifest dbt wrote into a build folder."""
    return json.loads((build / "target" / "manifest.json").read_bytes())
