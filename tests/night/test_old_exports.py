"""A business date long after the newest record: the night says so, or its silence reads as customers lost."""

from datetime import date, timedelta

import pytest

from orchestration.building.inputs import silence_warning
from orchestration.landing.ledger import PlannedLoad
from tests.rules.rule_tables import RULES_DIR

NEWEST = date(2026, 6, 30)


def _load(entity: str, newest: date | None) -> PlannedLoad:
    return PlannedLoad.model_construct(source="files", entity=entity, last_date=newest)


def _told(days: int, *loads: PlannedLoad) -> list[str]:
    return silence_warning([_load("invoices", NEWEST), *loads], NEWEST + timedelta(days=days), RULES_DIR)


@pytest.mark.rules("landing_limits", "max_silent_days/*")
def test_both_sides_of_too_long_a_silence() -> None:
    assert (_told(-400), _told(0), _told(31)) == ([], [], [])
    [text] = _told(32)
    assert "is of 2026-06-30, 32 days before the business date 2026-08-01" in text
    assert "--as-of 2026-06-30" in text


def test_any_record_breaks_the_silence_but_not_what_is_only_planned() -> None:
    late = NEWEST + timedelta(days=300)
    assert len(_told(200, _load("contract_milestones", late), _load("customers", None))) == 1
    assert _told(200, _load("cases", late)) == []
    assert silence_warning([_load("customers", None)], NEWEST, RULES_DIR) == []
