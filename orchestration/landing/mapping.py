"""mapping.yml: how files of any other system fill the canonical entities, validated down to the line."""

import codecs
import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from orchestration.landing.nodes import Document, KeyPath, MappingError, nearest, read_document
from orchestration.landing.spec import (
    ColumnSpec,
    EntitySpec,
    Format,
    NumberFormat,
    Rows,
    known_sources,
    validated,
)
from orchestration.landing.tenant import Names, Values, tenant_specs

MAPPING_NAME = "mapping.yml"
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_DAY_TOKENS = [("%Y", "%y"), ("%m", "%b", "%B", "%-m"), ("%d", "%-d")]

Texts = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Derived(_Model):
    """An entity from the rows of a file: canonical column -> header, value maps, constants, which rows."""

    entity: str
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    names_as_ids: Texts = Field(default_factory=list)
    where_present: Texts = Field(default_factory=list)
    distinct_on: Texts = Field(default_factory=list)


class MappedFile(Derived):
    """A file pattern, how the file is written, and the entities it gives."""

    file: str
    format: Format | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    date_format: Texts = Field(default_factory=lambda: ["%Y-%m-%d"])
    timestamp_format: Texts = Field(default_factory=lambda: ["%Y-%m-%d %H:%M:%S"])
    number: NumberFormat = NumberFormat()
    ignore: Texts = Field(default_factory=list)
    load: Literal["full", "incremental"] = "full"
    empty: Literal["refused", "allowed"] = "refused"
    control: Literal["optional", "required"] = "optional"
    derive: list[Derived] = Field(default_factory=list)


class Mapping(_Model):
    """The whole mapping.yml; `rename`, `values` and `defaults` are what an organisation changed in a known system."""

    version: Literal["1"]
    files: list[MappedFile] = Field(default_factory=list)
    rename: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    defaults: Names = Field(default_factory=dict)


def find_mapping(landing_dir: Path) -> Path | None:
    """The mapping of a landing folder, at its top or in files/. Raises MappingError when there are two."""
    found = [
        path for path in (landing_dir / MAPPING_NAME, landing_dir / "files" / MAPPING_NAME) if path.is_file()
    ]
    if len(found) > 1:
        raise MappingError(
            found[1], 1, (), "one mapping.yml, at the top or in files/", "keep one of the two."
        )
    return found[0] if found else None


def read_mapping(path: Path, landing_dir: Path) -> tuple[list[list[EntitySpec]], list[EntitySpec]]:
    """Read a mapping: per entry the specifications it gives, and the known systems' ones as changed by it.

    Raises MappingError naming file, line, key path, what was expected and the nearest valid name.
    """
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise document.error((), "keys: version, files, rename")
    mapping: Mapping = validated(Mapping, document, document.data)
    folder = path.parent.relative_to(landing_dir).as_posix()
    prefix = "" if folder == "." else f"{folder}/"
    entries = [_entry(document, entry, ("files", i), prefix) for i, entry in enumerate(mapping.files)]
    return entries, tenant_specs(document, mapping.rename, mapping.values, mapping.defaults)


def _entry(document: Document, entry: MappedFile, path: KeyPath, prefix: str) -> list[EntitySpec]:
    _check_file(document, entry, path)
    parts: list[tuple[Derived, KeyPath]] = [(entry, path)]
    parts += [(derived, (*path, "derive", i)) for i, derived in enumerate(entry.derive)]
    mapped = {header for part, _ in parts for header in part.columns.values()}
    for i, header in enumerate(entry.ignore):
        if header in mapped:
            raise document.error((*path, "ignore", i), "a header that is not mapped as well")
    file_format = entry.format or _SUFFIXES.get(PurePosixPath(entry.file).suffix.lower())
    if file_format is None:
        raise document.error((*path, "file"), "a `format`, since the file name does not tell it")
    specs = []
    for part, here in parts:
        canonical = _canonical(document, part, here)
        columns = [_column(entry, part, column, file_format) for column in canonical.columns]
        specs.append(
            canonical.model_copy(
                update={
                    "patterns": [prefix + entry.file],
                    "format": file_format,
                    "encoding": entry.encoding,
                    "delimiter": entry.delimiter,
                    "sheet": entry.sheet,
                    "load": entry.load,
                    "empty": entry.empty,
                    "control": entry.control,
                    "ignore": sorted((mapped - set(part.columns.values())) | set(entry.ignore)),
                    "rows": Rows(where_present=part.where_present, distinct_on=part.distinct_on),
                    "columns": columns,
                }
            )
        )
    return specs


