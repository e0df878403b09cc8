"""Writes the model card: model_card.md with its charts as SVG files, and the section of the report."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.files import make_dirs, write_atomic
from orchestration.publishing.manifest import Manifest
from orchestration.reporting.card import LEAST, Card, read_card
from orchestration.reporting.charts import ChartImage, draw

NAME = "model_card.md"
FOLDER = "model_card"
_TEMPLATES = Path(__file__).resolve().parent / "templates"
# Chart -> title and what must be there before it can be drawn.
_WANTED = {
    "roc": ("ROC", "no outcome has had enough customers go bad and stay good in a complete window"),
    "calibration": ("Calibration", "no outcome with enough good and bad customers has a complete window"),
    "psi": ("Stability (PSI)", "no two dates a year apart have enough customers to compare"),
    "migration": ("Migration", f"no earlier finished date, or no move of at least {LEAST} customers"),
}


def write_card(folder: Path, manifest: Manifest, rules_dir: Path) -> Markup:
    """Write model_card.md and model_card/*.svg into a version's folder; return the section of the report as HTML."""
    card = read_card(folder / "finance.duckdb", manifest, rules_dir)
    images = draw(card)
    make_dirs(folder / FOLDER)
    for image in images:
        write_atomic(folder / FOLDER / f"{image.name}.svg", image.svg.encode())
    write_atomic(folder / NAME, markdown(card, images).encode())
    return section(card, images)


def markdown(card: Card, images: list[ChartImage]) -> str:
    """The card as Markdown; charts are links to files beside it."""
    text = _environment(escapes=False).get_template("card.md.j2").render(**_values(card, images))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def section(card: Card, images: list[ChartImage]) -> Markup:
    """The card's section of the report, charts inside: no file, script or address is asked for."""
    values = _values(card, [_inline(image) for image in images])
    return Markup(_environment(escapes=True).get_template("card.html.j2").render(**values))


def _values(card: Card, images: list[ChartImage]) -> dict[str, Any]:
    drawn = {image.name for image in images}
    missing = [wanted for name, wanted in _WANTED.items() if name not in drawn]
    return {"card": card, "images": images, "missing": missing, "card_file": NAME}


def _inline(image: ChartImage) -> ChartImage:
    # HTML needs no namespace, and a page without any address is easy to prove free of fetches.
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", image.svg, count=2)
    return ChartImage(image.name, image.title_en, image.title_zh, image.text, svg)


def _environment(*, escapes: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=escapes,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["share_of"] = lambda value: f"{100 * value:.3g} %"
    environment.filters["few"] = lambda count: f"fewer than {LEAST}" if 0 < count < LEAST else f"{count:,}"
    environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    return environment
