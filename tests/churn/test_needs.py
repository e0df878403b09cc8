"""Service requests that wait: open on the date measured, closed, reopened, resolved later; only for the lookback."""

import datetime
from typing import Any

import pytest

from tests.support.warehouse import Scenario

AS_OF = datetime.date(2026, 6, 30)


def _day(age: int) -> str:
    return f"{AS_OF - datetime.timedelta(age)} 08:00:00"


# Cases of one customer each; service cases counted, open ones, days of the oldest open one.
CUSTOMERS: dict[str, tuple[list[dict[str, Any]], tuple[int, int, int] | None]] = {
    "open": ([{"opened_at": _day(20)}], (1, 1, 20)),
    "opened today": ([{"opened_at": _day(0)}], (1, 1, 0)),
    "closed without a day": ([{"opened_at": _day(20), "status": "closed"}], (1, 0, 0)),
    "closed": ([{"opened_at": _day(20), "status": "closed", "resolved_at": _day(5)}], (1, 0, 0)),
    "closed today": ([{"opened_at": _day(20), "status": "closed", "resolved_at": _day(0)}], (1, 0, 0)),
    "closed tomorrow": ([{"opened_at": _day(20), "status": "closed", "resolved_at": _day(-1)}], (1, 1, 20)),
    "reopened": ([{"opened_at": _day(20), "resolved_at": _day(9), "reopened_at": _day(4)}], (1, 1, 20)),
    "reopened, then closed": (
        [{"opened_at": _day(20), "status": "closed", "resolved_at": _day(4), "reopened_at": _day(9)}],
        (1, 0, 0),
    ),
    "reopened tomorrow": (
        [{"opened_at": _day(20), "resolved_at": _day(9), "reopened_at": _day(-1)}],
        (1, 0, 0),
    ),
    "three": (
        [{"opened_at": _day(20)}, {"opened_at": _day(50)}, {"opened_at": _day(90), "status": "closed"}],
        (3, 2, 50),
    ),
    "last day of the lookback": ([{"opened_at": _day(729), "status": "closed"}], (1, 0, 0)),
    "before the lookback": ([{"opened_at": _day(730), "status": "closed"}], None),
    "open since before the lookback": ([{"opened_at": _day(730)}], (1, 1, 730)),
    "not yet": ([{"opened_at": _day(-1)}], None),
    "complaint": ([{"opened_at": _day(20), "case_type": "complaint"}], None),
    "dispute": ([{"opened_at": _day(20), "case_type": "dispute"}], None),
    "never asked": ([], None),
}


@pytest.fixture(scope="module")
def needs() -> dict[str, tuple[int, int, int]]:
    common = {"case_type": "service", "status": "open"}
    cases = [
        {"case_id": f"{name} {number}", "customer_id": name, **common, **case}
        for name, (rows, _) in CUSTOMERS.items()
        for number, case in enumerate(rows)
    ]
    files = {"customers": [{"customer_id": name} for name in CUSTOMERS], "cases": cases}
    rows = (
        Scenario(as_of=str(AS_OF), files=files)
        .run(["int_customer_needs", "int_customers"])
        .rows(
            "select customer_id, service_cases, open_needs, open_need_days from intermediate.int_customer_needs"
            " inner join intermediate.int_customers using (customer_key)"
        )
    )
    return {
        row["customer_id"].removeprefix("files:"): (
            row["service_cases"],
            row["open_needs"],
            row["open_need_days"],
        )
        for row in rows
    }


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_need_waits_from_its_opening_to_its_end(needs: dict[str, tuple[int, int, int]], name: str) -> None:
    assert needs.get(name) == CUSTOMERS[name][1]
