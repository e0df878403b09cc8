"""Quoting for the few statements that cannot take parameters (ATTACH, COPY, CREATE VIEW)."""

from pathlib import Path


def literal(value: str | Path) -> str:
    """Quote text or a path as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name of a schema, table or column."""
    return '"' + name.replace('"', '""') + '"'
