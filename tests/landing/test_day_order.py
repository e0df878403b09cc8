"""Dates of a sheet partly as days and partly as text: refused only when they part where a month's number ends."""

from datetime import date

import pytest

from orchestration.landing.readers.base import Refused
from orchestration.landing.readers.day_order import DayOrder, is_taken_for_another

EARLY = [date(2024, month, 12) for month in (1, 2, 3)]
LATE = ["13/01/2024", "31/03/2024", "25/12/2024"]


@pytest.mark.parametrize(
    ("cells", "is_refused"),
    [
        ([*EARLY, *LATE], True),
        ([*EARLY, None, "no date", *LATE], True),
        ([*EARLY[:2], *LATE], False),
        ([*EARLY, *LATE[:2]], False),
        ([*EARLY, *LATE, date(2024, 1, 13)], False),
        ([*EARLY, *LATE, "12/01/2024"], False),
        (EARLY, False),
        (LATE, False),
    ],
)
def test_days_and_texts_that_part_at_the_twelfth(cells: list[object], is_refused: bool) -> None:
    order = DayOrder("Issued", ("%d/%m/%Y",))
    for line, cell in enumerate(cells, start=2):
        order.see(line, cell)
    if not is_refused:
        order.check()
        return
    with pytest.raises(Refused) as caught:
        order.check()
    assert (caught.value.reason_code, caught.value.line, caught.value.column) == (
        "swapped_dates",
        2,
        "Issued",
    )


@pytest.mark.parametrize(
    ("text", "is_watched"),
    [
        ("%d/%m/%Y", True),
        ("%-m/%-d/%Y", True),
        ("%d.%m.%Y %H:%M", True),
        ("%Y-%m-%d", False),
        ("%d-%b-%Y", False),
    ],
)
def test_only_dates_whose_day_may_be_taken_for_the_month_are_watched(text: str, is_watched: bool) -> None:
    assert is_taken_for_another(text) is is_watched
