"""CSV and TSV through the csv module, strict, with the physical line on which each record starts."""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from orchestration.landing.readers.base import (
    BATCH_ROWS,
    BadRow,
    Refused,
    collector_paused,
    note,
    repeats_header,
    text_batch,
)
from orchestration.landing.readers.text import check_text, codec
from orchestration.landing.spec import EntitySpec

# A cell beyond a mebibyte is an unclosed quote that swallowed the file, not a value.
FIELD_LIMIT = 1 << 20
_NEWLINE = re.compile("\r\n|\r|\n")


class DelimitedReader:
    """Reads one delimited file; blank lines hold no record."""

    canonical: frozenset[str] = frozenset()

    def __init__(self, path: Path, spec: EntitySpec) -> None:
        self.is_open_ended = check_text(path, spec.encoding)
        self.path, self.encoding = path, codec(spec.encoding)
        self.delimiter = "\t" if spec.format == "tsv" else spec.delimiter
        self.rows = 0
        self.bad: list[BadRow] = []
        self.header = next(self._records())[0]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the records after the header; see Reader."""
        records = self._records()
        next(records)
        for rows, lines in self._chunks(records):
            self.rows += len(rows)
            rows, lines = self._readable(rows, lines)
            if rows:
                with collector_paused():
                    batch = text_batch(self.header, list(zip(*rows, strict=True)), lines)
                yield batch

    def _records(self) -> Iterator:
        """Yield the header, then (records, first lines) chunk by chunk."""
        before = csv.field_size_limit(FIELD_LIMIT)
        try:
            with open(self.path, encoding=self.encoding, newline="") as file:
                reader = csv.reader(file, delimiter=self.delimiter, strict=True)
                try:
                    header = next((row for row in reader if row), None)
                    if header is None:
                        raise Refused("empty", "the file has no header", way_out="export it again.")
                    yield [[name.strip() for name in header]]
                    line = reader.line_num + 1
                    while True:
                        with collector_paused():
                            rows = list(islice(reader, BATCH_ROWS))
                        if not rows:
                            break
                        yield rows, line, reader.line_num
                        line = reader.line_num + 1
                except csv.Error as error:
                    raise _csv_refusal(error, reader.line_num) from None
        finally:
            csv.field_size_limit(before)

    @staticmethod
    def _chunks(records: Iterator) -> Iterator[tuple[list[list[str]], list[int]]]:
        for rows, first, last in records:
            if last - first + 1 == len(rows) and all(rows):
                yield rows, list(range(first, last + 1))
                continue
            lines, line = [], first
            for row in rows:
                lines.append(line)
                line += 1 + sum(len(_NEWLINE.findall(cell)) for cell in row)
            kept = [i for i, row in enumerate(rows) if row]
            yield [rows[i] for i in kept], [lines[i] for i in kept]

    def _readable(self, rows: list[list[str]], lines: list[int]) -> tuple[list[list[str]], list[int]]:
        width, names = len(self.header), set(self.header)
        if set(map(len, rows)) <= {width} and not any(row[0] in names for row in rows):
            return rows, lines
        kept = []
        for i, row in enumerate(rows):
            if row[0] in names and repeats_header(row, self.header, lines[i]):
                note(self.bad, BadRow(lines[i], None, "the header stands once", "header_repeated"))
            elif len(row) != width:
                rule = f"{width} fields as in the header, not {len(row)}"
                note(self.bad, BadRow(lines[i], None, rule, "field_count"))
            else:
                kept.append(i)
        return [rows[i] for i in kept], [lines[i] for i in kept]


def _csv_refusal(error: csv.Error, line: int) -> Refused:
    if "field larger than field limit" in str(error):
        return Refused(
            "text_too_long",
            f"a cell has more than {FIELD_LIMIT} characters, as an unclosed quote makes it",
            line=line,
            way_out="close the quote, or shorten the cell.",
        )
    return Refused(
        "unreadable",
        "the quotes of this record do not match",
        line=line,
        way_out='write a quote inside a quoted cell twice ("").',
    )
