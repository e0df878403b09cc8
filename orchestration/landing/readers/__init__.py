"""Strict readers, one per format."""

from pathlib import Path

from orchestration.landing.readers.base import BadRow, Reader, Refused
from orchestration.landing.readers.delimited import DelimitedReader
from orchestration.landing.readers.jsonl import JsonLinesReader
from orchestration.landing.readers.parquet import ParquetReader
from orchestration.landing.readers.xlsx import XlsxReader
from orchestration.landing.spec import EntitySpec

__all__ = ["BadRow", "Reader", "Refused", "open_reader"]


def open_reader(path: Path, spec: EntitySpec) -> Reader:
    """Open a file as its specification declares it. Raises Refused."""
    if path.stat().st_size == 0:
        raise Refused(
            "empty", "the file has no content", way_out="export it again; leave it out if there is no data."
        )
    readers = {"xlsx": XlsxReader, "jsonl": JsonLinesReader, "parquet": ParquetReader}
    return readers.get(spec.format, DelimitedReader)(path, spec)
