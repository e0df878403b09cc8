"""What is unlike the last accepted delivery is held with rule, file and both figures; what is like it passes."""

from datetime import timedelta

import pytest

from orchestration.building.inputs import delivery_warnings, known_loads
from orchestration.errors import RunHeld
from orchestration.holds import log
from orchestration.holds.bands import Bands
from orchestration.holds.gate import accepted_loads, pass_or_hold
from orchestration.landing.ledger import raw_shape
from orchestration.publishing.rollback import roll_back
from tests.holds.nights import AS_OF, Nights
from tests.landing.door import FIRST_NIGHT, RULES
from tests.rules.rule_tables import read

RELEASED_AT = FIRST_NIGHT + timedelta(days=99)


def held(nights: Nights) -> list[str]:
    """Rules that hold the night that lands now."""
    nights.land()
    with pytest.raises(RunHeld) as caught:
        nights.judge()
    assert caught.value.exit_code == 1
    assert "crw hold release" in caught.value.way_out
    (waiting,) = [found for found in log.read_holds(nights.warehouse) if found.state == "held"]
    for finding in waiting.findings:
        assert finding.text in caught.value.message
        assert finding.rule_id in finding.text
    return [finding.rule_id.split("/")[0] for finding in waiting.findings]


@pytest.fixture
def usual(nights: Nights) -> Nights:
    """One accepted night of ten customers and 200 invoices of 10.00."""
    nights.mapping()
    nights.customers(10)
    nights.invoices(200)
    nights.night()
    return nights


@pytest.mark.rules("landing_bands", "rows/full/*/*/*")
@pytest.mark.parametrize(
    ("rows", "holds"), [(100, True), (139, True), (140, False), (400, False), (401, True), (2000, True)]
)
def test_rows_of_a_full_export(usual: Nights, rows: int, holds: bool) -> None:
    # The sum stays as it was: rows alone decide.
    cents = 200_000 // rows
    usual.invoices(rows, amount=f"{cents // 100}.{cents % 100:02d}")
    if holds:
        assert held(usual) == ["rows"]
    else:
        usual.night()


@pytest.mark.rules("landing_bands", "amount/full/*/*/*")
@pytest.mark.parametrize(
    ("amount", "holds"),
    [("4.99", True), ("5.00", False), ("20.00", False), ("20.01", True), ("1000.00", True)],
)
def test_amounts_of_a_full_export(usual: Nights, amount: str, holds: bool) -> None:
    usual.invoices(200, amount=amount)
    if holds:
        assert held(usual) == ["amount"]
    else:
        usual.night()


def test_a_currency_that_is_gone_is_held(usual: Nights) -> None:
    usual.invoices(200, currency="USD")
    assert held(usual) == ["amount"]
    (waiting,) = log.read_holds(usual.warehouse)
    assert (waiting.findings[0].currency, waiting.findings[0].observed) == ("CNY", "0")


def test_few_rows_are_not_judged(nights: Nights) -> None:
    nights.mapping()
    nights.customers(10)
    nights.invoices(49)
    nights.night()
    nights.invoices(5)
    nights.night()


@pytest.mark.rules("landing_bands", "rows/incremental/*/*/*", "amount/incremental/*/*/*")
@pytest.mark.parametrize(
    ("rows", "amount", "rules"),
    [
        (60, "10.00", []),
        (480, "10.00", []),
        (481, "10.00", ["rows", "amount"]),
        (600, "1.00", ["rows"]),
        (60, "81.00", ["amount"]),
        (5, "100.00", ["rows"]),
    ],
)
def test_what_an_incremental_export_adds(nights: Nights, rows: int, amount: str, rules: list[str]) -> None:
    nights.mapping("incremental")
    nights.customers(10)
    first = 0
    for added in (5000, 60, 55, 65):  # the first one is all there was, and no measure of a day
        nights.invoices(added, first=first)
        first += added
        nights.night()
    nights.invoices(rows, amount=amount, first=first)
    if rules:
        assert held(nights) == rules
    else:
        nights.night()


@pytest.mark.rules("landing_bands", "older_content/full/*/*/*")
def test_yesterdays_file_again(usual: Nights) -> None:
    usual.invoices(210)
    usual.night()
    usual.night()  # the same file on the next night is nothing new, and nothing old either
    usual.invoices(200)
    assert held(usual) == ["older_content"]


@pytest.mark.rules("landing_bands", "open_end/*/*/*/*")
def test_a_last_line_cut_short_is_held(usual: Nights) -> None:
    whole = (usual.landing / "invoices.csv").read_bytes()
    (usual.landing / "invoices.csv").write_bytes(whole[:-3])  # the last amount is 10 now: nothing else tells
    assert held(usual) == ["open_end"]


def test_an_exporter_that_never_ends_its_last_line_is_warned_of(nights: Nights) -> None:
    nights.mapping()
    nights.customers(10)
    for rows in (200, 201):
        nights.invoices(rows)
        path = nights.landing / "invoices.csv"
        path.write_bytes(path.read_bytes().rstrip())
        delivery = nights.land()
        nights.publish(nights.judge())
        warnings = delivery_warnings(delivery, known_loads(nights.settings, None, AS_OF))
        assert any("The last line has no end" in text and "invoices.csv" in text for text in warnings)


