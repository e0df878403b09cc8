"""The dbt project compiled once: every model's SQL in order, so that tests run it without dbt."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DBT_DIR = PROJECT_ROOT / "dbt_project"
RULES_DIR = PROJECT_ROOT / "seeds" / "rules"


@dataclass(frozen=True)
class Model:
    """One compiled model; `parents` are names of models and seeds, `sources` are (source, entity) pairs."""

    name: str
    schema: str
    sql: str
    parents: list[str]
    sources: list[tuple[str, str]]


@dataclass(frozen=True)
class Project:
    """Models in an order in which each follows its parents; seeds as {name: {column: type}}."""

    models: list[Model]
    seeds: dict[str, dict[str, str]]

    def upto(self, names: Iterable[str] | None) -> list[Model]:
        """The named models and all they need, in order; all models for None. Raises KeyError for an unknown name."""
        by_name = {model.name: model for model in self.models}
        if names is None:
            return self.models
        wanted: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in wanted or name in self.seeds:
                continue
            wanted.add(name)
            waiting.extend(by_name[name].parents)
        return [model for model in self.models if model.name in wanted]


def compiled_project() -> Project:
    """Compile the project, or read what an earlier session compiled from the same files."""
    cache = Path(tempfile.gettempdir()) / "crw-compiled" / f"{_fingerprint()}.json"
    if not cache.exists():
        project = _compile()
        cache.parent.mkdir(parents=True, exist_ok=True)
        part = cache.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(asdict(project)))
        os.replace(part, cache)
    content = json.loads(cache.read_text())
    models = [
        Model(**{**model, "sources": [tuple(source) for source in model["sources"]]})
        for model in content["models"]
    ]
    return Project(models, content["seeds"])


def _fingerprint() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    files = [path for path in DBT_DIR.rglob("*") if path.suffix in {".sql", ".yml", ".md"}]
    files = [path for path in files if not {"target", "logs"} & set(path.relative_to(DBT_DIR).parts)]
    for path in sorted(files) + sorted(RULES_DIR.glob("*.yml")) + sorted(RULES_DIR.glob("*.csv")):
        digest.update(str(path.relative_to(PROJECT_ROOT)).encode())
        if path.suffix != ".csv":  # the rows are read for each scenario, only the names matter here
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _compile() -> Project:
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("CRW_BUILD_DB")
        os.environ["CRW_BUILD_DB"] = str(Path(folder) / "warehouse.duckdb")
        try:
            options = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", folder]
            outcome = dbtRunner().invoke(
                ["--quiet", "--log-path", folder, "compile", "--select", "resource_type:model", *options]
            )
        finally:
            os.environ.pop("CRW_BUILD_DB")
            if before is not None:
                os.environ["CRW_BUILD_DB"] = before
        if not outcome.success:
            raise RuntimeError(f"the dbt project does not compile: {outcome.exception}")
        manifest = json.loads((Path(folder) / "manifest.json").read_text())
    nodes = manifest["nodes"]
    models = {
        key: Model(
            name=node["name"],
            schema=node["schema"],
            sql=node["compiled_code"],
            parents=[nodes[parent]["name"] for parent in node["depends_on"]["nodes"] if parent in nodes],
            sources=[
                (manifest["sources"][parent]["source_name"], manifest["sources"][parent]["name"])
                for parent in node["depends_on"]["nodes"]
                if parent in manifest["sources"]
            ],
        )
        for key, node in nodes.items()
        if node["resource_type"] == "model"
    }
    seeds = {
        node["name"]: dict(node["config"]["column_types"])
        for node in nodes.values()
        if node["resource_type"] == "seed"
    }
    return Project(_ordered(list(models.values())), seeds)


def _ordered(models: list[Model]) -> list[Model]:
    names = {model.name for model in models}
    done: dict[str, Model] = {}
    while len(done) < len(models):
        for model in models:
            if model.name not in done and all(
                parent in done or parent not in names for parent in model.parents
            ):
                done[model.name] = model
    return list(done.values())
