"""`python -m orchestration.bench`: a night at scale by phase, beside hand-written SQL over the same files."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from pyarrow import parquet
from rich.console import Console
from rich.table import Table

from orchestration.bench.compare import Agreement, compare
from orchestration.bench.measure import GIB, Measure, measured
from orchestration.bench.night_child import BACKFILL, PHASES, VALIDATION
from orchestration.bench.people import people_landing
from orchestration.bench.protection import Protection
from orchestration.demo import demo_as_of, generate

CUSTOMERS, INVOICES = 200_000, 10_000_000


def run_child(module: str, *arguments: object, folder: Path) -> list[Measure]:
    """Run a bench module in a fresh process; its last argument but those given is the result file."""
    result = folder / f"{module}.json"
    result.unlink(missing_ok=True)
    environment = {**os.environ, "CRW_MODE": "demo", "CRW_MASTER_KEY_FILE": str(folder / "master.key")}
    environment.pop("CRW_MASTER_KEY", None)
    command = [sys.executable, "-m", f"orchestration.bench.{module}", *map(str, arguments), str(result)]
    code = subprocess.run(command, env=environment, check=False).returncode
    if code:
        raise typer.Exit(code)
    return [Measure(**measure) for measure in json.loads(result.read_text())]


def landing_folder(folder: Path, customers: int, invoices: int) -> tuple[Path, list[Measure]]:
    """Generate the exports, or find those of an earlier bench of the same size (demo.yml is written last)."""
    landing = folder / f"landing-{customers}-{invoices}"
    measures: list[Measure] = []
    if not (landing / "demo.yml").is_file():
        shutil.rmtree(landing, ignore_errors=True)
        with measured("generate (not part of the night)", measures):
            generate(landing, customers, invoices, format="parquet")
    return landing, measures


def bench(
    customers: Annotated[int, typer.Option(min=1, help="Number of customers.")] = CUSTOMERS,
    invoices: Annotated[int, typer.Option(min=1, help="Number of invoices.")] = INVOICES,
    dates: Annotated[int, typer.Option(min=0, help="Month-ends to measure after the night.")] = 36,
    folder: Annotated[Path, typer.Option(help="Where exports are kept and the warehouse is built.")] = Path(
        "build/bench"
    ),
) -> None:
    """Land, build, audit and publish exports of an invented company of any size; compare with hand-written SQL."""
    console = Console()
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("generating exports"):
        landing, generated = landing_folder(folder, customers, invoices)
    as_of = demo_as_of(landing).isoformat()
    warehouse, figures = folder / "warehouse", folder / "by_hand.parquet"
    shutil.rmtree(warehouse, ignore_errors=True)
    with console.status("running the night"):
        night = run_child("night_child", landing, warehouse, as_of, dates, folder=folder)
    with console.status("landing with and without protection"):
        people = people_landing(folder, max(invoices // 10, 1000))
        protections = [
            protection_of(what, exports, as_of, folder)
            for what, exports in (("the company", landing), ("people", people))
        ]
    with console.status("running the hand-written SQL"):
        by_hand = run_child("sql_child", landing, as_of, figures, folder / "scratch", folder=folder)
    agreement = compare(warehouse / "current" / "marts" / "fct_customer_risk.parquet", figures)
    console.print(report(size_of(landing), generated, night, by_hand[0]))
    print_dates(console, night)
    for protection in protections:
        console.print(protection.told())
    measures = [*generated, *night, *(protection.measure for protection in protections), *by_hand]
    write_result(folder / "result.json", customers, invoices, measures, agreement, protections)
    if agreement.differences:
        console.print(f"The figures differ: {agreement.differences}", style="bold red")
        raise typer.Exit(1)
    console.print(
        f"{agreement.figures} figures of {agreement.customers:,} customers agree, money to the cent;"
        f" exposure {agreement.exposure} CNY in both."
    )


def protection_of(what: str, landing: Path, as_of: str, folder: Path) -> Protection:
    """Land a folder with and without protection, each in a process of its own with nothing else to do."""
    landings = (
        run_child("landing_child", which, landing, as_of, folder=folder)[0] for which in ("with", "without")
    )
    return Protection(what, *landings, landed_rows(landing))


def landed_rows(landing: Path) -> int:
    """Rows of all files of the landing, which the bench writes as Parquet."""
    return sum(parquet.read_metadata(file).num_rows for file in landing.rglob("*.parquet"))


def print_dates(console: Console, night: list[Measure]) -> None:
    """Say what the month-ends cost beside one date: measured and published, and judged."""
    own, more = night[: len(PHASES)], night[len(PHASES) :]
    # A backfill lands nothing: neither does the night it is held against.
    one = sum(measure.seconds for measure in own if measure.phase != "land")
    build = next(measure.seconds for measure in own if measure.phase == "build")
    for measure in more:
        if measure.phase.startswith(BACKFILL):
            console.print(
                f"{measure.phase}: {measure.seconds:.1f} s, {measure.seconds / one:.1f} times the {one:.1f} s of"
                " one date, door to door."
            )
        if measure.phase.startswith(VALIDATION):
            console.print(
                f"{measure.phase}: {measure.seconds:.1f} s of model time, {measure.seconds / build:.2f} times the"
                f" {build:.1f} s of the build of one date."
            )


def size_of(landing: Path) -> str:
    """Rows of the files that decide the work, as a title."""
    rows = (
        f"{parquet.read_metadata(landing / 'files' / f'{entity}.parquet').num_rows:,} {entity.replace('_', ' ')}"
        for entity in ("customers", "invoices", "receipts", "receipt_allocations")
    )
    return ", ".join(rows)


def report(title: str, generated: list[Measure], night: list[Measure], by_hand: Measure) -> Table:
    """One row per phase: seconds, peak memory, and seconds as a multiple of the hand-written SQL's."""
    table = Table(title=title)
    table.add_column("phase")
    for name in ("seconds", "peak GiB", "x by hand"):
        table.add_column(name, justify="right")
    own = night[: len(PHASES)]
    whole = Measure(
        "night", sum(measure.seconds for measure in own), max(measure.peak_bytes for measure in own)
    )
    for measure in (*generated, *own, whole, *night[len(own) :], by_hand):
        table.add_row(
            measure.phase,
            f"{measure.seconds:.1f}",
            f"{measure.peak_bytes / GIB:.2f}",
            "" if measure in generated else f"{measure.seconds / by_hand.seconds:.1f}",
            style="bold" if measure in (whole, by_hand) else "",
        )
    return table


def write_result(
    path: Path,
    customers: int,
    invoices: int,
    measures: list[Measure],
    agreement: Agreement,
    protections: list[Protection],
) -> None:
    """Keep the figures for whoever writes them down."""
    content = {
        "customers": customers,
        "invoices": invoices,
        "measures": [measure.as_dict() for measure in measures],
        "protection": {protection.what: protection.as_dict() for protection in protections},
        "exposure": agreement.exposure,
        "differences": agreement.differences,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(bench)
