"""crw privacy export, erase, verify, restore, requests, retention: a person's rights, and how long data is held."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestration import clock
from orchestration.cli import options
from orchestration.cli.options import Warehouse, load_settings
from orchestration.cli.progress import ProgressView
from orchestration.errors import ConfigurationError
from orchestration.protection.keyring import KeyRing
from orchestration.protection.operators import login_name

Subject = Annotated[
    str,
    typer.Argument(
        help="'NAME, PHONE', an e-mail address, an ID number, a pseudonym or SOURCE:ID; - reads it from input.",
        show_default=False,
    ),
]
Request = Annotated[str, typer.Argument(help="Id of the person's request.", show_default=False)]


def export(
    subject: Subject,
    out: Annotated[
        Path, typer.Option("--out", help="New file for the JSON; the readable text goes beside it.")
    ],
    warehouse: Warehouse = None,
) -> None:
    """Write everything held on a person, with purpose, basis, retention and origin; the only output in clear (0600)."""
    from orchestration.privacy import exporting
    from orchestration.privacy.access import note_access, officer
    from orchestration.privacy.erasing import tools_of

    settings = load_settings(warehouse=warehouse)
    today = clock.utc_now().date()
    tools = tools_of(settings, today)
    by = officer(tools.keys, "export", "")
    held = exporting.export(_subject(subject), tools, today)
    # Noted before it is written: no clear value leaves the vault without a line in the log.
    note_access(tools.keys, "export", "", by, f"shown: {len(held.records)} records, {len(held.rows)} rows")
    for path in exporting.write_export(held, out):
        options.console().print(f"Written (0600): {path}", highlight=False)
    options.console().print(f"{len(held.records)} records, {len(held.rows)} rows.", highlight=False)


def erase(
    subject: Annotated[
        str | None,
        typer.Argument(help="As for export; leave it out with --list, or to go on.", show_default=False),
    ] = None,
    request: Annotated[
        str | None, typer.Option("--request", help="Id of the person's request.", show_default=False)
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list", help="CSV of request,subject: erased together, built once.", show_default=False
        ),
    ] = None,
    landing: Annotated[
        Path | None,
        typer.Option(
            "--landing",
            help="Folder of exports to search (CRW_LANDING); it is never changed.",
            show_default=False,
        ),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Erase a person everywhere in the warehouse, publish without them, and certify it. Run again, it goes on.

    What the law keeps stays under a fresh key. Later landings of the person are suppressed.
    """
    from orchestration.privacy.access import officer
    from orchestration.privacy.erasing import erase as carry_out
    from orchestration.privacy.journal import unfinished

    settings = load_settings(landing=landing, warehouse=warehouse)
    if subject is None and request in unfinished(settings.warehouse):
        subject = ""  # known from its journal
    subjects = _listed(subject, request, listed)
    by = officer(KeyRing.load(settings), "erase", ", ".join(subjects))
    console = options.console()
    with ProgressView(console) as progress:
        certificates = carry_out(settings, subjects, by, progress)
    for certificate in certificates:
        console.print(certificate.text(), markup=False, highlight=False, soft_wrap=True)
    if any(certificate.problems for certificate in certificates):
        raise typer.Exit(1)


