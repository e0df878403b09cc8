"""The job over a remembered night: order of phases, what stops publishing, what the failure says."""

from functools import partial

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.defs import checks, nightly
from orchestration.defs.night import NightResource
from orchestration.errors import AuditRefused, LandingRefused, RunActive
from tests.dagster.remembered import DATE, RememberedNight, result, run_nightly

SECRET = "13800138000"
failed = partial(result, passed=False)


def check_results(run: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    found = {}
    for event in run.all_events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            found[f"{'.'.join(evaluation.asset_key.path)}:{evaluation.check_name}"] = evaluation
    return found


def failures(run: dg.ExecuteInProcessResult) -> list[str]:
    return [nightly.story(event) for event in run.all_events if event.is_step_failure]


def test_a_good_night_runs_the_phases_in_order_under_one_lock(remembered: RememberedNight) -> None:
    run = run_nightly()
    assert run.success
    assert remembered.calls == ["open", "land", "plan", "build", "export", "audit", "publish", "closed"]
    assert remembered.ended_with is None
    assert remembered.request.as_of.isoformat() == DATE
    assert remembered.request.known_at is None


def test_a_replay_asks_for_what_was_known(remembered: RememberedNight) -> None:
    assert run_nightly(night=NightResource(known_at="2026-07-01T02:00:00Z")).success
    assert remembered.request.known_at.isoformat() == "2026-07-01T02:00:00+00:00"


def test_materializations_carry_counts(remembered: RememberedNight) -> None:
    run = run_nightly()
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


@pytest.mark.parametrize(
    "table", ["marts.fct_customer_risk", "staging.stg_zoho_books__invoices", "raw.files__invoices"]
)
def test_a_failed_critical_check_of_any_table_stops_publishing(
    remembered: RememberedNight, table: str
) -> None:
    remembered.results[table] = failed(table)
    run = run_nightly()
    assert not run.success
    assert "publish" not in remembered.calls
    assert isinstance(remembered.ended_with, AuditRefused)
    evaluations = check_results(run)
    assert not evaluations[f"{table}:audited"].passed
    assert not evaluations[f"marts.mart_run:{checks.VERDICT}"].passed
    assert evaluations["marts.mart_ar_ageing:audited"].passed


def test_a_table_without_a_result_has_not_passed(remembered: RememberedNight) -> None:
    del remembered.results["marts.mart_ar_ageing"]
    run = run_nightly()
    assert not run.success
    assert "publish" not in remembered.calls
    evaluation = check_results(run)["marts.mart_ar_ageing:audited"]
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert isinstance(remembered.ended_with, AuditRefused)


def test_a_warning_is_shown_and_does_not_block(remembered: RememberedNight) -> None:
    remembered.results["marts.mart_ar_ageing"] = failed("marts.mart_ar_ageing", severity="warning")
    run = run_nightly()
    assert run.success
    assert "publish" in remembered.calls
    evaluation = check_results(run)["marts.mart_ar_ageing:audited"]
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_refused_delivery_stops_the_night_and_says_the_way_out(remembered: RememberedNight) -> None:
    remembered.fail["land"] = LandingRefused("Invoice.csv: header_only.", "export the file again.")
    run = run_nightly()
    assert remembered.calls == ["open", "land", "closed"]
    assert remembered.ended_with is remembered.fail["land"]
    assert failures(run) == ["land: Invoice.csv: header_only. Way out: export the file again."]


def test_an_active_run_is_told_in_the_first_step(remembered: RememberedNight) -> None:
    remembered.fail["open"] = RunActive("Another run is active.", "wait for it.")
    assert failures(run_nightly()) == ["land: Another run is active. Way out: wait for it."]


@pytest.mark.parametrize("phase", ["land", "build", "audit", "publish"])
def test_the_text_of_a_foreign_exception_never_comes_out(
    remembered: RememberedNight, phase: str, capfd: pytest.CaptureFixture[str]
) -> None:
    remembered.fail[phase] = ValueError(f"Could not convert string '{SECRET}' to INT64")
    run = run_nightly()
    told = failures(run)
    assert len(told) == 1
    assert "ValueError" in told[0]
    printed = "".join(capfd.readouterr())
    assert SECRET not in printed + "".join(str(event) for event in run.all_events)
    assert SECRET not in str(remembered.ended_with)


def test_a_run_without_a_date_is_refused(remembered: RememberedNight) -> None:
    told = "land: The run has no business date. Way out: launch the job with one partition."
    context = dg.build_init_resource_context()
    with (
        pytest.raises(dg.Failure, match=told),
        NightResource().yield_for_execution(context) as night,
        night.phase("land"),
    ):
        raise AssertionError("never reached")


def test_the_failure_sensor_tells_phase_and_way_out_once(remembered: RememberedNight) -> None:
    remembered.fail["build"] = LandingRefused("dbt could not build fct_customer_risk.", "read the log.")
    instance = dg.DagsterInstance.ephemeral()
    run = defs.resolve_job_def("nightly").execute_in_process(
        partition_key=DATE, raise_on_error=False, instance=instance
    )
    event = next(event for event in run.all_events if event.is_job_failure)
    context = dg.build_run_status_sensor_context(
        sensor_name="night_failed",
        dagster_event=event,
        dagster_instance=instance,
        dagster_run=run.dagster_run,
    ).for_run_failure()
    reasons = list(nightly.night_failed(context))
    assert len(reasons) == 1
    assert reasons[0].skip_message == "build: dbt could not build fct_customer_risk. Way out: read the log."
