"""Twenty people of a whole company erased at once: nothing of them is left in any file, and the nights go on."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration import night
from orchestration.demo import generate
from orchestration.night import NightRequest, run_night
from orchestration.privacy.certificates import Certificate
from orchestration.privacy.erasing import erase, tools_of
from orchestration.privacy.persons import Person, Tools, find_person
from orchestration.privacy.requests import verify
from orchestration.protection.keyring import KeyRing
from orchestration.protection.vault import read_vault
from orchestration.publishing.versions import current_version
from orchestration.settings import Settings
from tests.night import driver

pytestmark = pytest.mark.slow
FIRST, SECOND = date(2026, 6, 29), date(2026, 6, 30)


def _csv(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def chosen(landing: Path, tools: Tools) -> dict[str, str]:
    """Twenty subjects by request: contacts of two CRMs, sole traders of two finance systems."""
    contacts = [
        f"zoho_crm:{row['Record Id'].removeprefix('zcrm_')}"
        for row in _csv(landing / "zoho_crm/Contacts.csv")
    ]
    lines = (landing / "fxiaoke/ContactObj.jsonl").read_text(encoding="utf-8").splitlines()
    others = [f"fxiaoke:{json.loads(line)['_id']}" for line in lines]
    books = [r for r in _csv(landing / "zoho_books/Contacts.csv") if r["Customer Sub Type"] == "individual"]
    traders = [f"zoho_books:{row['Contact ID']}" for row in books]
    met: set[tuple[str, str]] = set()
    subjects: dict[str, str] = {}
    for subject in [*traders[:4], *contacts[::2], *others[1::2]]:
        # The contact of a sole trader is the trader: one person, one request.
        records = find_person(subject, tools).records
        if records and not records & met and len(subjects) < 20:
            subjects[f"R-{len(subjects) + 1}"] = subject
            met |= records
    assert len(subjects) == 20
    return subjects


class Erased:
    """A warehouse before and after, with what led to the people."""

    def __init__(self, folder: Path) -> None:
        self.landing = folder / "exports"
        generate(self.landing, customers=24)
        self.settings = Settings.from_environment(
            warehouse=folder / "wh", landing=self.landing, grace_hours=0
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(night, "run_audit", driver.yes)
            run_night(NightRequest(self.settings, FIRST))
            tools = tools_of(self.settings, SECOND)
            self.subjects = chosen(self.landing, tools)
            self.people: list[Person] = [find_person(subject, tools) for subject in self.subjects.values()]
            self.before = dict(self.held())
            self.certificates: list[Certificate] = erase(
                self.settings, self.subjects, "tester", lambda *_: None
            )

    @property
    def needles(self) -> set[str]:
        """Pseudonyms and clear values of the people, and the ids of their records; not names, which others have too."""
        strong = {
            item
            for p in self.people
            for found in p.values.values()
            for pair in found.items()
            for item in pair
        }
        ids = {text for person in self.people for _, text in person.records}
        return {needle for needle in strong | ids if len(needle) >= 8}

    def held(self) -> Iterator[tuple[str, int]]:
        """Files with how many needles each holds: Parquet and vault decoded, databases by SQL, all files as bytes."""
        wanted = self.needles
        warehouse = self.settings.warehouse
        for path in sorted(warehouse.rglob("*")):
            if not path.is_file() or "current" in path.relative_to(warehouse).parts:
                continue
            content = path.read_bytes()
            found = {
                needle
                for needle in wanted
                if needle.encode() in content or needle.encode("gb18030") in content
            }
            found |= {text for text in _texts(path, warehouse, self.settings) if text in wanted}
            if found:
                yield path.relative_to(warehouse).as_posix(), len(found)


def _texts(path: Path, warehouse: Path, settings: Settings) -> Iterator[str]:
    if path.suffix == ".parquet":
        vault = path.relative_to(warehouse).parts[0] == "vault"
        table = read_vault(path, KeyRing.load(settings)) if vault else pq.ParquetFile(path).read()
        for name in table.column_names:
            yield from map(str, table[name].unique().to_pylist())
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall():
                for row in connection.execute(f'select * from "{schema}"."{table}"').fetchall():
                    yield from map(str, row)


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    """Twenty people erased after one night."""
    return Erased(tmp_path_factory.mktemp("erased"))


def test_twenty_people_leave_no_trace(erased: Erased) -> None:
    assert all(person.is_known for person in erased.people)
    assert {name.split("/")[0] for name in erased.before} >= {"raw", "vault", "versions"}
    assert dict(erased.held()) == {}


def test_every_certificate_is_complete_and_proven(erased: Erased) -> None:
    assert [(c.request, c.problems) for c in erased.certificates if c.state != "complete"] == []
    tools = tools_of(erased.settings, SECOND)
    for request, subject in list(erased.subjects.items())[:3]:
        assert verify(tools, request, subject).holds
    trader = erased.certificates[0]
    assert {item["entity"] for item in trader.kept} >= {"contacts", "invoices"}


def test_the_next_nights_are_the_same_and_bring_nobody_back(
    erased: Erased, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "run_audit", driver.yes)
    before = current_version(erased.settings.warehouse)
    assert before is not None
    first, again = (run_night(NightRequest(erased.settings, SECOND)) for _ in range(2))
    for result in (first, again):
        assert result.delivery is not None
        assert sum(load.rows_suppressed for load in result.delivery.loads) >= 20
        for load in result.delivery.loads:
            assert load.rows_in_file == load.rows_loaded + load.rows_quarantined + load.rows_filtered
        # The same files are the same batches as the erasure wrote.
        assert result.version.manifest.inputs_sha256 == before.manifest.inputs_sha256
    assert first.version.manifest.run_id == again.version.manifest.run_id
    marts = [{n: f.sha256 for n, f in r.version.manifest.files.items() if n.startswith("marts/")}
             for r in (first, again)]  # fmt: skip
    assert marts[0]
    assert marts[0] == marts[1]
    assert dict(erased.held()) == {}