@pytest.mark.parametrize("known", [True, False], ids=["later night", "first night"])
def test_ids_cut_by_a_spreadsheet_are_held(nights: Nights, known: bool) -> None:
    nights.mapping()
    nights.customers(10, prefix="1234567890123456789")
    nights.invoices(200, customer="1234567890123456789{}")
    if known:
        nights.night()
    nights.invoices(201, customer="12345678901234500000")
    assert held(nights) == ["references"]
    (waiting,) = log.read_holds(nights.warehouse)
    assert "0 of 201 values of customer_id are in files.customers.customer_id" in waiting.findings[0].text
    assert "12345678901234500000" not in waiting.model_dump_json()


@pytest.mark.parametrize(("found", "holds"), [(192, False), (191, True)])
def test_references_are_measured_by_the_last_accepted_share(nights: Nights, found: int, holds: bool) -> None:
    def deliver(found: int) -> None:
        lost = "".join(f"x{number},LOST,2026-05-01,CNY,10.00\n" for number in range(250 - found))
        nights.invoices(found, more=lost)

    nights.mapping()
    nights.customers(10)
    deliver(240)  # 96 %, and four fifths of that are 192 of 250
    nights.night()
    deliver(found)
    if holds:
        assert held(nights) == ["references"]
    else:
        nights.night()


def test_a_release_passes_once_and_becomes_the_measure(usual: Nights) -> None:
    usual.invoices(100)
    assert held(usual) == ["rows"]
    first = log.release(usual.warehouse, None, by="Li", reason="a house was sold", at=RELEASED_AT)
    version = usual.night()
    (done,) = log.read_holds(usual.warehouse)
    assert (done.hold_id, done.state, done.published) == (first.hold_id, "published", version)
    usual.invoices(101)
    usual.night()  # measured by the hundred
    usual.invoices(202, amount="5.00")
    usual.night()
    usual.invoices(100)  # the same content again: its release is used up
    assert held(usual) == ["rows", "older_content"]


def test_a_release_is_for_that_content_alone(usual: Nights) -> None:
    usual.invoices(100)
    held(usual)
    log.release(usual.warehouse, None, by="Li", reason="right", at=RELEASED_AT)
    usual.invoices(99, amount="11.00")
    assert held(usual) == ["rows"]
    usual.invoices(100)
    usual.night()  # released, and never published until now


@pytest.mark.parametrize("load", ["full", "incremental"])
def test_what_is_rejected_is_never_read_and_what_comes_instead_is(nights: Nights, load: str) -> None:
    nights.mapping(load)
    nights.customers(10)
    for first in (0, 1000, 2000):
        nights.invoices(100, first=first)
        nights.night()
    before = known_loads(nights.settings, None, AS_OF)
    nights.invoices(3000, first=3000)
    held(nights)
    accepted = {load.batch_id for load in accepted_loads(nights.warehouse)}
    log.reject(nights.warehouse, None, accepted, by="Li", reason="sent thirtyfold", at=RELEASED_AT)
    known = known_loads(nights.settings, None, AS_OF)
    assert [load.batch_id for load in known] == [load.batch_id for load in before]
    delivery = nights.land()
    assert nights.judge() == set(), "the same file again is rejected still"
    rejected = log.rejected_batches(nights.warehouse)
    assert "invoices.csv was rejected" in delivery_warnings(delivery, before, rejected)[0]
    nights.invoices(101, first=3000)
    nights.night()
    rows = [
        item.rows_loaded for item in known_loads(nights.settings, None, AS_OF) if item.entity == "invoices"
    ]
    assert rows == ([101] if load == "full" else [100, 100, 100, 101])


def test_one_hold_waits_and_a_good_delivery_closes_it(usual: Nights) -> None:
    usual.invoices(100)
    held(usual)
    held(usual)
    usual.invoices(90, amount="11.00")
    held(usual)
    assert sorted(found.state for found in log.read_holds(usual.warehouse)) == ["held", "superseded"]
    usual.invoices(201)
    usual.night()
    assert {found.state for found in log.read_holds(usual.warehouse)} == {"superseded"}


def test_a_held_delivery_is_held_for_every_run_and_a_replay(usual: Nights) -> None:
    before = FIRST_NIGHT + timedelta(days=1, hours=1)
    usual.invoices(100)
    held(usual)
    loads = known_loads(usual.settings, None, AS_OF)
    for replay in (True, False):
        with pytest.raises(RunHeld):
            pass_or_hold(usual.settings, loads, AS_OF, RELEASED_AT, replay=replay)
    earlier = known_loads(usual.settings, before, AS_OF)
    assert pass_or_hold(usual.settings, earlier, AS_OF, RELEASED_AT, replay=True) == set()


def test_a_replay_is_no_measure_and_a_version_rolled_back_from_neither(usual: Nights) -> None:
    first = known_loads(usual.settings, None, AS_OF)
    usual.invoices(300)
    bigger = usual.night()
    assert {load.rows_loaded for load in accepted_loads(usual.warehouse)} == {10, 300}
    roll_back(usual.warehouse, f"{AS_OF}.1")
    assert accepted_loads(usual.warehouse) == first
    roll_back(usual.warehouse, bigger)
    assert {load.rows_loaded for load in accepted_loads(usual.warehouse)} == {10, 300}


@pytest.mark.rules("landing_bands", "*")
def test_every_rule_on_references_names_columns_that_are_there() -> None:
    bands = Bands.load(RULES, AS_OF)
    assert len(bands.references) == len([row for row in read("landing_bands") if row["refers_to"]])
    for band in bands.references:
        assert band.refers_to
        source, entity, column = band.refers_to
        assert band.column in dict(raw_shape(band.source, band.entity)), band.rule_id
        assert column in dict(raw_shape(source, entity)), band.rule_id
