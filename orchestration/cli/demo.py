"""crw demo: exports of an invented company, any size, the same for the same seed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.progress import ProgressView


class Layout(StrEnum):
    """csv: as the systems and the house write them; parquet: receivables as canonical entities."""

    csv = "csv"
    parquet = "parquet"


def demo(
    out: Annotated[Path, typer.Option("--out", help="New or empty folder for the exports.")],
    customers: Annotated[int, typer.Option("--customers", min=1, help="Number of customers.")] = 240,
    invoices: Annotated[
        int | None,
        typer.Option("--invoices", min=1, help="Number of invoices; 16 a customer.", show_default=False),
    ] = None,
    layout: Annotated[
        Layout,
        typer.Option("--format", "-f", help="Exports of the systems (csv), or Parquet files of receivables."),
    ] = Layout.csv,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")] = 20260630,
    defects: Annotated[
        bool, typer.Option("--defects", help="Plant the defects of the shipped demo.")
    ] = False,
    alike: Annotated[
        bool,
        typer.Option("--alike", help="A null company: every customer the same, so no score may rank them."),
    ] = False,
    traits: Annotated[
        Path | None,
        typer.Option(
            "--traits",
            help="File for the hidden traits, outside --out, to judge scores by.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write exports of an invented company whose payers, leavers and disputers follow hidden traits."""
    from orchestration.demo import demo_as_of, generate

    console = options.console()
    with ProgressView(console) as progress:
        generate(
            out,
            customers,
            invoices,
            layout.value,
            seed,
            traits=traits,
            defects=defects,
            alike=alike,
            progress=lambda done, total: progress("demo", "customers", done, total),
        )
    as_of = demo_as_of(out)
    console.print(f"Written to {out}. Land it with:", highlight=False)
    console.print(f"  crw nightly --landing {out} --as-of {as_of}", highlight=False)


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(demo)
