"""crw keys: which keys there are, a new master key, new pseudonyms, and the end of a retired key."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Output, Warehouse, load_settings
from orchestration.cli.progress import ProgressView
from orchestration.landing.batches import BatchIdentity
from orchestration.landing.ledger import read_ledger
from orchestration.landing.limits import Limits
from orchestration.landing.rekeying import Rekeyed, finish, rekey
from orchestration.protection import key_report
from orchestration.protection.categories import Categories
from orchestration.protection.key_files import NEXT_VARIABLE
from orchestration.protection.keyring import KeyRing
from orchestration.protection.keys import KEY_VARIABLE
from orchestration.protection.protector import Protector
from orchestration.protection.rotation import Rotated
from orchestration.protection.rotation import rotate as rotate_master
from orchestration.publishing.lock import WarehouseLock
from orchestration.publishing.versions import current_version
from orchestration.reporting.summary import TABLE_STYLE
from orchestration.settings import Settings

keys_app = typer.Typer(
    help="The keys of a warehouse: ids and ages, rotation; never a key.", no_args_is_help=True
)


@keys_app.command()
def show(
    output: Annotated[Output, typer.Option("--format", "-f", help="How rows are written.")] = Output.table,
    warehouse: Warehouse = None,
) -> None:
    """List the keys: id, state, since when, and what of this warehouse lies under each."""
    settings = load_settings(warehouse=warehouse)
    ring = KeyRing.load(settings)
    found, now = key_report.key_facts(ring), clock.utc_now()
    loads = {
        load.batch_id: load for one in read_ledger(settings.warehouse) for load in one.loads if load.batch_id
    }
    batches = [load.pseudonym_key for load in loads.values()]
    rows = [{**asdict(facts), "batches": batches.count(facts.key_id)} for facts in found]
    if output is not Output.table:
        options.write_rows(rows, output)
        return
    table = Table(title="Keys", **TABLE_STYLE)
    for name in ("key", "id", "state", "since", "age", "used for"):
        table.add_column(name, no_wrap=name == "id", justify="right" if name == "age" else "left")
    for row in rows:
        uses = {"vault files": row["vault_files"], "secrets wrapped": row["wraps"], "batches": row["batches"]}
        used = ", ".join(f"{count:,} {what}" for what, count in uses.items() if count) or "–"
        since, until = row["since"], row["until"]
        period = "–" if since is None else f"{since:%Y-%m-%d}" + (f" to {until:%Y-%m-%d}" if until else "")
        table.add_row(row["kind"], row["key_id"], row["state"], period, _age(since, now), used)
    options.console().print(table)
    if ring.is_rotating or ring.is_rekeying or ring.file.measure:
        options.console().print("A rotation is not finished: run the same `crw keys rotate` again.")


@keys_app.command()
def rotate(
    pseudonyms: Annotated[
        bool,
        typer.Option("--pseudonyms", help="Also make all pseudonyms anew: for a secret that may be known."),
    ] = False,
    warehouse: Warehouse = None,
) -> None:
    """Make a new master key: every vault file is encrypted anew, the secrets are wrapped anew, pseudonyms stay.

    With --pseudonyms all batches get new pseudonyms too, and all finished dates are measured again and published.
    Killed at any point, the same command takes up where it ended. Refused while a run is active (exit 75).
    """
    settings, now = load_settings(warehouse=warehouse), clock.utc_now()
    console = options.console()
    renewed: Rekeyed | None = None
    with (
        WarehouseLock(settings.warehouse, started_at=now, what="key rotation") as lock,
        ProgressView(console) as view,
    ):
        lock.note(phase="keys")

        def progress(step: str, done: int, total: int) -> None:
            view("keys", step, done, total)

        ring = KeyRing.load(settings)
        # New pseudonyms that were begun are finished first: the master key was changed before them.
        resumed = pseudonyms and (ring.is_rekeying or ring.file.measure)
        done = None if resumed else rotate_master(ring, now, progress)
        ring = done.ring if done else ring
        if pseudonyms and (ring.is_rekeying or not ring.file.measure):
            renewed = rekey(ring, _identity(settings, ring), now, progress)
    if done:
        _tell_rotated(done)
    if renewed:
        console.print(
            f"Pseudonyms made anew in {renewed.batches:,} batches; secret {renewed.before} is gone."
        )
    if pseudonyms:
        _measure_again(settings, now)


@keys_app.command()
def forget(
    key_id: Annotated[str, typer.Argument(help="Id of a retired master key, see `crw keys show`.")],
    warehouse: Warehouse = None,
) -> None:
    """Remove the file of a retired master key: backups from its time stay closed for good."""
    settings = load_settings(warehouse=warehouse)
    with WarehouseLock(settings.warehouse, started_at=clock.utc_now(), what="key rotation"):
        key_report.forget(KeyRing.load(settings), key_id)
    typer.echo(f"Key {key_id} is gone. Backups written under it cannot be opened any more.")


def _identity(settings: Settings, ring: KeyRing) -> BatchIdentity:
    today = clock.utc_now().date().isoformat()
    protector = Protector(ring, Categories.load(settings.rules_dir))
    return BatchIdentity(Limits.load(settings.rules_dir, today), protector, settings)


def _tell_rotated(done: Rotated) -> None:
    console, path = options.console(), done.ring.masters.path
    console.print(f"Master key {done.ring.key_id} is in use; {done.files:,} vault files were encrypted anew.")
    if path is None:
        console.print(f"Set {KEY_VARIABLE} to the new key now and remove {NEXT_VARIABLE}.")
    else:
        console.print(
            f"Back up {path} now. The key before lies beside it as {path.name}.{done.before}: backups from its time "
            f"need it. When none is kept any more: `crw keys forget {done.before}`.",
            soft_wrap=True,
        )


def _measure_again(settings: Settings, now: datetime) -> None:
    """Publish a version whose finished dates carry the new pseudonyms; what was served until then stays until it is."""
    # Imported here: dbt takes a second to load, which no other command should wait for.
    from orchestration.night import NightRequest, run_night

    console, version = options.console(), current_version(settings.warehouse)
    if version is not None:
        manifest = version.manifest
        # The history may reach beyond what is served: a later date left out would keep the old pseudonyms.
        days = {manifest.as_of_date, *(day for dates in manifest.history.values() for day in dates)}
        *earlier, newest = sorted(days)
        with ProgressView(console) as progress:
            request = NightRequest(settings, newest, dates=tuple(earlier), lands=False)
            result = run_night(request, progress)
        console.print(f"Published {result.version.name} with the new pseudonyms.")
        console.print("Versions from before carry the old ones until they are retired (CRW_KEEP_VERSIONS).")
    with WarehouseLock(settings.warehouse, started_at=now, what="key rotation"):
        finish(KeyRing.load(settings))


def _age(since: datetime | None, now: datetime) -> str:
    return "–" if since is None else f"{(now - since).days:,} d"


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(keys_app, name="keys")
