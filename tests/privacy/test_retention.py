"""What is past the days of its class goes, on the first day after them and not before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from orchestration.building.inputs import known_loads
from orchestration.errors import LandingRefused
from orchestration.landing.ledger import read_ledger
from orchestration.landing.spec import known_sources
from orchestration.privacy.nightly import clock_of, end_of_night
from orchestration.privacy.retention import Removal, carry_out, is_past, plan_retention, shortest, young
from orchestration.protection.vault import read_vault
from orchestration.publishing.manifest import Partition
from orchestration.settings import Settings
from tests.landing.door import FIRST_NIGHT, Door
from tests.night.tiny import make_version
from tests.privacy.landing import fill

LANDED = (FIRST_NIGHT + timedelta(days=1)).date()
MASKED, FREE_TEXT, IDENTIFIER, PHONE = 1095, 1095, 3650, 1825


def edge(days: int) -> tuple[date, date]:
    """The last day something is kept and the first on which it goes."""
    return LANDED + timedelta(days=days), LANDED + timedelta(days=days + 1)


def planned(door: Door, today: date, used: list[str]) -> list[Removal]:
    return plan_retention(door.warehouse, door.protector.categories, used, today)


def batch(door: Door, delivery: int, source: str, entity: str):
    return next(
        x for x in read_ledger(door.warehouse)[delivery].loads if (x.source, x.entity) == (source, entity)
    )


@pytest.fixture
def superseded(door: Door) -> Door:
    """One delivery, and a newer one of other contacts and deals."""
    fill(door)
    door.land()
    fill(
        door,
        Contacts="zcrm_2004,Eva,Stein,Eva Stein,zcrm_1001,eva@northgate.example.com,,,,\n",
        Deals="zcrm_3005,Nuts,zcrm_1001,,Closed Won,5.00,2026-01-02,CNY,\n",
    )
    door.land()
    return door


def used(door: Door) -> list[str]:
    return [x.batch_id for x in known_loads(settings(door), None, date(2026, 6, 30))]


def settings(door: Door) -> Settings:
    return Settings(warehouse=door.warehouse, landing=door.landing)


@pytest.mark.parametrize("days", [0, 1, 1095])
def test_a_thing_is_kept_for_its_days_and_goes_on_the_next(days: int) -> None:
    kept, gone = edge(days)
    assert not is_past(LANDED, days, kept)
    assert is_past(LANDED, days, gone)


def test_the_shortest_class_in_raw_decides_for_a_batch(door: Door) -> None:
    crm = known_sources()["zoho_crm"].entities
    categories = door.protector.categories
    assert shortest(crm["contacts"], categories).category == "masked"
    assert shortest(crm["deals"], categories).category == "identifier"


@pytest.mark.parametrize(("entity", "days"), [("contacts", MASKED), ("deals", IDENTIFIER)])
def test_a_superseded_batch_goes_after_its_days(superseded: Door, entity: str, days: int) -> None:
    old = batch(superseded, 0, "zoho_crm", entity).raw_path
    kept, gone = edge(days)
    reading = used(superseded)
    assert old not in {item.path for item in planned(superseded, kept, reading)}
    assert old in {item.path for item in planned(superseded, gone, reading)}


def test_what_a_night_reads_stays_whatever_its_age(superseded: Door) -> None:
    newest = batch(superseded, 1, "zoho_crm", "contacts").raw_path
    paths = {
        i.path
        for i in planned(superseded, date(2090, 1, 1), used(superseded))
        if i.what == "superseded batch"
    }
    assert newest not in paths
    assert paths


def test_a_removed_batch_refuses_the_replay_that_needs_it(superseded: Door) -> None:
    categories, key = superseded.protector.categories, superseded.protector.keys
    _, gone = edge(MASKED)
    old = batch(superseded, 0, "zoho_crm", "contacts")
    removals = planned(superseded, gone, used(superseded))
    carry_out(superseded.warehouse, removals, categories, key, gone)
    assert not (superseded.warehouse / old.raw_path).exists()
    assert not (superseded.warehouse / old.vault_path).exists()
    assert batch(superseded, 0, "zoho_crm", "contacts").expired_on == gone
    assert known_loads(settings(superseded), None, date(2026, 6, 30))
    with pytest.raises(LandingRefused, match=r"zoho_crm contacts .* was removed by retention"):
        known_loads(settings(superseded), FIRST_NIGHT + timedelta(days=1), date(2026, 6, 30))
    assert planned(superseded, gone, used(superseded)) == []


def test_clear_values_go_by_their_own_class(door: Door) -> None:
    fill(door)
    door.land()
    load = batch(door, 0, "zoho_crm", "contacts")
    key, categories = door.protector.keys, door.protector.categories

    def columns() -> set[str]:
        return set(read_vault(door.warehouse / load.vault_path, key)["column"].to_pylist())

    kept, gone = edge(FREE_TEXT)
    assert planned(door, kept, used(door)) == []
    removals = planned(door, gone, used(door))
    assert {i.category for i in removals if i.path == load.vault_path} == {"birth_date", "free_text"}
    carry_out(door.warehouse, removals, categories, key, gone)
    assert columns() == {"first_name", "last_name", "full_name", "email", "mobile", "mailing_street"}
    assert planned(door, gone, used(door)) == []
    _, later = edge(PHONE)
    carry_out(door.warehouse, planned(door, later, used(door)), categories, key, later)
    assert not (door.warehouse / load.vault_path).exists()
    assert (door.warehouse / load.raw_path).exists()


def test_what_is_delivered_every_night_is_never_old(door: Door) -> None:
    fill(door)
    door.land()
    door.nights = FREE_TEXT
    door.land()
    assert planned(door, edge(FREE_TEXT)[1], used(door)) == []


def test_old_versions_go_and_the_served_one_stays(door: Door) -> None:
    make_version(door.warehouse, date(2026, 1, 1))
    make_version(door.warehouse, date(2026, 1, 2), published=datetime(2026, 1, 1, tzinfo=UTC))
    dated = date(2026, 1, 1)
    assert planned(door, dated + timedelta(days=MASKED), []) == []
    removals = planned(door, dated + timedelta(days=MASKED + 1), [])
    assert [item.path for item in removals] == ["versions/2026-01-01.1"]
    carry_out(door.warehouse, removals, door.protector.categories, door.protector.keys, dated)
    assert [path.name for path in (door.warehouse / "versions").iterdir()] == ["2026-01-02.1"]


def test_records_of_runs_go_after_the_days_of_technical_data(door: Door) -> None:
    path = door.warehouse / "runs" / "20260101T000000Z-r1.json"
    path.parent.mkdir()
    path.write_text("{}")
    day = date(2026, 1, 1)
    assert planned(door, day + timedelta(days=3650), []) == []
    removals = planned(door, day + timedelta(days=3651), [])
    assert [(item.what, item.category) for item in removals] == [("record of runs", "technical")]


def test_finished_dates_leave_the_history_after_the_days_of_measures(door: Door) -> None:
    partition = Partition(
        file="x", sha256="x", rows=1, run_id="r", inputs_sha256="x", rules_sha256="x", code_sha256="x"
    )
    history = {"fct_customer_risk": {LANDED: partition}}
    kept, gone = edge(3650)
    assert young(history, door.protector.categories, kept) == history
    assert young(history, door.protector.categories, gone) == {"fct_customer_risk": {}}


def test_the_clock_is_the_business_date_and_never_a_day_to_come() -> None:
    started = datetime(2026, 7, 1, 2, tzinfo=UTC)
    assert clock_of(date(2026, 6, 30), started) == date(2026, 6, 30)
    assert clock_of(date(2099, 1, 1), started) == date(2026, 7, 1)


def test_a_failure_is_a_warning_and_never_stops_a_night(
    superseded: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.privacy.nightly.carry_out", full)
    removals = planned(superseded, edge(MASKED)[1], used(superseded))
    warnings = end_of_night(settings(superseded), removals, edge(MASKED)[1], FIRST_NIGHT)
    assert warnings == ["Retention was not carried out: No space left on device; the next night tries again."]