def verify(
    request: Request,
    subject: Annotated[
        str | None,
        typer.Option(
            "--subject",
            help="The person again, to search every encoding too; - reads it.",
            show_default=False,
        ),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Prove a certificate: search every file of the warehouse again. Exit 1 when anything of the person is found."""
    from orchestration.privacy.access import note_access
    from orchestration.privacy.erasing import tools_of
    from orchestration.privacy.requests import verify as search_again

    settings = load_settings(warehouse=warehouse)
    tools = tools_of(settings, clock.utc_now().date())
    verified = search_again(tools, request, _subject(subject) if subject else None)
    note_access(tools.keys, "verify", request, login_name(), f"searched: {verified.findings.within()} hits")
    table = Table(box=None, pad_edge=False)
    for name in ("place", "files searched", "files with hits", "hits"):
        table.add_column(name, justify="left" if name == "place" else "right")
    for item in verified.findings.document():
        table.add_row(*(str(item[name]) for name in ("place", "files_searched", "files_with_hits", "hits")))
    console = options.console()
    console.print(table)
    left = verified.certificate.versions_left
    waiting = f" Old versions are still waiting to go: {', '.join(left)}." if left else ""
    said = "Nothing of the person is left." if verified.holds else "Something of the person is found."
    console.print(f"Request {request}: {said}{waiting if verified.holds else ''}", highlight=False)
    if not verified.holds:
        raise typer.Exit(1)


def restore(
    request: Request,
    basis: Annotated[
        str, typer.Option("--basis", help="Why the person may be held again.", show_default=False)
    ],
    warehouse: Warehouse = None,
) -> None:
    """Load an erased person again from the next landing on, because there is a new basis."""
    from orchestration.privacy.access import note_access, officer
    from orchestration.privacy.requests import restore as lift
    from orchestration.publishing.lock import WarehouseLock

    settings = load_settings(warehouse=warehouse)
    now = clock.utc_now()
    with WarehouseLock(settings.warehouse, started_at=now, what="restore"):
        keys = KeyRing.load(settings)
        by = officer(keys, "restore", request)
        lift(settings.warehouse, request, basis, now.date())
        note_access(keys, "restore", request, by, "lifted")
    options.console().print(f"Request {request} suppresses nobody any more.", highlight=False)


def requests(warehouse: Warehouse = None) -> None:
    """List erasures: their state, and whether the person is still suppressed."""
    from orchestration.privacy.certificates import certificates
    from orchestration.privacy.journal import unfinished
    from orchestration.privacy.suppression import SuppressionList

    settings = load_settings(warehouse=warehouse)
    entries = SuppressionList.read(settings.warehouse)
    table = Table(box=None, pad_edge=False)
    for name in ("request", "state", "erased", "complete", "suppressed"):
        table.add_column(name)
    for found in certificates(settings.warehouse):
        entry = entries.entry(found.request) if entries else None
        lifted = f"no, {entry.basis} of {entry.lifted_on}" if entry and entry.lifted_on else "yes"
        done = clock.iso(found.completed_at) if found.completed_at else ""
        table.add_row(found.request, found.state, clock.iso(found.erased_at), done, lifted)
    for request in unfinished(settings.warehouse):
        table.add_row(request, "not finished: run erase again", "", "", "yes")
    options.console().print(table if table.row_count else "Nobody was erased.")


def retention(warehouse: Warehouse = None) -> None:
    """Tell what the next night would remove, by class and age; removes nothing."""
    from orchestration.building.inputs import known_loads
    from orchestration.cli.options import served
    from orchestration.privacy.nightly import clock_of, planned

    settings, version = served(warehouse)
    as_of = version.manifest.as_of_date
    used = [load.batch_id for load in known_loads(settings, None, as_of)]
    table = Table(box=None, pad_edge=False)
    for name in ("what", "where", "category", "days", "dated"):
        table.add_column(name, justify="right" if name == "days" else "left")
    for item in planned(settings, used, clock_of(as_of, clock.utc_now())):
        table.add_row(item.what, item.path, item.category, str(item.retention_days), item.dated.isoformat())
    options.console().print(table if table.row_count else f"As of {as_of} nothing is past its retention.")


def _listed(subject: str | None, request: str | None, listed: Path | None) -> dict[str, str]:
    """Requests with their subjects, from the arguments or from a list. Raises ConfigurationError."""
    if listed is None:
        if subject is None or request is None:
            raise ConfigurationError(
                "Whom, and on which request?", "give SUBJECT and --request, or --list FILE."
            )
        return {request: _subject(subject) if subject else ""}
    with open(listed, encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    found = {row[0].strip(): row[1].strip() for row in rows if len(row) == 2 and all(map(str.strip, row))}
    if subject is not None or request is not None or not found or len(found) != len(rows):
        raise ConfigurationError(
            f"{listed.name} is no list of persons to erase.",
            'give one line per person, request,"subject", without a header, and no other subject.',
        )
    return found


def _subject(text: str) -> str:
    """The subject given, or a line of standard input: an argument is seen by everybody who lists processes."""
    read = sys.stdin.readline().strip() if text == "-" else text
    if not read:
        raise ConfigurationError(
            "No subject was given.", "give it as the argument, or - and a line of input."
        )
    return read


def register(app: typer.Typer) -> None:
    """Add these commands to the group `crw privacy`."""
    for command in (export, erase, verify, restore, requests, retention):
        app.command()(command)
