"""What a refused file is told as: the place once, the reason, the way out."""

from orchestration.building.inputs import refusal_text
from orchestration.landing.ledger import Load, Refusal


def test_the_place_is_named_once() -> None:
    refusal = Refusal(
        reason_code="header_mismatch",
        line=1,
        column="Id",
        message="a.csv, line 1, column Id: gone.",
        way_out="mend it.",
    )
    load = Load(
        source="files",
        entity="customers",
        file="a.csv",
        sha256=None,
        spec_sha="",
        batch_id=None,
        status="refused",
        refusal=refusal,
    )
    assert refusal_text(load) == (
        "  a.csv, line 1, column Id (header_mismatch): gone.\n    Way out: mend it."
    )
