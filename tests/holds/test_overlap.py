"""Files of one full export are its parts: one that repeats another is held, but for what mappings derive from each."""

import pytest

from orchestration.holds.bands import Bands
from tests.holds.nights import AS_OF, Nights
from tests.holds.test_gate import held
from tests.landing.door import RULES


@pytest.mark.rules("landing_bands", "overlap/full/files/invoices/*")
@pytest.mark.parametrize(
    ("known", "first", "rows", "holds"),
    [
        (True, 58, 20, False),
        (True, 57, 20, True),
        (False, 57, 20, True),
        (True, 0, 60, True),
        (True, 52, 9, False),
    ],
)
def test_an_older_download_beside_the_new_one(
    nights: Nights, known: bool, first: int, rows: int, holds: bool
) -> None:
    nights.mapping()
    nights.customers(10)
    nights.invoices(60)
    if known:
        nights.night()
    nights.invoices(rows, first=first, amount="9.00", name="invoices (1).csv")
    if holds:
        assert held(nights) == ["overlap"]
    else:
        nights.night()


@pytest.mark.rules("landing_bands", "overlap/full/*/*/*", "overlap/full/files/*/*")
def test_customers_may_stand_in_several_files_of_a_mapping(nights: Nights) -> None:
    nights.mapping()
    nights.customers(20)
    (nights.landing / "customers.csv").rename(nights.landing / "customers_2.csv")
    nights.customers(21)
    nights.invoices(60)
    nights.night()
    bands = Bands.load(RULES, AS_OF)
    found = [
        bands.find("overlap", "full", *entity)
        for entity in (("files", "customers"), ("erpnext", "customers"))
    ]
    assert [band and band.holds(1.0) for band in found] == [False, True]