def _column(entry: MappedFile, part: Derived, column: ColumnSpec, file_format: str) -> ColumnSpec:
    header = part.columns.get(column.name)
    formats = {"date": entry.date_format, "timestamp": entry.timestamp_format}.get(column.type, [])
    named = column.name in part.names_as_ids
    return column.model_copy(
        update={
            "headers": [header] if header else [],
            # A JSON object may leave an empty key out, so only a column that every row needs has to be met.
            "required": bool(header) and (column.not_null or file_format != "jsonl"),
            "constant": None if header else part.constants.get(column.name, column.constant),
            "values": part.values.get(column.name),
            "formats": formats,
            "number": entry.number if column.type in ("decimal", "integer") else NumberFormat(),
            "shape": "name" if named else column.shape,
        }
    )


def _check_file(document: Document, entry: MappedFile, path: KeyPath) -> None:
    pattern = entry.file.replace("\\", "/")
    if (
        not pattern
        or pattern.startswith("/")
        or re.match(r"[A-Za-z]:", pattern)
        or ".." in pattern.split("/")
    ):
        raise document.error(
            (*path, "file"), "a pattern inside the folder of mapping.yml: no leading /, no .."
        )
    try:
        if not codecs.lookup(entry.encoding)._is_text_encoding:
            raise LookupError
    except LookupError:
        raise document.error((*path, "encoding"), "an encoding such as utf-8, gb18030 or cp1252") from None
    if len(entry.delimiter) != 1 or entry.delimiter in '"\r\n':
        raise document.error((*path, "delimiter"), "one character (\\t is format tsv)")
    for i, text in enumerate(entry.date_format):
        if not all(any(token in text for token in tokens) for tokens in _DAY_TOKENS):
            raise document.error(
                (*path, "date_format", i), "a strptime format with year, month and day: %Y-%m-%d"
            )
        if _order_free(text) in map(_order_free, entry.date_format[:i]):
            # 03/04 would be read by the first format, 03/25 by the second.
            raise document.error((*path, "date_format", i), "formats that cannot be taken for each other")
    for i, text in enumerate(entry.timestamp_format):
        if "%" not in text:
            raise document.error((*path, "timestamp_format", i), "a strptime format: %Y-%m-%d %H:%M:%S")
    if entry.number.decimal == entry.number.thousands:
        raise document.error((*path, "number"), "different decimal and thousands marks")


def _order_free(text: str) -> str:
    """A format with day and month alike: two formats that differ in nothing else read each other's dates."""
    return re.sub(r"%-?[dm]", "%", text)


def _canonical(document: Document, part: Derived, path: KeyPath) -> EntitySpec:
    entities = known_sources()["files"].entities
    if part.entity not in entities:
        raise document.error((*path, "entity"), "a canonical entity" + nearest(part.entity, entities))
    spec = entities[part.entity]
    names = spec.column_names
    for key in ("columns", "values", "constants"):
        for name in getattr(part, key):
            if name not in names:
                raise document.error((*path, key, name), f"a column of {part.entity}" + nearest(name, names))
    for name in part.constants:
        if name in part.columns:
            raise document.error((*path, "constants", name), "a column that has no header under `columns`")
    given = {*part.columns, *part.constants, *(column.name for column in spec.columns if column.constant)}
    for column in spec.columns:
        if column.required and column.name not in given:
            raise document.error((*path, "columns"), f"the required column {column.name} of {part.entity}")
    for key in ("where_present", "distinct_on", "names_as_ids"):
        for i, name in enumerate(getattr(part, key)):
            if name not in part.columns:
                raise document.error(
                    (*path, key, i), "a column mapped under `columns`" + nearest(name, part.columns)
                )
            if key == "names_as_ids" and spec.column(name).type != "id":
                raise document.error((*path, key, i), "an id column")
    _check_values(document, part, spec, path)
    return spec


def _check_values(document: Document, part: Derived, spec: EntitySpec, path: KeyPath) -> None:
    for name, values in part.values.items():
        if name not in part.columns:
            raise document.error((*path, "values", name), "a column mapped under `columns`")
        for source_value, canonical in values.items():
            _check_value(document, spec.column(name), canonical, (*path, "values", name, source_value))
    for name, constant in part.constants.items():
        _check_value(document, spec.column(name), constant, (*path, "constants", name))


def _check_value(document: Document, column: ColumnSpec, value: Any, path: KeyPath) -> None:
    if column.choices is not None and value not in column.choices:
        raise document.error(path, f"a value of {column.name}" + nearest(str(value), column.choices))
    if column.type == "currency" and not re.fullmatch("[A-Z]{3}", str(value)):
        raise document.error(path, "a currency code such as CNY")
