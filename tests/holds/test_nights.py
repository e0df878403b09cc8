"""Whole nights: half of the usual rows is held, its release publishes it once, and it is the measure afterwards."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from orchestration import night
from orchestration.cli.app import run as crw
from orchestration.holds import log
from orchestration.publishing.versions import current_version
from tests.alerting import receivers
from tests.holds.nights import AS_OF, Nights
from tests.night import driver

pytestmark = pytest.mark.slow


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[receivers.Web]:
    """The one receiver of alerts."""
    for name in [name for name in os.environ if name.startswith("CRW_ALERT_")]:
        monkeypatch.delenv(name)
    with receivers.web() as web:
        monkeypatch.setenv("CRW_ALERT_WEBHOOK_URL", web.url())
        yield web


def test_held_released_published(
    nights: Nights, told: receivers.Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "run_audit", driver.yes)
    monkeypatch.setenv("CRW_WAREHOUSE", str(nights.warehouse))
    monkeypatch.setenv("CRW_LANDING", str(nights.landing))

    def nightly() -> int:
        return crw(["nightly", "--as-of", str(AS_OF)])

    def of_runs() -> list[Any]:
        # Early warnings and findings of what was published are told too, and are no hold.
        return [alert for alert in told.bodies if alert["cause"].startswith("run:")]

    nights.mapping()
    nights.customers(10)
    nights.invoices(200)
    assert nightly() == 0
    assert of_runs() == []
    nights.invoices(100)
    assert nightly() == 1
    (alert,) = of_runs()
    assert alert["title"] == f"Night held until a person decides: as of {AS_OF}, phase plan"
    assert alert["cause"].startswith("run:held:plan:")
    served = current_version(nights.warehouse)
    assert served is not None
    assert served.name == f"{AS_OF}.1"
    assert crw(["backfill", "--from", "2026-05-31", "--to", "2026-06-29"]) == 1, (
        "a backfill reads the same batches"
    )
    assert len(of_runs()) == 1, "held again for the same reason is no news"
    assert crw(["hold", "release", "--reason", "a house was sold", "--by", "Li"]) == 0
    assert nightly() == 0
    served = current_version(nights.warehouse)
    assert served is not None
    assert {source["rows_loaded"] for source in served.manifest.sources} == {10, 100}
    (used,) = log.read_holds(nights.warehouse)
    assert used.published == served.name
    nights.invoices(200)
    assert nightly() == 1, (
        "measured by the hundred, by which two hundred is no more than twice: the older export holds it"
    )
