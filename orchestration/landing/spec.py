"""What a source's files look like: entities, columns, headers and formats, read from sources/*.yml and entities.yml."""

import fnmatch
import hashlib
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.landing.nodes import Document, nearest, read_document

LANDING_FOLDER = Path(__file__).resolve().parent
# Raised when the loader writes other rows for the same file: the batches of an older one are then not reused.
LOADER_VERSION = 3

ColumnType = Literal["id", "text", "choice", "date", "timestamp", "decimal", "integer", "boolean", "currency"]
Format = Literal["csv", "tsv", "xlsx", "jsonl", "parquet"]
_DATE_TOKEN = "{date}"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberFormat(_Model):
    """How numbers are written: decimal mark, thousands mark, (1.00) for negatives."""

    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    parentheses: bool = False


class PersonalWhen(_Model):
    """A value is personal only in rows whose `column` holds one of `values` (a sole trader's name)."""

    column: str
    values: list[str]


class Rows(_Model):
    """Which rows of a file make this entity: those with all of `where_present`, first of each `distinct_on`."""

    where_present: list[str] = Field(default_factory=list)
    distinct_on: list[str] = Field(default_factory=list)


class Repeated(_Model):
    """A document over several rows: `columns` repeat on each row of one `document` and must agree."""

    document: str
    columns: list[str]


class ColumnSpec(_Model):
    """One column. `headers` in order of preference; `required`: the header must exist; `not_null`: the value must.

    Of a known system: without `headers` only a tenant's `rename` feeds it; `meanings` are the words that a tenant's
    own values may be given (`tenant_values`); `no_negative`: below zero it would turn the sign of money (a rate, what
    is credited); `default` fills a row without a value; `unwrap: one` takes the value of
    a list of one. `formats` are strptime formats, or epoch_ms (+08:00: its day there): milliseconds since 1970.
    """

    name: str
    headers: list[str] = Field(default_factory=list)
    type: ColumnType = "text"
    required: bool = False
    not_null: bool = False
    formats: list[str] = Field(default_factory=list)
    number: NumberFormat = NumberFormat()
    no_negative: bool = False
    values: dict[str, str] | None = None
    choices: list[str] | None = None
    meanings: list[str] | None = None
    tenant_values: dict[str, str] = Field(default_factory=dict)
    constant: str | None = None
    default: str | None = None
    unwrap: Literal["none", "one"] = "none"
    strip_prefix: str = ""
    shape: Literal["digits", "compact", "name"] = "compact"
    may_name_a_person: bool = False
    control: bool = False
    category: str
    personal_when: PersonalWhen | None = None
    description: str = ""


class EntitySpec(_Model):
    """One entity of a source and the files that carry it."""

    source: str
    entity: str
    patterns: list[str] = Field(default_factory=list)
    format: Format = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    load: Literal["full", "incremental"] = "full"
    undeclared: Literal["refuse", "vault"] = "refuse"
    ignore: list[str] = Field(default_factory=list)
    ignore_patterns: list[str] = Field(default_factory=list)
    empty: Literal["refused", "allowed"] = "refused"
    control: Literal["optional", "required"] = "optional"
    key: list[str] = Field(default_factory=list)
    repeated: Repeated | None = None
    unique: list[list[str]] = Field(default_factory=list)
    cluster_by: list[str] = Field(default_factory=list)
    dated_by: str | None = None
    rows: Rows = Rows()
    columns: list[ColumnSpec]
    description: str = ""

    @property
    def column_names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> ColumnSpec:
        """Return a column by name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def currency_column(self) -> str | None:
        """Name of the column that holds the currency of the amounts, if there is one."""
        return next((column.name for column in self.columns if column.type == "currency"), None)

    @property
    def fingerprint(self) -> str:
        """Hash of everything that decides how a file is read; patterns and descriptions do not."""
        apart = {"patterns", "description", "load", "control"}
        content = self.model_dump(mode="json", exclude=apart)
        for column in content["columns"]:
            column.pop("description")
        return hashlib.sha256(json.dumps([LOADER_VERSION, content], sort_keys=True).encode()).hexdigest()

    def claims(self, name: str) -> tuple[bool, date | None]:
        """Whether a file name (relative, `/` between folders) is this entity's, and its snapshot date if it has one."""
        for pattern in self.patterns:
            match = _pattern(pattern).match(name)
            if match:
                text = match.groupdict().get("date")
                return True, date.fromisoformat(text) if text else None
        return False, None


