"""Every entry of docs/runbook.md is exercised: its symptom by a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Symptom -> tests that bring it about, or take the way out that the entry names.
EXERCISED = {
    'exit 75, "Another nightly is active"': [
        "tests/night/test_nights.py::test_second_run_at_once_ends_with_75_and_names_the_first",
        "tests/night/test_lock.py::test_second_run_is_told_who_runs_since_when",
    ],
    'status: "Longer than usual"': [
        "tests/night/test_status.py::test_a_phase_is_long_beyond_twice_its_usual_time_and_a_minute",
    ],
    "status: last run `killed`": [
        "tests/night/test_status.py::test_a_killed_night_is_told_before_the_next_one_records_it",
        "tests/night/test_nights.py::test_killed_runs_leave_what_is_served_and_the_next_run_succeeds",
    ],
    "status: last run `refused`, phase land": [
        "tests/night/test_refused_landing.py::test_bad_files_are_all_named_and_nothing_is_built",
    ],
    "status: last run `refused`, phase audit": [
        "tests/night/test_nights.py::test_refused_audit_leaves_what_is_served_and_keeps_the_build_for_people",
    ],
    "status: last run `refused`, phase publish": [
        "tests/privacy/test_version_files.py::test_a_night_with_a_leak_in_a_text_file_serves_the_version_before",
    ],
    "status: last run `held`": [
        "tests/holds/test_nights.py::test_held_released_published",
        "tests/holds/test_command.py::test_show_and_release",
        "tests/holds/test_command.py::test_reject",
    ],
    "status: last run `failed`, phase build": [
        "tests/night/test_status.py::test_a_night_that_did_not_publish_says_why_and_what_is_served",
        "tests/night/test_scale_faults.py::test_a_model_that_does_not_build_is_named",
    ],
    "exit 2, a setting, mapping, rule or key is named": [
        "tests/night/test_scale_faults.py::test_a_bad_setting_starts_nothing",
    ],
    'exit 70, "Unexpected"': [
        "tests/night/test_scale_faults.py::test_a_defect_is_logged_without_a_row",
    ],
    'exit 74, "No room"': ["tests/night/test_scale_faults.py::test_a_night_on_a_full_disk_says_so"],
    'exit 74, "The file system refused"': [
        "tests/night/test_scale_faults.py::test_a_file_system_that_refuses_is_told_with_the_way_out",
        "tests/night/test_crash_points.py::test_full_disk_before_the_swap_leaves_the_old_version",
        "tests/night/faults/test_syscalls.py::test_every_point_of_publishing",
    ],
    'exit 74, "The engine ran out of room"': [
        "tests/night/test_scale_faults.py::test_no_room_to_spill_is_refused_in_words",
    ],
    'status: "Missing"': [
        "tests/night/test_status.py::test_missing_nights",
        "tests/night/test_catch_up.py::test_missed_dates_in_order_up_to_the_first_that_fails",
        "tests/dagster/test_schedule.py::test_a_gap_too_long_to_catch_up_is_left_to_a_backfill",
    ],
    "catch-up stops": [
        "tests/night/test_catch_up.py::test_missed_dates_in_order_up_to_the_first_that_fails",
    ],
    'status: "Damaged"': [
        "tests/night/test_status.py::test_a_damaged_version_is_told_and_another_can_be_served",
    ],
    'status: "Erasure ... is not finished"': [
        "tests/night/test_status.py::test_an_erasure_that_was_killed_is_told",
        "tests/privacy/test_erasure.py::test_a_killed_erasure_is_taken_up_where_it_ended",
    ],
    'exit 2, "New pseudonyms are being made"': [
        "tests/landing/test_rekeying.py::test_a_kill_is_taken_up_and_no_night_runs_until_then",
    ],
    "a warning that files, a record or a release stayed": [
        "tests/night/faults/test_warnings.py::test_what_stays_is_told_and_goes_the_next_night",
        "tests/night/faults/test_syscalls.py::test_every_point_of_publishing",
    ],
    'status: "Untold"': [
        "tests/alerting/test_telling.py::test_what_is_not_taken_is_kept_shown_and_tried_again",
        "tests/alerting/test_telling.py::test_the_command_tests_every_receiver",
    ],
    'alert "Night is late"': [
        "tests/alerting/test_lateness.py::test_the_command_for_cron",
    ],
    'alert "findings against the risk model"': [
        "tests/alerting/test_decay.py::test_who_does_harm_is_told",
        "tests/alerting/test_decay.py::test_a_population_that_shifted_is_told",
    ],
    "a Dagster run stands as started": [
        "tests/dagster/test_watching.py::test_a_run_without_the_lock_is_reaped_once_it_is_silent",
    ],
}


def entries() -> list[list[str]]:
    """Rows of the runbook's table: symptom, cause, command."""
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def unknown_tests(named: list[str]) -> list[str]:
    """Those of the ids that name no test function."""
    found = []
    for test_id in named:
        path, _, name = test_id.partition("::")
        tree = (
            ast.parse((ROOT / path).read_text(encoding="utf-8")) if (ROOT / path).is_file() else ast.parse("")
        )
        if name not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
            found.append(test_id)
    return found


def test_every_entry_is_whole_and_none_is_told_twice() -> None:
    rows = entries()
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    symptoms = [row[0] for row in rows]
    assert len(symptoms) == len(set(symptoms)) >= 15


def test_every_entry_is_exercised() -> None:
    assert {row[0] for row in entries()} == set(EXERCISED)
    assert [symptom for symptom, named in EXERCISED.items() if not named] == []


@pytest.mark.parametrize("symptom", EXERCISED)
def test_the_tests_of_an_entry_exist(symptom: str) -> None:
    assert unknown_tests(EXERCISED[symptom]) == []


def test_a_test_that_is_gone_would_be_found() -> None:
    gone = ["tests/night/test_runbook.py::test_nobody_wrote", "tests/gone.py::test_x"]
    assert unknown_tests(gone) == gone


def test_the_commands_named_are_commands() -> None:
    from typer.main import get_command

    from orchestration.cli.app import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    named = re.findall(r"`crw ([a-z]+)(?: ([a-z]+))?", text)
    assert named
    for name, sub in named:
        assert name in commands, name
        if sub and (group := getattr(commands[name], "commands", None)):
            assert sub in group, f"{name} {sub}"
