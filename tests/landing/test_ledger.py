"""Deliveries, batches and what a night reads of them."""

import json
from datetime import date, timedelta

import pytest

from orchestration.errors import ConfigurationError, CrwError
from orchestration.landing.ledger import plan, raw_shape, read_ledger
from tests.landing.door import FIRST_NIGHT, HEADER, Door

ROW = "{id},C,2024-01-01,,{amount}\n"
KEY = ("files", "invoices")
AS_OF = date(2026, 6, 30)


def _planned(door: Door, night: int | None = None, as_of: date = AS_OF) -> list[str]:
    known_at = FIRST_NIGHT + timedelta(days=night if night is not None else door.nights)
    return [load.file for load in plan(door.warehouse, known_at, as_of).get(KEY, [])]


def _file(door: Door, name: str, *ids: int, amount: str = "1") -> None:
    door.put(name, HEADER + "".join(ROW.format(id=i, amount=amount) for i in ids))


def test_the_same_content_is_one_batch_and_new_content_another(door: Door) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)
    first = door.land_one()
    again = door.land_one()
    assert again.batch_id == first.batch_id
    assert again.repeated_of == read_ledger(door.warehouse)[0].delivery_id
    assert (again.rows_loaded, again.raw_path) == (1, first.raw_path)
    _file(door, "invoices.csv", 1, 2)
    changed = door.land_one()
    assert changed.repeated_of is None
    assert changed.batch_id != first.batch_id
    assert len(list((door.warehouse / "raw/files/invoices").iterdir())) == 2


def test_the_same_content_under_two_names_is_read_once(door: Door) -> None:
    door.mapping("*.csv")
    _file(door, "a.csv", 1)
    _file(door, "b.csv", 1)
    delivery = door.land()
    assert delivery.loads[1].repeated_of == delivery.delivery_id
    assert _planned(door) == ["a.csv"]


def test_landing_twice_gives_the_same_rows(door: Door, tmp_path: object) -> None:
    door.mapping()
    _file(door, "invoices.csv", 3, 1, 2)
    first = door.land_one()
    assert first.raw_path
    rows = door.rows(first)
    (door.warehouse / first.raw_path).unlink()
    second = door.land_one()
    assert second.repeated_of is None, "a batch whose file is gone is loaded anew"
    assert second.batch_id == first.batch_id
    assert door.rows(second) == rows


def test_full_loads_the_newest_delivery_known(door: Door) -> None:
    door.mapping("*.csv")
    _file(door, "a.csv", 1)
    door.land()
    _file(door, "b.csv", 2)
    (door.landing / "a.csv").unlink()
    door.land()
    assert _planned(door) == ["b.csv"]
    assert _planned(door, night=1) == ["a.csv"]
    assert _planned(door, night=0) == []


def test_a_refused_delivery_leaves_the_one_before(door: Door) -> None:
    door.mapping("*.csv")
    _file(door, "a.csv", 1)
    door.land()
    door.put("b.csv", HEADER)
    delivery = door.land()
    assert [load.file for load in delivery.refused] == ["b.csv"]
    assert _planned(door) == ["a.csv"]
    assert plan(door.warehouse, FIRST_NIGHT + timedelta(days=9), AS_OF)[KEY][
        0
    ].loaded_at == FIRST_NIGHT + timedelta(days=1)


def test_an_absent_file_leaves_the_one_before_and_is_told(door: Door) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)
    door.land()
    (door.landing / "invoices.csv").unlink()
    delivery = door.land()
    assert [(absent.entity, absent.patterns) for absent in delivery.absent] == [
        ("invoices", ["invoices.csv"])
    ]
    assert _planned(door) == ["invoices.csv"]


def test_snapshots_by_the_date_in_their_name(door: Door) -> None:
    door.mapping("open_{date}.csv")
    for number, day in enumerate(["2026-05-31", "20260630", "2026-07-31"]):
        _file(door, f"open_{day}.csv", number)
    door.land()
    assert _planned(door) == ["open_20260630.csv"]
    assert _planned(door, as_of=date(2026, 6, 29)) == ["open_2026-05-31.csv"]
    assert _planned(door, as_of=date(2025, 1, 1)) == ["open_2026-05-31.csv"]


