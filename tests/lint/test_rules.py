"""Each house rule: a tiny project that keeps it, and one change that breaks it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from orchestration.lint import documentation, exceptions, files, layering, sql_text
from orchestration.lint.__main__ import RULES
from orchestration.lint.project import Project, Violation

STAGING = "models/staging/zoho_books/stg_zoho_books__invoices.sql"
INTERMEDIATE = "models/intermediate/int_invoices.sql"
MART = "models/marts/finance/fct_invoices.sql"
SINGULAR = "dbt_project/tests/ties.sql"
SEED = "seed.crw.currencies"


def model(path: str, reads: list[str]) -> dict[str, Any]:
    name = path.rsplit("/", 1)[1].removesuffix(".sql")
    folder = path.split("/")[1]
    return {
        "unique_id": f"model.crw.{name}",
        "name": name,
        "resource_type": "model",
        "original_file_path": path,
        "patch_path": f"crw://{path.rsplit('/', 1)[0]}/_models.yml",
        "schema": folder,
        "description": "Invoices.",
        "columns": {"invoice_id": {"description": "Number of the document."}},
        "depends_on": {"nodes": reads},
        "config": {
            "contract": {"enforced": folder == "marts"},
            "meta": {"audience": ["finance"], "owner": "risk"},
        },
    }


def key_test(of: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": f"unique_key_{of['name']}",
        "resource_type": "test",
        "original_file_path": of["original_file_path"],
        "attached_node": of["unique_id"],
        "test_metadata": {"name": "unique_key"},
    }


@pytest.fixture
def clean() -> Project:
    seed = {**model("models/rules/currencies.sql", []), "unique_id": SEED, "resource_type": "seed"}
    models = [
        model(STAGING, ["source.crw.raw.zoho_books__invoices", SEED]),
        model(INTERMEDIATE, ["model.crw.stg_zoho_books__invoices"]),
        model(MART, ["model.crw.int_invoices"]),
    ]
    nodes = [*models, *map(key_test, models)]
    sql = "-- Grain: one row per invoice.\nselect cast(a as string) || 'b' from t\n"
    texts = {f"dbt_project/{item['original_file_path']}": sql for item in models}
    texts[SINGULAR] = "-- Fails if a bucket is lost.\nselect 1\n"
    texts[documentation.CATEGORIES] = "column_name,category\ninvoice_id,identifier\n"
    texts["seeds/rules/data_categories.csv"] = "category\nidentifier\n"
    texts["orchestration/a.py"] = "import time\n\nseconds = time.perf_counter()\n"
    texts[exceptions.EXCEPTIONS] = "rule,path,subject,comment\n"
    by_id = {SEED: seed} | {node.get("unique_id", node["name"]): node for node in nodes}
    return Project(texts, {"nodes": by_id})


def node(project: Project, path: str) -> dict[str, Any]:
    return next(item for item in project.models if item["original_file_path"] == path)


def write(path: str, text: str) -> Callable[[Project], None]:
    return lambda project: project.files.__setitem__(path, text)


def in_model(line: str) -> Callable[[Project], None]:
    return write(f"dbt_project/{INTERMEDIATE}", f"-- Grain: one row per invoice.\n{line}\n")


def change(path: str, **values: Any) -> Callable[[Project], None]:
    return lambda project: node(project, path).update(values)


def reads(path: str, parent: str) -> Callable[[Project], None]:
    return change(path, depends_on={"nodes": [parent]})


def rename(path: str, name: str) -> Callable[[Project], None]:
    return change(path, name=name)


def drop_key_test(project: Project) -> None:
    del project.manifest["nodes"]["unique_key_fct_invoices"]


def half_key(project: Project) -> None:
    project.manifest["nodes"]["unique_key_fct_invoices"].update(
        test_metadata={"name": "unique"}, column_name="invoice_id"
    )


def move_to_other_folder(project: Project) -> None:
    project.files["dbt_project/models/other/fct_invoices.sql"] = project.files[f"dbt_project/{MART}"]
    change(MART, original_file_path="models/other/fct_invoices.sql", schema="other")(project)


def contract(enforced: bool = True, **meta: Any) -> Callable[[Project], None]:
    return change(MART, config={"contract": {"enforced": enforced}, "meta": meta})


def found(project: Project) -> list[Violation]:
    return exceptions.apply(project, [row for rule in RULES for row in rule(project)])


BREAKS = [
    ("layering", reads(INTERMEDIATE, "source.crw.raw.zoho_books__invoices")),
    ("layering", reads(MART, SEED)),
    ("layering", reads(INTERMEDIATE, "model.crw.fct_invoices")),
    ("layering", reads(STAGING, "model.crw.int_invoices")),
    ("layering", reads(MART, "model.crw.stg_zoho_books__invoices")),
    ("folder-is-schema", change(MART, schema="main")),
    ("folder-is-schema", move_to_other_folder),
    ("naming", rename(STAGING, "stg_invoices")),
    ("naming", rename(INTERMEDIATE, "invoices")),
    ("naming", rename(MART, "invoices_mart")),
    ("grain", write(f"dbt_project/{MART}", "select 1\n")),
    ("key-tested", drop_key_test),
    ("key-tested", half_key),
    ("described", change(MART, description=" ")),
    ("described", change(MART, columns={})),
    ("described", change(MART, columns={"invoice_id": {"description": ""}})),
    ("categorised", change(MART, columns={"shoe_size": {"description": "Of the contact."}})),
    ("categories-defined", write(documentation.CATEGORIES, "column_name,category\ninvoice_id,odd\n")),
    (
        "categories-defined",
        write(documentation.CATEGORIES, "column_name,category\n" + "invoice_id,identifier\n" * 2),
    ),
    (
        "mart-contract",
        change(MART, config={"contract": {"enforced": False}, "meta": {"audience": ["bi"], "owner": "r"}}),
    ),
    (
        "mart-contract",
        change(MART, config={"contract": {"enforced": True}, "meta": {"audience": ["all"], "owner": "r"}}),
    ),
    ("mart-contract", contract(enforced=False, audience=["bi"], owner="risk")),
    ("mart-contract", contract(audience=["everybody"], owner="risk")),
    ("mart-contract", contract(audience=["bi"])),
    ("no-clock", in_model("select current_date")),
    ("no-clock", in_model("select {{ modules.datetime.datetime }}")),
    ("no-clock", in_model("select NOW ()")),
    ("portable-sql", in_model("select a::int from t")),
    ("portable-sql", in_model("select a // 2 from t")),
    ("portable-sql", in_model("select * exclude (a) from t")),
    ("portable-sql", in_model('select "A" from t')),
    ("portable-sql", in_model("select 'a\\b' from t")),
    ("portable-sql", in_model("select a from t qualify row_number() over (order by a) = 1")),
    ("portable-sql", in_model("select list_transform(a, x -> x + 1) from t")),
    ("portable-sql", in_model("select hash(a) from t")),
    ("portable-sql", in_model("select concat(a, b) from t")),
    ("portable-sql", in_model("select cast(a as varchar) from t")),
    ("fails-if", write(SINGULAR, "select 1\n")),
    ("one-clock", write("orchestration/a.py", "from datetime import datetime\n\nx = datetime.now()\n")),
    ("one-clock", write("tests/a.py", "import datetime\n\nx = datetime.date.today()\n")),
    ("no-machine", write("README.md", "see /" + "home/somebody/x\n")),
    ("no-machine", write("requirements.lock", "--index-url https://py" + "pi.org/simple\n")),
]


def test_the_clean_project_breaks_no_rule(clean: Project) -> None:
    assert found(clean) == []


@pytest.mark.parametrize(("rule", "break_it"), BREAKS)
def test_one_change_breaks_one_rule(clean: Project, rule: str, break_it: Callable[[Project], None]) -> None:
    project = copy.deepcopy(clean)
    break_it(project)
    rows = found(project)
    assert {row.rule for row in rows} == {rule}
    assert all(row.line >= 1 and row.message and row.way_out for row in rows)


def test_every_rule_has_a_breaking_sample() -> None:
    emitted = {rule for rule, _ in BREAKS}
    modules = (layering, documentation, sql_text, files)
    assert len(emitted) == sum(len(module.RULES) for module in modules)


@pytest.mark.parametrize(
    "line",
    [
        "select 1 -- current_date and a::b stay free in a comment",
        "select 'a // b, now()::x' as text_value from t".replace("now()", "soon"),
        "select {{ dbt.dateadd('day', 1, \"a\") }} from t",
        "select md5(a), ln(b) from t",
    ],
)
def test_comments_literals_and_jinja_are_no_sql(clean: Project, line: str) -> None:
    in_model(line)(clean)
    assert found(clean) == []


def test_engine_macros_may_use_one_engine(clean: Project) -> None:
    clean.files[f"{sql_text.ENGINES}spine.sql"] = "select unnest(a)::date from t"
    assert found(clean) == []


def test_marts_may_read_the_run_and_its_rules(clean: Project) -> None:
    extra = model("models/staging/run/stg_run__context.sql", ["source.crw.run.context"])
    clean.manifest["nodes"] |= {extra["unique_id"]: extra, "key": key_test(extra)}
    clean.files[f"dbt_project/{extra['original_file_path']}"] = "-- Grain: one row.\nselect 1\n"
    reads(MART, extra["unique_id"])(clean)
    assert found(clean) == []


def test_the_line_is_the_line_of_the_fault(clean: Project) -> None:
    in_model("select a\nfrom t\nwhere b::int = 1")(clean)
    assert [(row.path, row.line) for row in found(clean)] == [(f"dbt_project/{INTERMEDIATE}", 4)]


def test_an_exception_needs_a_comment_and_a_violation(clean: Project) -> None:
    in_model("select a::int from t")(clean)
    head = "rule,path,subject,comment\n"
    row = f"portable-sql,dbt_project/{INTERMEDIATE},`::`,"
    clean.files[exceptions.EXCEPTIONS] = f"{head}{row}measured twice as fast\n"
    assert found(clean) == []
    clean.files[exceptions.EXCEPTIONS] = f"{head}{row}\n"
    assert {violation.rule for violation in found(clean)} == {"portable-sql", "exceptions"}
    in_model("select a from t")(clean)
    clean.files[exceptions.EXCEPTIONS] = f"{head}{row}measured twice as fast\n"
    assert [(violation.rule, violation.line) for violation in found(clean)] == [("exceptions", 2)]
