"""Past dates in memory, beside the build: their tables are neither compressed nor logged, and each goes when read."""

import duckdb

from orchestration.building.dated import DatedModel

_DATABASE = "scratch"


class Scratch:
    """The dated models of one date in a database in memory; what does not fit spills to the build's folder.

    They read the build's tables that no date changes, and each other here: a relation's name in compiled SQL is
    always whole and quoted, so it is replaced as text.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, models: list[DatedModel]) -> None:
        self._connection, self._models = connection, models
        self._place = {model.name: _here(model.relation) for model in models}
        self._sql = {model.name: self._of_scratch(model.sql) for model in models}
        self._released = _last_reads(models)
        connection.execute(f"attach ':memory:' as {_DATABASE}")
        for schema in sorted({place.rpartition(".")[0] for place in self._place.values()}):
            connection.execute(f"create schema {schema}")

    def clear(self) -> None:
        """Drop what the date before left: it was kept as files."""
        for model in self._models:
            if model.grain:
                self._connection.execute(f"drop table if exists {self._place[model.name]}")

    def relation(self, name: str) -> str:
        """Where a model's rows of the date are."""
        return self._place[name]

    def fill(self, model: DatedModel) -> None:
        """Make a model's rows, and drop what nothing reads after it. Raises duckdb.Error."""
        place, sql = self._place[model.name], self._sql[model.name]
        if model.is_view:
            self._connection.execute(f"create or replace view {place} as {sql}")
        elif model.has_contract:
            # Its declared types, without keys: they double the time, and doubles are looked for when it is kept.
            self._connection.execute(f"create or replace table {place} as from {model.relation} limit 0")
            self._connection.execute(f"insert into {place} by name select * from ({sql}) as measured")
        else:
            self._connection.execute(f"create or replace table {place} as {sql}")
        for name in self._released.get(model.name, ()):
            self._connection.execute(f"drop table {self._place[name]}")

    def _of_scratch(self, sql: str) -> str:
        for model in self._models:
            sql = sql.replace(model.relation, self._place[model.name])
        return sql


def _here(relation: str) -> str:
    return f'"{_DATABASE}".' + relation.partition(".")[2]


def _last_reads(models: list[DatedModel]) -> dict[str, list[str]]:
    """For each model the tables that it is the last to read, through views too; history tables are kept."""
    behind: dict[str, set[str]] = {}
    views = {model.name for model in models if model.is_view}
    kept = {model.name for model in models if model.grain}
    last: dict[str, str] = {}
    for model in models:
        read = {table for name in model.reads for table in (behind[name] if name in views else {name})}
        behind[model.name] = read
        if not model.is_view:
            last |= dict.fromkeys(read - kept, model.name)
    released: dict[str, list[str]] = {}
    for table, reader in last.items():
        released.setdefault(reader, []).append(table)
    return released
