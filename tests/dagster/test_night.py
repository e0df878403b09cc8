"""The job over a remembered night: order of phases, what stops publishing, what the failure says."""

from functools import partial
from pathlib import Path

import dagster as dg
import pytest

from orchestration import clock
from orchestration.alerting.outbox import read_entries
from orchestration.auditing.verdict import Verdict
from orchestration.definitions import defs
from orchestration.defs import checks, nightly
from orchestration.defs.night import NightResource
from orchestration.errors import AuditRefused, LandingRefused, RunActive
from orchestration.publishing.runs import RunRecord, write_run
from tests.dagster.remembered import DATE, RememberedNight, in_place_of_night, result, run_nightly

SECRET = "13800138000"
MART = "marts.mart_ar_ageing"
failed = partial(result, passed=False)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[RememberedNight, dg.ExecuteInProcessResult]:
    with in_place_of_night(tmp_path_factory.mktemp("good")) as remembered:
        return remembered, run_nightly()


@pytest.fixture
def remembered(tmp_path: Path):
    with in_place_of_night(tmp_path) as night:
        yield night


def evaluations(run: dg.ExecuteInProcessResult) -> dict[str, bool]:
    found = [
        event.asset_check_evaluation_data
        for event in run.all_events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    return {f"{'.'.join(one.asset_key.path)}:{one.check_name}": one.passed for one in found}


def failures(run: dg.ExecuteInProcessResult) -> list[str]:
    return [nightly.story(event) for event in run.all_events if event.is_step_failure]


def test_a_good_night_runs_the_phases_in_order_under_one_lock(good) -> None:
    remembered, run = good
    assert run.success
    assert remembered.calls == ["open", "land", "plan", "build", "export", "audit", "publish", "closed"]
    assert remembered.ended_with is None
    assert (remembered.request.as_of.isoformat(), remembered.request.known_at) == (DATE, None)
    assert all(evaluations(run).values())
    assert len(evaluations(run)) == len(checks.SPECS)


def test_materializations_carry_counts(good) -> None:
    _, run = good
    counts = {
        event.asset_key.to_user_string(): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in run.all_events
        if event.is_step_materialization
    }
    invoices = counts["raw/zoho_books__invoices"]
    assert (invoices["rows_in_file"], invoices["rows_loaded"], invoices["batches"]) == (10, 6, 2)
    assert counts["raw/zoho_crm__deals"]["dagster/row_count"] == 0
    assert counts["marts/fct_customer_risk"]["dagster/row_count"] == 7
    assert counts["published/finance"]["version"] == f"{DATE}.1"
    assert len(counts) == len(run.job_def.asset_layer.asset_graph.materializable_asset_keys)


def test_a_failed_critical_check_stops_publishing_even_of_a_raw_table(remembered: RememberedNight) -> None:
    table = "raw.files__invoices"
    remembered.results[table] = failed(table)
    run = run_nightly()
    assert not run.success
    assert "publish" not in remembered.calls
    assert isinstance(remembered.ended_with, AuditRefused)
    assert failures(run) == [f"audit: {remembered.ended_with}"]
    passed = evaluations(run)
    assert [name for name in passed if not passed[name]] == [
        f"{table}:audited",
        f"marts.mart_run:{checks.VERDICT}",
    ]


def test_a_mart_without_a_result_stops_publishing(remembered: RememberedNight) -> None:
    del remembered.results[MART]
    run = run_nightly()
    assert not run.success
    assert "publish" not in remembered.calls
    assert isinstance(remembered.ended_with, AuditRefused)
    assert not evaluations(run)[f"{MART}:audited"]


@pytest.mark.parametrize(
    ("results", "passed", "severity"),
    [
        ([result(MART)], True, dg.AssetCheckSeverity.WARN),
        ([result(MART), failed(MART)], False, dg.AssetCheckSeverity.ERROR),
        ([result(MART), failed(MART, severity="warning")], False, dg.AssetCheckSeverity.WARN),
        ([result("marts.mart_run")], False, dg.AssetCheckSeverity.ERROR),
        ([], False, dg.AssetCheckSeverity.ERROR),
    ],
)
def test_a_table_is_judged_by_its_own_results(
    results: list, passed: bool, severity: dg.AssetCheckSeverity
) -> None:
    judged = checks.judge(Verdict(results), dg.AssetKey(MART.split(".")))
    assert (judged.passed, judged.severity) == (passed, severity)


def test_an_empty_verdict_has_not_passed() -> None:
    assert not checks.whole(Verdict()).passed


def test_a_refused_delivery_stops_the_night_and_says_the_way_out(remembered: RememberedNight) -> None:
    remembered.fail["land"] = LandingRefused("Invoice.csv: header_only.", "export the file again.")
    run = run_nightly(night=NightResource(known_at="2026-07-01T02:00:00Z"))
    assert remembered.request.known_at.isoformat() == "2026-07-01T02:00:00+00:00"
    assert remembered.calls == ["open", "land", "closed"]
    assert remembered.ended_with is remembered.fail["land"]
    assert failures(run) == ["land: Invoice.csv: header_only. Way out: export the file again."]


def test_an_active_run_is_told_in_the_first_step(remembered: RememberedNight) -> None:
    remembered.fail["open"] = RunActive("Another run is active.", "wait for it.")
    assert failures(run_nightly()) == ["land: Another run is active. Way out: wait for it."]


def test_the_text_of_a_foreign_exception_never_comes_out(
    remembered: RememberedNight, capfd: pytest.CaptureFixture[str]
) -> None:
    remembered.fail["land"] = ValueError(f"Could not convert string '{SECRET}' to INT64")
    run = run_nightly()
    assert [text.startswith("land: ValueError.") for text in failures(run)] == [True]
    told = "".join(capfd.readouterr()) + "".join(str(event) for event in run.all_events)
    assert SECRET not in told + str(remembered.ended_with)


def test_a_single_step_cannot_run_without_its_night(remembered: RememberedNight) -> None:
    remembered.fail["publish"] = AssertionError("call plan() first")
    with pytest.raises(dg.Failure, match="launch the job `nightly`, all of it") as caught:
        one_phase("publish", remembered.publish)
    assert caught.value.__suppress_context__


def test_a_run_without_a_date_is_refused(remembered: RememberedNight) -> None:
    with pytest.raises(dg.Failure, match="The run has no business date"):
        one_phase("land", remembered.land, date="")


def one_phase(name: str, step, date: str = DATE) -> None:
    """Run one phase of a night resource as a step would."""
    resource = NightResource()
    resource._as_of = date
    with resource.phase(name):
        step()


def test_the_failure_sensor_tells_phase_and_way_out_once(
    remembered: RememberedNight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRW_WAREHOUSE", str(tmp_path / "warehouse"))
    remembered.fail["land"] = LandingRefused("Invoice.csv: header_only.", "export the file again.")
    instance = dg.DagsterInstance.ephemeral()
    job = defs.resolve_job_def("nightly")
    run = job.execute_in_process(partition_key=DATE, raise_on_error=False, instance=instance)
    context = dg.build_run_status_sensor_context(
        sensor_name="night_failed",
        repository_def=defs.get_repository_def(),
        dagster_event=next(event for event in run.all_events if event.is_job_failure),
        dagster_instance=instance,
        dagster_run=run.dagster_run,
    ).for_run_failure()
    reasons = [reason.skip_message for reason in nightly.night_failed(context)]
    assert reasons == ["land: Invoice.csv: header_only. Way out: export the file again."]
    # this night had no lock to leave a record under: it is told from the run itself
    (entry,) = read_entries(tmp_path / "warehouse")
    assert entry.alert.title == f"Night did not run: as of {DATE}"
    # one that has a record is told from there, once
    write_run(
        tmp_path / "warehouse",
        RunRecord(
            status="refused",
            started_at=clock.utc_now(),
            ended_at=clock.utc_now(),
            as_of=DATE,
            run_id="r1",
            phase="land",
            reason="refused",
            launched_by=run.run_id,
        ),
    )
    assert list(nightly.night_failed(context))
    titles = sorted(entry.alert.title for entry in read_entries(tmp_path / "warehouse"))
    assert titles == [f"Night did not run: as of {DATE}", f"Night refused: as of {DATE}, phase land"]


def test_the_lock_and_the_record_name_the_run_that_launched_the_night(remembered: RememberedNight) -> None:
    run = run_nightly()
    assert remembered.request.launched_by == run.run_id
