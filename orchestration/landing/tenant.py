"""What one organisation changed in a known system: renamed headers and fields, its own option values, its defaults."""

from typing import Any

from orchestration.landing.nodes import Document, KeyPath, nearest
from orchestration.landing.spec import ColumnSpec, EntitySpec, known_sources

Names = dict[str, dict[str, dict[str, str]]]
"""source -> entity -> header of the file -> header or column of the system."""
Values = dict[str, dict[str, dict[str, dict[str, str]]]]
"""source -> entity -> column -> value of the file -> its meaning."""


def tenant_specs(document: Document, rename: Names, values: Values, defaults: Names) -> list[EntitySpec]:
    """The known systems' specifications as this organisation writes them. Raises MappingError."""
    specs = {
        (name, entity): spec
        for name, source in known_sources().items()
        if name != "files"
        for entity, spec in source.entities.items()
    }
    changes = (("rename", rename, _renamed), ("values", values, _valued), ("defaults", defaults, _defaulted))
    for section, systems, change in changes:
        for source, entities in systems.items():
            _known(document, (section, source), source, {name for name, _ in specs}, "a known system")
            for entity, content in entities.items():
                here: KeyPath = (section, source, entity)
                of_source = {name for system, name in specs if system == source}
                _known(document, here, entity, of_source, f"an entity of {source}")
                specs[(source, entity)] = change(document, specs[(source, entity)], content, here)
    return list(specs.values())


def _known(document: Document, path: KeyPath, name: str, names: set[str], expected: str) -> None:
    if name not in names:
        raise document.error(path, expected + nearest(name, names))


def _renamed(document: Document, spec: EntitySpec, headers: dict[str, str], path: KeyPath) -> EntitySpec:
    """Feed columns from other headers; a column that no system feeds by itself is named by its own name."""
    known = {header: column.name for column in spec.columns for header in column.headers}
    targets = {column.name: column.name for column in spec.columns if not column.headers} | known
    given: dict[str, list[str]] = {}
    for renamed, standard in headers.items():
        _known(document, (*path, renamed), standard, set(targets), f"a header of {spec.entity}")
        if renamed in known:
            raise document.error((*path, renamed), "a header the system does not already have")
        given.setdefault(targets[standard], []).append(renamed)
    columns = [
        column.model_copy(update={"headers": given.get(column.name, []) + column.headers})
        for column in spec.columns
    ]
    return spec.model_copy(update={"columns": columns})


def _valued(
    document: Document, spec: EntitySpec, columns: dict[str, dict[str, str]], path: KeyPath
) -> EntitySpec:
    """Give option values their meaning; a value that is not listed stays as it is."""
    changed = {}
    for name, values in columns.items():
        column = _column(document, spec, name, (*path, name))
        for value, meaning in values.items():
            if column.meanings is not None:
                expected = f"a meaning of {name}"
                _known(document, (*path, name, value), meaning, set(column.meanings), expected)
        changed[name] = column.model_copy(update={"tenant_values": values})
    return _with(spec, changed)


def _defaulted(document: Document, spec: EntitySpec, columns: dict[str, str], path: KeyPath) -> EntitySpec:
    """Fill rows without a value."""
    changed = {}
    for name, value in columns.items():
        column = _column(document, spec, name, (*path, name))
        allowed = column.choices or column.meanings
        if allowed:
            _known(document, (*path, name), value, set(allowed), f"a meaning of {name}")
        changed[name] = column.model_copy(update={"default": value})
    return _with(spec, changed)


def _column(document: Document, spec: EntitySpec, name: str, path: KeyPath) -> ColumnSpec:
    _known(document, path, name, set(spec.column_names), f"a column of {spec.entity}")
    return spec.column(name)


def _with(spec: EntitySpec, changed: dict[str, Any]) -> EntitySpec:
    return spec.model_copy(update={"columns": [changed.get(c.name, c) for c in spec.columns]})
