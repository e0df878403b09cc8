"""A public delivery history lands through its mapping alone: byte order mark, CR line ends, two-digit years."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from orchestration.landing.ledger import Load
from tests.landing.door import Door

FILE = "SCMS_Delivery_History_Dataset.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of the file, read by the csv module alone."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _sum(load: Load) -> dict[str, Decimal]:
    return {f"{s.column} {s.currency}": Decimal(s.sum) for s in load.control_sums}


def test_every_line_lands(door: Door, put_public: Callable[..., None]) -> None:
    put_public("scms_deliveries")
    rows = rows_of(door.landing / FILE)
    loads = {load.entity: load for load in door.land().loads}
    assert {name: (load.rows_loaded, load.rows_quarantined) for name, load in loads.items()} == {
        "contract_milestones": (10324, 0),
        "contracts": (142, 0),
        "customers": (43, 0),
    }
    assert _sum(loads["contract_milestones"])["amount USD"] == sum(
        Decimal(row["Line Item Value"]) for row in rows
    )
    names = {name for (name,) in door.rows(loads["customers"], "customer_name")}
    assert names == {row["Country"] for row in rows}
    assert "Côte d'Ivoire" in names
    first = door.rows(
        loads["contract_milestones"], "milestone_id, contract_id, planned_date, actual_date, amount"
    )[0]
    assert first == ("1", "100-CI-T01", "2006-06-02", "2006-06-02", "551")
