"""The rows of one file in DuckDB: checked, compared with each other, written out."""

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.landing.checks import CONTROL_DECIMALS, Checked, literal, quoted
from orchestration.landing.readers.base import LINE, BadRow
from orchestration.landing.spec import EntitySpec

QUARANTINE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("entity", pa.string()),
        ("batch_id", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("rule", pa.string()),
        ("reason_code", pa.string()),
    ]
)
_GOOD = "_bad is null and not _out"


class RowStore:
    """Rows of one file between the reader and the warehouse, kept in a Parquet file of the work folder."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        work: Path,
        spec: EntitySpec,
        checked: Checked,
        batch_id: str,
    ) -> None:
        self.connection, self.work, self.spec, self.checked = connection, work, spec, checked
        self.batch_id = batch_id
        self.rules = dict(checked.rules)
        self._path = work / "checked.parquet"
        connection.execute("create temp table rejected (_line bigint primary key, _bad varchar)")
        connection.execute("create temp table dropped (_line bigint)")

    def take(self, reader: pa.RecordBatchReader) -> None:
        """Stream protected batches through the checks, then compare rows. Raises duckdb.Error."""
        self.connection.register("incoming", reader)
        self._sql(
            f"copy ({self.checked.sql}) to {literal(str(self._path))} (format parquet, compression lz4_raw)"
        )
        self.connection.unregister("incoming")
        self._sql(f"create temp view checked as select * from read_parquet({literal(str(self._path))})")
        self._distinct()
        self._documents()
        self._unique_documents()
        self._keys()

    def nothing(self) -> None:
        """There is no row to take."""
        columns = ", ".join(f"cast(null as varchar) as {quoted(name)}" for name in self.checked.raw)
        self._sql(
            f"create temp view checked as select {columns}, cast(null as bigint) as _line, "
            "cast(null as varchar) as _bad, false as _out where false"
        )

    def counts(self) -> tuple[int, int, int]:
        """Rows that load, that are quarantined, that are filtered."""
        good, bad, out = self._row(
            f"select count(*) filter ({_GOOD}), count(*) filter (_bad is not null), "
            "count(*) filter (_bad is null and _out) from checked"
        )
        rejected, dropped = self._size("rejected"), self._size("dropped")
        return good - rejected - dropped, bad + rejected, out + dropped

    def digest(self) -> str:
        """Hash of the rows that load, in any order and under any secret of the pseudonyms: they count as present."""
        names = sorted(self.checked.raw)
        cells = (
            f"regexp_replace(cast({quoted(name)} as varchar), '[a-p]{{32}}', '*', 'g')" for name in names
        )
        row = ", ".join(f"coalesce({cell}, chr(0))" for cell in cells)
        (number,) = self._row(
            f"select bit_xor(md5_number(concat_ws(chr(31), _line, {row}))) from ({self._loading()})"
        )
        return hashlib.sha256(json.dumps([names, str(number)]).encode()).hexdigest()[:16]

    def write_raw(self) -> Path:
        """Write the rows that load, sorted by cluster_by and line."""
        path = self.work / "raw.parquet"
        columns = ", ".join(quoted(name) for name in self.checked.raw)
        order = ", ".join(
            f"{quoted(name)} nulls first" for name in self.spec.cluster_by if name in self.checked.raw
        )
        self._sql(
            f"copy (select {columns}, {literal(self.batch_id)} as _batch_id, _line from ({self._loading()}) "
            f"order by {order}{', ' if order else ''}_line) to {literal(str(path))} (format parquet, compression zstd)"
        )
        self._sql(f"create temp view loaded as select * from read_parquet({literal(str(path))})")
        return path

    def write_quarantine(self, unread: list[BadRow], headers: dict[str, str]) -> Path | None:
        """Write one row per quarantined line, or nothing; `headers`: column -> header of the file."""
        rows = [(bad.line, bad.column, bad.rule, bad.reason_code) for bad in unread]
        for line, code in self._bad_lines():
            column, rule, reason = self.rules[code]
            rows.append((line, headers.get(column, column), rule, reason))
        if not rows:
            return None
        rows.sort(key=lambda row: (row[0], row[3]))
        lines, columns, rules, reasons = zip(*rows, strict=True)
        fixed = [[text] * len(rows) for text in (self.spec.source, self.spec.entity, self.batch_id)]
        arrays = [*fixed, list(lines), list(columns), list(rules), list(reasons)]
        path = self.work / "quarantine.parquet"
        table = pa.table(
            [pa.array(a, f.type) for a, f in zip(arrays, QUARANTINE_SCHEMA, strict=True)],
            schema=QUARANTINE_SCHEMA,
        )
        pq.write_table(table, path, compression="zstd")
        return path

    def first_bad(
        self, unread: list[BadRow], headers: dict[str, str]
    ) -> tuple[int | None, str | None, str, str]:
        """Line, header of the column, rule and reason of the first row that does not load."""
        found = [(bad.line, bad.column, bad.rule, bad.reason_code) for bad in unread[:1]]
        for line, code in self._bad_lines(limit=1):
            column, rule, reason = self.rules[code]
            found.append((line, headers.get(column, column), rule, reason))
        return min(found, key=lambda row: row[0])

    @property
    def amounts(self) -> list[str]:
        """Columns whose sums are controlled."""
        return [column.name for column in self.spec.columns if column.control]

    def control_sums(self) -> list[tuple[str, str | None, str, int]]:
        """(column, currency, exact sum as text, rows) over loaded rows; what repeats in a document counts once."""
        return self._sums("loaded")

    def sums_in_file(self, withheld: Sequence[pa.RecordBatch] = ()) -> dict[tuple[str, str | None], Decimal]:
        """(column, currency) -> exact sum over every row that could be read, whatever became of it.

        `withheld`: protected rows of the file that were kept from `take`; they are summed and never written.
        """
        relation = "checked"
        if withheld:
            names = withheld[0].schema.names
            self.connection.register(
                "incoming", pa.Table.from_batches([rows.select(names) for rows in withheld])
            )
            self._sql(f"create or replace temp table withheld as {self.checked.sql}")
            self.connection.unregister("incoming")
            relation = "(select * from checked union all by name select * from withheld)"
        return {(column, currency): Decimal(total) for column, currency, total, _ in self._sums(relation)}

    def _sums(self, relation: str) -> list[tuple[str, str | None, str, int]]:
        sums = []
        currency, repeated = self.spec.currency_column, self.spec.repeated
        key = quoted(currency) if currency else "cast(null as varchar)"
        for column in self.amounts:
            value = f"try_cast({quoted(column)} as decimal(38, {CONTROL_DECIMALS}))"
            rows = f"select {key} as k, {value} as v from {relation}"
            if repeated and column in repeated.columns:
                rows = f"select any_value({key}) as k, any_value({value}) as v from {relation} "
                rows += f"group by {quoted(repeated.document)}"
            found = self._sql(
                f"select k, cast(sum(v) as varchar), count(*) from ({rows}) where v is not null group by k order by k"
            )
            sums += [(column, k, total, count) for k, total, count in found.fetchall()]
        return sums

    def date_range(self) -> tuple[str | None, str | None]:
        """First and last day of `dated_by` over loaded rows, as ISO text."""
        if not self.spec.dated_by:
            return None, None
        day = f"substr({quoted(self.spec.dated_by)}, 1, 10)"
        first, last = self._row(f"select min({day}), max({day}) from loaded")
        return first, last

    def _distinct(self) -> None:
        keys = self._names(self.spec.rows.distinct_on)
        if keys:
            self._sql(
                f"insert into dropped select _line from (select _line, row_number() over (partition by {keys} "
                f"order by _line) as n from checked where {_GOOD}) where n > 1"
            )

    def _documents(self) -> None:
        """Quarantine whole documents: repeated values disagree, or one of their rows does not load."""
        if not self.spec.repeated:
            return
        document, columns = quoted(self.spec.repeated.document), self._names(self.spec.repeated.columns)
        agree = "equal document values on each row: " + ", ".join(self.spec.repeated.columns)
        disagree = self._rule(self.spec.repeated.document, "inconsistent_document", agree)
        partly = self._rule(
            self.spec.repeated.document, "incomplete_document", "every row of the document loads"
        )
        # Two sixty-four-bit hashes of the repeated values differ when the values do.
        self._sql(f"""
            create temp table documents as
            select {document} as d, min(h) != max(h) as disagree, bool_or(_bad is not null) as partly
            from (select {document}, _bad, case when _bad is null then hash({columns}) end as h
                  from checked where not _out and {document} is not null)
            group by 1 having min(h) != max(h) or bool_or(_bad is not null)""")
        self._sql(
            f"insert into rejected select _line, case when disagree then {literal(disagree)} "
            f"else {literal(partly)} end from checked inner join documents on {document} = d where {_GOOD}"
        )

    def _unique_documents(self) -> None:
        """Quarantine documents that carry the number of an earlier document under another id."""
        grain = [self.spec.repeated.document] if self.spec.repeated else self.spec.key
        if not grain:
            return
        document = f"concat_ws(chr(31), {self._names(grain)})"
        for unique in self.spec.unique:
            number = self._names(unique)
            present = " and ".join(f"{quoted(name)} is not null" for name in unique)
            rule = f"one document per {', '.join(unique)}"
            code = self._rule(unique[0], "duplicate_document", rule)
            self._sql(f"""
                insert or ignore into rejected
                with good as (select {document} as d, {number}, _line from ({self._loading()}) where {present}),
                    firsts as (select d, {number}, min(_line) as first_line from good group by d, {number}),
                    later as (
                        select d from (select d, row_number() over (partition by {number} order by first_line) as n
                        from firsts) where n > 1
                    )
                select _line, {literal(code)} from good where d in (select d from later)""")

    def _keys(self) -> None:
        """Quarantine rows whose key stands on an earlier line; rows with a part of the key missing have none."""
        if not self.spec.key:
            return
        keys = self._names(self.spec.key)
        present = " and ".join(f"{quoted(name)} is not null" for name in self.spec.key)
        # Hashes first: ten million keys as text would not fit, and there are hardly ever any twins.
        self._sql(
            f"create temp table twins as select h from (select hash({keys}) as h from checked "
            f"where {_GOOD} and {present}) group by h having count(*) > 1"
        )
        if not self._size("twins"):
            return
        code = self._rule(self.spec.key[-1], "duplicate_key", f"{' + '.join(self.spec.key)} once in the file")
        self._sql(f"""
            insert or ignore into rejected
            select _line, {literal(code)} from (
                select _line, row_number() over (partition by {keys} order by _line) as n
                from ({self._loading()}) where {present} and hash({keys}) in (select h from twins)
            ) where n > 1""")

    def _loading(self) -> str:
        rows = f"select * from checked where {_GOOD}"
        for table in ("rejected", "dropped"):
            if self._size(table):
                rows += f" and {LINE} not in (select {LINE} from {table})"
        return rows

    def _bad_lines(self, limit: int | None = None) -> list[tuple[int, str]]:
        some = f"limit {limit}" if limit else ""
        return self._sql(
            f"select _line, _bad from checked where _bad is not null union all select * from rejected order by 1 {some}"
        ).fetchall()

    def _rule(self, column: str, reason: str, rule: str) -> str:
        code = f"{column}|{reason}"
        self.rules[code] = (column, rule, reason)
        return code

    def _names(self, names: list[str]) -> str:
        return ", ".join(quoted(name) for name in names)

    def _size(self, table: str) -> int:
        return self._row(f"select count(*) from {table}")[0]

    def _row(self, sql: str) -> tuple:
        (row,) = self._sql(sql).fetchall()
        return row

    def _sql(self, sql: str) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(sql)
