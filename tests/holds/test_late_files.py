"""An export that comes late, or packed: what was known before stands in for it, and its age is told."""

from datetime import timedelta

from orchestration.building.inputs import delivery_warnings, known_loads
from orchestration.clock import iso
from tests.holds.nights import AS_OF, Nights
from tests.landing.door import FIRST_NIGHT


def test_a_late_or_packed_export_is_told_with_the_age_of_what_stands_in(nights: Nights) -> None:
    nights.mapping()
    nights.customers(10)
    nights.invoices(60)
    nights.night()
    (nights.landing / "invoices.csv").rename(nights.landing / "invoices.csv.gz")
    delivery = nights.land()
    loads = known_loads(nights.settings, None, AS_OF)
    assert nights.judge() == set()
    assert sum(load.rows_loaded for load in loads if load.entity == "invoices") == 60
    warnings = delivery_warnings(delivery, loads)
    assert "Not landed, no source claims them: invoices.csv.gz." in warnings
    assert (
        f"files invoices was not delivered: what was known at {iso(FIRST_NIGHT + timedelta(days=1))} is used."
        in warnings
    )
    (nights.landing / "invoices.csv.gz").unlink()
    nights.invoices(61)
    delivery = nights.land()
    assert delivery_warnings(delivery, known_loads(nights.settings, None, AS_OF)) == []
