"""What Dagster shows: every table an asset, every mart behind a blocking check, one job, one schedule."""

from typing import Any

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.defs import checks, graph
from orchestration.defs.published import FRESHNESS
from orchestration.landing.ledger import known_entities


@pytest.fixture(scope="module")
def assets() -> Any:
    return defs.resolve_asset_graph()


@pytest.fixture(scope="module")
def job() -> dg.JobDefinition:
    return defs.resolve_job_def("nightly")


def models(schema: str) -> list[dg.AssetKey]:
    nodes = graph.manifest()["nodes"].values()
    return [graph.node_key(n) for n in nodes if n["resource_type"] == "model" and n["schema"] == schema]


def steps_before(job: dg.JobDefinition, name: str) -> set[str]:
    inputs = next(inputs for node, inputs in job.graph.dependencies.items() if node.name == name)
    return {handle.node for dependency in inputs.values() for handle in dependency.get_node_dependencies()}


def test_definitions_load_with_the_nightly_job_and_its_schedule() -> None:
    dg.Definitions.validate_loadable(defs)
    assert {job.name for job in defs.resolve_all_job_defs()} >= {"nightly"}
    assert [schedule.job_name for schedule in defs.schedules or []] == ["nightly"]


def test_every_model_and_rule_table_is_an_asset_of_its_layer(assets: Any) -> None:
    nodes = [n for n in graph.manifest()["nodes"].values() if n["resource_type"] in ("model", "seed")]
    for node in nodes:
        asset = assets.get(graph.node_key(node))
        assert asset.group_name == node["schema"]
        assert asset.is_materializable
    assert {node["schema"] for node in nodes} == {"staging", "intermediate", "marts", "rules"}


def test_every_raw_entity_of_the_landing_specs_is_an_asset_under_its_source(assets: Any) -> None:
    raw = {key.path[1]: key for key in assets.get_all_asset_keys() if key.path[0] == "raw"}
    assert set(raw) == {f"{source}__{entity}" for source, entity in known_entities()}
    for name, key in raw.items():
        assert {parent.path[0] for parent in assets.get(key).parent_keys} == {"landing"}
        assert assets.get(key).parent_keys == {dg.AssetKey(["landing", name.split("__")[0]])}


def test_staging_hangs_on_raw_and_marts_do_not(assets: Any) -> None:
    above = {
        key: {parent.path[0] for parent in assets.get(key).parent_keys} for key in assets.get_all_asset_keys()
    }
    assert any("raw" in parents for key, parents in above.items() if key.path[0] == "staging")
    assert not any("raw" in parents for key, parents in above.items() if key.path[0] == "marts")


def test_every_table_has_a_check_and_every_mart_a_blocking_one() -> None:
    blocking = {spec.asset_key: spec.blocking for spec in checks.SPECS if spec.name != checks.VERDICT}
    tables = [graph.node_key(node) for node in graph.sources("raw")] + [
        spec.key for spec in graph.model_specs()
    ]
    assert set(blocking) == set(tables)
    assert models("marts")
    assert all(blocking[key] for key in models("marts"))


def test_publishing_waits_for_every_mart_and_for_the_whole_verdict(
    assets: Any, job: dg.JobDefinition
) -> None:
    read = set().union(*(assets.get(key).parent_keys for key in models_published(assets)))
    assert read == set(models("marts"))
    verdict = next(spec for spec in checks.SPECS if spec.name == checks.VERDICT)
    assert verdict.blocking
    assert verdict.asset_key in read
    assert "audit" in steps_before(job, "publish")
    assert steps_before(job, "audit") == {"build", "land"}
    assert steps_before(job, "build") == {"land"}


def models_published(assets: Any) -> list[dg.AssetKey]:
    return [key for key in assets.get_all_asset_keys() if key.path[0] == "published"]


def test_bi_does_not_read_what_only_finance_may() -> None:
    assert set(graph.marts("bi")) < set(graph.marts("finance"))


def test_published_files_may_be_older_than_the_cadence_but_not_by_much(assets: Any) -> None:
    for key in models_published(assets):
        assert assets.get(key).freshness_policy_or_from_metadata == FRESHNESS
    assert FRESHNESS.warn_window is not None
    hours = [
        window.to_timedelta().total_seconds() / 3600
        for window in (FRESHNESS.warn_window, FRESHNESS.fail_window)
    ]
    assert hours == [26, 50]


def test_the_job_runs_in_one_process_over_one_business_date(job: dg.JobDefinition) -> None:
    assert job.executor_def == dg.in_process_executor
    assert isinstance(job.partitions_def, dg.DailyPartitionsDefinition)
    assert job.partitions_def.has_partition_key("2012-12-31")