def test_incremental_keeps_every_batch_once_oldest_first(door: Door) -> None:
    door.mapping("*.csv", "    load: incremental\n")
    _file(door, "a.csv", 1)
    door.land()
    _file(door, "b.csv", 2)
    door.land()
    assert _planned(door) == ["a.csv", "b.csv"]
    assert _planned(door, night=1) == ["a.csv"]
    loads = plan(door.warehouse, FIRST_NIGHT + timedelta(days=9), AS_OF)[KEY]
    assert [load.key for load in loads] == [["invoice_id"]] * 2


def test_what_a_killed_landing_left_is_ignored(door: Door) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)
    torn = door.warehouse / "raw/files/invoices"
    torn.mkdir(parents=True)
    (torn / "0123456789abcdef.parquet").write_bytes(b"PAR1 torn")
    stale = door.warehouse / "builds/.landing-old"
    stale.mkdir(parents=True)
    ledger = door.warehouse / "ledger"
    ledger.mkdir()
    (ledger / ".20260101T000000Z-000000000000.json.tmp").write_text("{")
    load = door.land_one()
    assert load.status == "loaded"
    assert not stale.exists()
    assert _planned(door) == ["invoices.csv"]
    assert len(read_ledger(door.warehouse)) == 1


def test_a_landing_that_dies_has_no_ledger_entry(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("orchestration.landing.delivery.os.replace", die)
    with pytest.raises(KeyboardInterrupt):
        door.land()
    monkeypatch.undo()
    assert read_ledger(door.warehouse) == []
    assert list((door.warehouse / "builds").iterdir()) == []
    assert door.land_one().repeated_of is None


def test_a_file_that_changes_while_it_is_read(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)
    states = iter([(1, 1, 1), (1, 2, 2)])
    monkeypatch.setattr("orchestration.landing.delivery._state", lambda path: next(states))
    refusal = door.land_one().refusal
    assert refusal is not None
    assert refusal.reason_code == "changed_while_read"


def test_a_damaged_entry_is_told(door: Door) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)
    door.land()
    (path,) = (door.warehouse / "ledger").iterdir()
    path.write_text(path.read_text()[:-20])
    with pytest.raises(CrwError, match="is damaged"):
        read_ledger(door.warehouse)


def test_ledger_entry_in_full(door: Door) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1, 2)
    door.put("other.txt", "x")
    door.land()
    (path,) = (door.warehouse / "ledger").iterdir()
    entry = json.loads(path.read_text())
    assert path.name == f"20260102T000000Z-{entry['delivery_id']}.json"
    assert entry["unclaimed_files"] == ["other.txt"]
    (load,) = entry["loads"]
    assert load["raw_path"] == f"raw/files/invoices/{load['batch_id']}.parquet"
    assert load["rows_in_file"] == load["rows_loaded"] + load["rows_quarantined"] + load["rows_filtered"] == 2


def test_raw_files_have_the_raw_shape(door: Door) -> None:
    door.mapping()
    _file(door, "invoices.csv", 1)
    row = door.rows(door.land_one(), "columns(*)")[0]
    shape = raw_shape(*KEY)
    assert [name for name, _ in shape][-4:] == ["_batch_id", "_file", "_line", "_loaded_at"]
    assert len(row) == len(shape) - 2


def test_header_only_may_be_allowed(door: Door) -> None:
    door.mapping(more="    empty: allowed\n")
    door.put("invoices.csv", HEADER)
    load = door.land_one()
    assert (load.status, load.rows_loaded) == ("empty_allowed", 0)
    assert door.rows(load) == []
    assert _planned(door) == ["invoices.csv"]


def test_a_file_two_entries_claim(door: Door) -> None:
    door.put("zoho_crm/Accounts.csv", "Record Id,Account Name\n1,A\n")
    door.put(
        "mapping.yml",
        "version: 1\nfiles:\n  - {file: zoho_crm/*.csv, entity: customers, columns: {customer_id: Record Id}}\n",
    )
    with pytest.raises(
        ConfigurationError, match=r"zoho_crm/Accounts.csv is claimed by zoho_crm.accounts and files.customers"
    ):
        door.land()


def test_no_folder(door: Door) -> None:
    door.landing.rmdir()
    with pytest.raises(ConfigurationError, match="is not there"):
        door.land()
