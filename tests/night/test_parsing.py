"""What dbt parsed is used again for the same files only."""

from pathlib import Path

import pytest

from orchestration.building.parsing import keep_parsed, manifest_of, parsed_place, project_state, take_parsed
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = tmp_path / "project"
    for name in ("dbt_project/models/a.sql", "dbt_project/dbt_project.yml", "seeds/rules/tiers.csv"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("one")
    return Settings(project_root=root, warehouse=tmp_path / "warehouse")


@pytest.fixture
def parsed(tmp_path: Path) -> Path:
    """A build in which dbt parsed the project."""
    build = tmp_path / "first"
    (build / "target").mkdir(parents=True)
    (build / "target" / "partial_parse.msgpack").write_bytes(b"parsed")
    return build


def taken(settings: Settings, build: Path) -> bytes | None:
    """What a new build is given."""
    build.mkdir(exist_ok=True)
    take_parsed(parsed_place(settings), build)
    file = build / "target" / "partial_parse.msgpack"
    return file.read_bytes() if file.exists() else None


def test_a_build_takes_what_was_parsed_from_the_same_files(
    settings: Settings, parsed: Path, tmp_path: Path
) -> None:
    assert taken(settings, tmp_path / "second") is None
    assert manifest_of(tmp_path / "second") is None
    keep_parsed(settings, parsed, parsed_place(settings))
    assert taken(settings, tmp_path / "second") == b"parsed"


@pytest.mark.parametrize("name", ["dbt_project/models/a.sql", "seeds/rules/tiers.csv"])
def test_a_changed_file_is_parsed_again(settings: Settings, parsed: Path, tmp_path: Path, name: str) -> None:
    keep_parsed(settings, parsed, parsed_place(settings))
    before = project_state(settings.project_root)
    (settings.project_root / name).write_text("two")
    assert project_state(settings.project_root) != before
    assert taken(settings, tmp_path / "second") is None
    keep_parsed(settings, parsed, parsed_place(settings))
    assert len(list((settings.dbt_dir / "target" / "parsed").iterdir())) == 1


@pytest.mark.parametrize(
    "name", ["dbt_project/models/a.sql", "dbt_project/models/new.sql", "seeds/rules/tiers.csv"]
)
def test_what_changed_while_it_was_built_is_not_taken_for_parsed(
    settings: Settings, parsed: Path, tmp_path: Path, name: str
) -> None:
    place = parsed_place(settings)
    (settings.project_root / name).write_text("two")
    keep_parsed(settings, parsed, place)
    assert taken(settings, tmp_path / "second") is None


def test_what_dbt_derives_is_no_state_of_the_project(settings: Settings) -> None:
    before = project_state(settings.project_root)
    (settings.dbt_dir / "target").mkdir()
    (settings.dbt_dir / "target" / "compiled.sql").write_text("select 1")
    assert project_state(settings.project_root) == before


def test_a_copied_project_parses_for_itself(settings: Settings, parsed: Path, tmp_path: Path) -> None:
    keep_parsed(settings, parsed, parsed_place(settings))
    copy = settings.project_root.rename(tmp_path / "copy")
    assert taken(Settings(project_root=copy, warehouse=settings.warehouse), tmp_path / "second") is None


def test_a_project_that_cannot_be_written_keeps_nothing(
    settings: Settings, parsed: Path, tmp_path: Path
) -> None:
    (settings.dbt_dir / "target").write_text("a file where the folder would be")
    keep_parsed(settings, parsed, parsed_place(settings))
    assert taken(settings, tmp_path / "second") is None
