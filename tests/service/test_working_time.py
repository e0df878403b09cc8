"""Working time between two moments: office hours, nights, weekends, holidays, make-up days, zones, summer time."""

from datetime import date

import pytest

from tests.rules.rule_tables import in_force
from tests.service.cases import LEVELS, build, closed

# 2026-06-01 is a Monday; the office works 09:00-12:00 and 13:00-18:00 in Shanghai, eight hours before UTC.
SPANS = [
    ("2026-06-01 01:00:00", "2026-06-01 01:00:00", 0),
    ("2026-06-01 01:00:00", "2026-06-01 01:00:30", 0.5),
    ("2026-06-01 01:00:00", "2026-06-01 04:00:00", 180),  # to the lunch break
    ("2026-06-01 03:59:00", "2026-06-01 05:01:00", 2),  # over the lunch break
    ("2026-06-01 00:00:00", "2026-06-01 12:00:00", 480),  # before the office opens, after it closes
    ("2026-06-01 09:59:00", "2026-06-02 01:01:00", 2),  # over night
    ("2026-06-05 09:59:00", "2026-06-08 01:01:00", 2),  # over the weekend
    ("2026-06-18 09:59:00", "2026-06-22 01:01:00", 2),  # Dragon Boat Festival on Friday 19 June
    ("2026-05-08 09:00:00", "2026-05-09 02:00:00", 120),  # Saturday 9 May makes up for the holiday
    (
        "2026-02-13 09:00:00",
        "2026-02-24 02:00:00",
        600,
    ),  # Spring Festival: Saturday 14 worked, 15 to 23 closed
    ("2026-06-06 03:00:00", "2026-06-07 03:00:00", 0),  # opened and resolved on a weekend
    ("2025-12-31 09:00:00", "2026-01-04 02:00:00", 120),  # new year, Sunday 4 January worked
]


@pytest.mark.parametrize(("opened", "resolved", "minutes"), SPANS)
def test_office_minutes_between_two_moments(opened: str, resolved: str, minutes: float) -> None:
    row = build(closed("1", opened, resolved)).one(LEVELS)
    assert row["resolution_minutes"] == minutes
    assert (
        row["response_minutes"] == minutes
    )  # resolved without a recorded answer: answered then at the latest


def test_critical_complaints_run_around_the_clock() -> None:
    row = build(closed("1", "2026-06-05 10:00:00", "2026-06-07 10:00:00", severity="critical")).one(LEVELS)
    assert row["resolution_minutes"] == 2 * 1440


SUMMER = {
    "working_calendars": [
        {"calendar": "berlin", "is_company": True, "label_en": "Berlin", "label_zh": "柏林"},
    ],
    "working_hours": [
        {"calendar": "berlin", "weekday": day, "shift": 1, "opens_at": "09:00", "closes_at": "17:00"}
        for day in range(1, 8)
    ],
    "calendar_offsets": [
        {"calendar": "berlin", "starts_at": "1980-01-01 00:00:00", "offset_minutes": 60},
        {"calendar": "berlin", "starts_at": "2026-03-29 01:00:00", "offset_minutes": 120},
        {"calendar": "berlin", "starts_at": "2026-10-25 01:00:00", "offset_minutes": 60},
    ],
    "calendar_days": [],
    "sla_targets": [
        {
            "case_type": "complaint",
            "case_severity": "medium",
            "calendar": "berlin",
            "response_target": 60,
            "resolution_target": 480,
            "at_risk_share": 0.75,
        }
    ],
}


@pytest.mark.parametrize(
    ("opened", "resolved", "minutes"),
    [
        (
            "2026-03-28 15:59:00",
            "2026-03-29 07:01:00",
            2,
        ),  # closes at 16:00 UTC, opens at 07:00 UTC the day after
        ("2026-03-28 08:00:00", "2026-03-28 09:00:00", 60),
        ("2026-03-29 07:00:00", "2026-03-29 15:00:00", 480),
        ("2026-03-29 15:00:00", "2026-03-29 16:00:00", 0),
        ("2026-10-24 14:59:00", "2026-10-25 08:01:00", 2),
        ("2026-10-25 07:00:00", "2026-10-25 08:00:00", 0),
    ],
)
def test_office_hours_follow_summer_time(opened: str, resolved: str, minutes: int) -> None:
    result = build(closed("1", opened, resolved), as_of="2026-12-31", rules=SUMMER)
    assert result.one(LEVELS)["resolution_minutes"] == minutes


@pytest.mark.parametrize(
    ("as_of", "zone_hours", "expected"),
    [("2026-03-28", 1, 23), ("2026-03-29", 2, 22), ("2026-10-24", 2, 22), ("2026-10-25", 1, 23)],
)
def test_the_day_ends_at_local_midnight_also_when_clocks_change(
    as_of: str, zone_hours: int, expected: int
) -> None:
    result = build(closed("1", "2026-03-01 10:00:00", "2026-03-01 11:00:00"), as_of=as_of, rules=SUMMER)
    second = result.value("select cutoff_second from intermediate.int_calendar_cutoffs where is_company")
    assert (second % 86400) // 3600 == expected == 24 - zone_hours


@pytest.mark.rules("calendar_offsets", "*")
def test_the_day_of_every_calendar_ends_at_its_midnight() -> None:
    offsets = {
        row["calendar"]: int(row["offset_minutes"]) for row in in_force("calendar_offsets", date(2026, 6, 30))
    }
    result = build(closed("1", "2026-06-01 10:00:00", "2026-06-01 11:00:00"))
    rows = result.rows("select calendar, cutoff_second from intermediate.int_calendar_cutoffs")
    assert {row["calendar"]: row["cutoff_second"] % 86400 for row in rows} == {
        calendar: -offset * 60 % 86400 for calendar, offset in offsets.items()
    }


def test_working_days_count_every_day_once() -> None:
    result = build(closed("1", "2026-02-01 01:00:00", "2026-06-30 01:00:00"), upto="int_working_days")
    sql = """
        select count(*) from (
            select calendar, seconds_before + working_seconds as after,
                lead(seconds_before) over (partition by calendar order by calendar_date) as next_before,
                lead(day_number) over (partition by calendar order by calendar_date) - day_number as step
            from intermediate.int_working_days
        ) where next_before != after or step != 1
    """
    assert result.value(sql) == 0
    holiday = "select working_seconds, works_as_weekday from intermediate.int_working_days"
    assert result.one(f"{holiday} where calendar = 'cn_office' and calendar_date = date '2026-02-17'") == {
        "working_seconds": 0,
        "works_as_weekday": None,
    }
    made_up = result.one(f"{holiday} where calendar = 'cn_office' and calendar_date = date '2026-02-28'")
    assert made_up == {"working_seconds": 8 * 3600, "works_as_weekday": 5}
