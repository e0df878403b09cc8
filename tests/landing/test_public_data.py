"""Real exports that nobody of the project made land through mappings alone, and tie to the files to the cent."""

import csv
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from orchestration.landing.ledger import Load
from tests.landing.door import Door

IBM = "WA_Fn-UseC_-Accounts-Receivable.csv"


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sums(load: Load) -> dict[str, Decimal]:
    return {f"{s.column} {s.currency}": Decimal(s.sum) for s in load.control_sums}


def test_ibm_accounts_receivable(door: Door, put_public: Callable[..., None]) -> None:
    put_public("ibm_accounts_receivable")
    rows = _rows(door.landing / IBM)
    total = sum(Decimal(row["InvoiceAmount"]) for row in rows)
    delivery = door.land()
    loads = {load.entity: load for load in delivery.loads}
    assert delivery.unclaimed_files == ["with_missing.csv"]
    assert {name: load.rows_loaded for name, load in loads.items()} == {
        "invoices": 2466,
        "customers": 100,
        "receipts": 2466,
        "receipt_allocations": 2466,
    }
    assert all(load.rows_quarantined == 0 for load in loads.values())
    assert loads["customers"].rows_filtered == 2366
    for entity in ("invoices", "receipts", "receipt_allocations"):
        assert _sums(loads[entity]) == {"amount USD": total}
    first = door.rows(loads["invoices"], "invoice_id, issue_date, due_date, status")[0]
    assert first == ("0000611365", "2013-01-02", "2013-02-01", "issued")


def test_ibm_with_missing_values(door: Door, put_public: Callable[..., None]) -> None:
    put_public("ibm_accounts_receivable")
    os.replace(door.landing / "with_missing.csv", door.landing / IBM)
    mapping = door.landing / "mapping.yml"
    text = mapping.read_text().replace(
        "distinct_on: customer_id", "distinct_on: customer_id\n        where_present: created_date"
    )
    mapping.write_text(
        text.replace("country: countryCode}", "country: countryCode, created_date: PaperlessDate}").replace(
            "ignore: [PaperlessDate, ", "ignore: ["
        )
    )
    rows = _rows(door.landing / IBM)
    blank = [number for number, row in enumerate(rows, start=2) if not row["PaperlessDate"]]
    loads = {load.entity: load for load in door.land().loads}
    assert len(blank) == 120
    assert loads["invoices"].rows_loaded + loads["invoices"].rows_quarantined == len(rows) == 2586
    assert loads["customers"].rows_loaded == len({row["customerID"] for row in rows if row["PaperlessDate"]})
    bad = dict.fromkeys(line for line, _, _ in door.quarantined(loads["invoices"]))
    kept = [row for number, row in enumerate(rows, start=2) if number not in bad]
    assert _sums(loads["invoices"])["amount USD"] == sum(Decimal(row["InvoiceAmount"]) for row in kept)


def test_maven_crm(door: Door, put_public: Callable[..., None]) -> None:
    put_public("maven_crm")
    rows = _rows(door.landing / "sales_pipeline.csv")
    delivery = door.land()
    loads = {load.entity: load for load in delivery.loads}
    assert delivery.unclaimed_files == ["data_dictionary.csv", "products.csv", "sales_teams.csv"]
    assert (loads["customers"].rows_loaded, loads["opportunities"].rows_loaded) == (85, 8800)
    assert loads["opportunities"].rows_quarantined == 0
    assert door.rows(loads["opportunities"], "customer_id, 1").count((None, 1)) == 1425
    assert _sums(loads["opportunities"]) == {
        "amount USD": sum(Decimal(row["close_value"] or 0) for row in rows)
    }
    stages = [stage for (stage,) in door.rows(loads["opportunities"], "stage")]
    assert {stage: stages.count(stage) for stage in set(stages)} == {"won": 4238, "lost": 2473, "open": 2089}
    parents = [parent for (parent,) in door.rows(loads["customers"], "parent_customer_id") if parent]
    assert len(parents) == 15


def test_telco_workbooks(door: Door, public_data: Callable[[str], Path]) -> None:
    name = "Telco_customer_churn_demographics.xlsx"
    (door.landing / name).write_bytes((public_data("telco_customers") / name).read_bytes())
    door.put(
        "mapping.yml",
        f"version: 1\nfiles:\n  - file: {name}\n    entity: customers\n    columns: {{customer_id: Customer ID}}\n"
        "    constants: {customer_type: individual}\n"
        "    ignore: [Count, Gender, Age, Under 30, Senior Citizen, Married, Dependents, Number of Dependents]\n",
    )
    load = door.land_one()
    assert load.status == "loaded", load.refusal
    assert (load.rows_in_file, load.rows_loaded) == (7043, 7043)
