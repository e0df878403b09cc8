"""Tells which finished dates a document reached after they were published, from one pass over all documents.

A mark is the exclusive-or of what every document and receipt said up to a date: it stays as long as none of them is
added, removed or changed, and it is kept beside the date's partition.
"""

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate
from operator import xor

import duckdb

from orchestration.publishing.manifest import Partition

_MARKS = """
    select day, bit_xor(mark) from (
        select valid_from as day, hash(document_id, customer_key, due_date, balance, balance_base) as mark
        from intermediate.int_document_states
        union all
        select receipt_date, hash(receipt_id, customer_key, currency, amount) from intermediate.int_receipts
    )
    group by day order by day
"""


class DocumentMarks:
    """The mark of every date of a build."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute(_MARKS).fetchall()
        self._days = [day for day, _ in rows]
        self._marks = list(accumulate((int(mark) for _, mark in rows), xor))

    def on(self, day: date) -> str:
        """The mark of a date, 16 hexadecimal digits."""
        position = bisect_right(self._days, day)
        return f"{self._marks[position - 1] if position else 0:016x}"


def reached_dates(
    finished: dict[date, Partition], marks: DocumentMarks, as_of: date, window_days: int
) -> set[date]:
    """Finished dates before as_of, within the window, whose documents are not those they were measured from."""
    first = as_of - timedelta(days=window_days)
    return {
        day
        for day, partition in finished.items()
        if first <= day < as_of and partition.documents_mark not in (None, marks.on(day))
    }