class SourceSpec(_Model):
    """A source system and its entities by name."""

    source: str
    entities: dict[str, EntitySpec]


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # Case is ignored: the same export is Invoice.csv here and invoice.csv there.
    marked = fnmatch.translate(pattern.replace(_DATE_TOKEN, "\x00")).replace(".*", "[^/]*")
    parts = re.escape("\x00") if re.escape("\x00") in marked else "\x00"
    day = r"(?P<date>[0-9]{4}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12][0-9]|3[01]))"
    return re.compile(marked.replace(parts, day), re.IGNORECASE)


def validated(
    model: type[BaseModel], document: Document, value: Any, path: tuple[str | int, ...] = ()
) -> Any:
    """Validate with pydantic; the first problem becomes a MappingError with line, key path and nearest name."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=True)[0]
        here = (*path, *problem["loc"])
        raise document.error(here, _expected(model, problem)) from None


def _expected(model: type[BaseModel], problem: dict[str, Any]) -> str:
    kind, last = problem["type"], str(problem["loc"][-1]) if problem["loc"] else ""
    if kind == "extra_forbidden":
        return f"a known key, not {last!r}" + nearest(last, known_keys(model))
    if kind == "missing":
        return f"the key {last!r} to be there"
    context = problem.get("ctx", {})
    if "expected" in context:
        return f"one of {context['expected']}"
    return {"list_type": "a list", "dict_type": "keys with values", "model_type": "keys with values",
            "string_type": "text", "bool_parsing": "true or false", "int_parsing": "a whole number",
            "model_attributes_type": "keys with values"}.get(kind, problem["msg"])  # fmt: skip


def known_keys(model: type[BaseModel]) -> set[str]:
    """Keys of a model and of the models nested in it (names for suggestions)."""
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        keys.add(field.alias or name)
        for part in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if isinstance(part, type) and issubclass(part, BaseModel) and part is not model:
                keys |= known_keys(part)
    return keys


def read_source(file: Path) -> SourceSpec:
    """Read one sources/*.yml or entities.yml. Raises MappingError.

    `columns` and `ignore` under `defaults` belong to every entity of the file.
    """
    document = read_document(file)
    data = document.data
    source, defaults = data["source"], data.get("defaults", {})
    shared_columns, shared_ignore = defaults.pop("columns", {}), defaults.pop("ignore", [])
    entities = {}
    for name, raw in data["entities"].items():
        bodies = {**raw.pop("columns"), **shared_columns}
        columns = [{"name": column, **(body or {})} for column, body in bodies.items()]
        ignore = [*raw.pop("ignore", []), *shared_ignore]
        entity = {"source": source, "entity": name, "columns": columns, "ignore": ignore, **defaults, **raw}
        entities[name] = validated(EntitySpec, document, entity, ("entities", name))
    return SourceSpec(source=source, entities=entities)


@cache
def known_sources() -> dict[str, SourceSpec]:
    """All sources by name: the known systems and `files` (the canonical entities a mapping fills)."""
    files = [*sorted((LANDING_FOLDER / "sources").glob("*.yml")), LANDING_FOLDER / "entities.yml"]
    return {spec.source: spec for spec in map(read_source, files)}


def known_entities() -> list[tuple[str, str]]:
    """Every (source, entity) that has a raw table, sorted."""
    return sorted((name, entity) for name, spec in known_sources().items() for entity in spec.entities)
