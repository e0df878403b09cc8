"""The same company as canonical entities in Parquet: what benchmarks land, written in typed columns block by block.

Withheld tax has no column of its own here and counts as money received. Credit notes are left out: an
invoice that got one stays open by its amount.
"""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.demo.block import Block, last_contact
from orchestration.demo.calendar import CURRENCIES, FIRST_DAY, LAST, rate
from orchestration.demo.draws import Ints
from orchestration.demo.ledger import DRAFT, ISSUED, VOID
from orchestration.demo.names import Party
from orchestration.demo.scene import Scene

_EPOCH = (FIRST_DAY.toordinal()) - 719_163
_MONEY, _RATE = pa.decimal128(18, 2), pa.decimal128(18, 6)
_STATUS = {ISSUED: "issued", DRAFT: "draft", VOID: "void"}
ENTITIES = ("customers", "credit_terms", "invoices", "receipts", "receipt_allocations")


def _id(prefix: str, numbers: Ints, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers + 1).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def _decimal(values: Ints, kind: pa.DataType) -> pa.Array:
    """Whole hundredths (or millionths) as decimals, without a detour through floating point."""
    words = np.empty((len(values), 2), dtype="<i8")
    words[:, 0], words[:, 1] = values, values >> 63
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(words)])


def _date(days: Ints) -> pa.Array:
    return pa.array((days + _EPOCH).astype(np.int32), type=pa.int32()).cast(pa.date32())


def _code(codes: Ints, names: tuple[str, ...]) -> pa.Array:
    return pa.array(list(names)).take(pa.array(codes))


class CanonicalWriter:
    """Writes blocks into one Parquet file per entity; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._stack, self._writers = folder, ExitStack(), {}
        self._receipts = self._allocations = 0

    def __enter__(self) -> "CanonicalWriter":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, scene: Scene) -> None:
        """Append one block: its invoices by customer and day, receipts by customer and day."""
        block, parties = scene.block, scene.parties
        for entity, table in (
            ("customers", _customers(block, parties)),
            ("credit_terms", _credit_terms(block)),
            ("invoices", _invoices(block)),
            ("receipts", self._receipt_table(block)),
            ("receipt_allocations", self._allocation_table(block)),
        ):
            if entity not in self._writers:
                path = self._folder / f"{entity}.parquet"
                self._writers[entity] = self._stack.enter_context(
                    pq.ParquetWriter(path, table.schema, compression="zstd")
                )
            self._writers[entity].write_table(table)
        self._receipts += len(block.ledger.received)
        self._allocations += len(block.ledger.applied)

    def _receipt_table(self, block: Block) -> pa.Table:
        ledger, currency = block.ledger, block.traits.currency[block.ledger.receipt_customer]
        withheld = np.zeros(len(ledger.received), dtype=np.int64)
        np.add.at(withheld, ledger.applied_receipt, ledger.withheld)
        return pa.table(
            {
                "receipt_id": _id("R", self._receipts + np.arange(len(ledger.received)), 10),
                "customer_id": _id("C", block.first + ledger.receipt_customer, 8),
                "receipt_date": _date(ledger.receipt_day),
                "currency": _code(currency, CURRENCIES),
                "exchange_rate": _decimal(rate(currency, ledger.receipt_day), _RATE),
                "amount": _decimal(ledger.received + withheld, _MONEY),
            }
        )

    def _allocation_table(self, block: Block) -> pa.Table:
        ledger, traits = block.ledger, block.traits
        return pa.table(
            {
                "allocation_id": _id("A", self._allocations + np.arange(len(ledger.applied)), 10),
                "receipt_id": _id("R", self._receipts + ledger.applied_receipt, 10),
                "invoice_id": _id("I", block.first_invoice + ledger.applied_invoice, 10),
                "applied_date": _date(ledger.applied_day),
                "currency": _code(
                    traits.currency[ledger.invoice_customer[ledger.applied_invoice]], CURRENCIES
                ),
                "amount": _decimal(ledger.applied + ledger.withheld, _MONEY),
            }
        )


def _customers(block: Block, parties: list[Party]) -> pa.Table:
    traits = block.traits
    return pa.table(
        {
            "customer_id": _id("C", traits.customer, 8),
            "customer_name": [party.name for party in parties],
            "customer_type": ["individual" if party.is_sole_trader else "organisation" for party in parties],
            "tax_id": [party.tax_id or None for party in parties],
            "industry": [party.industry for party in parties],
            "country": [party.country for party in parties],
            "currency": _code(traits.currency, CURRENCIES),
            "created_date": _date(np.maximum(traits.start - 30, 0)),
            "last_activity_date": _date(last_contact(block, block.draws(9))),
        }
    )


def _credit_terms(block: Block) -> pa.Table:
    limited = block.credit_limit > 0
    traits = block.traits
    return pa.table(
        {
            "customer_id": _id("C", traits.customer[limited], 8),
            "credit_limit": _decimal(block.credit_limit[limited] * 100, _MONEY),
            "currency": _code(traits.currency[limited], CURRENCIES),
            "terms_days": pa.array(traits.terms[limited]),
            "valid_from": _date(np.minimum(traits.start[limited], LAST)),
        }
    )


def _invoices(block: Block) -> pa.Table:
    ledger, traits = block.ledger, block.traits
    currency = traits.currency[ledger.invoice_customer]
    numbers = block.first_invoice + np.arange(len(ledger.total))
    return pa.table(
        {
            "invoice_id": _id("I", numbers, 10),
            "invoice_number": _id("INV-", numbers, 10),
            "customer_id": _id("C", block.first + ledger.invoice_customer, 8),
            "issue_date": _date(ledger.issue_day),
            "due_date": _date(ledger.due_day),
            "terms_days": pa.array(traits.terms[ledger.invoice_customer]),
            "currency": _code(currency, CURRENCIES),
            "exchange_rate": _decimal(rate(currency, ledger.issue_day), _RATE),
            "amount": _decimal(ledger.total, _MONEY),
            "status": _code(ledger.status, tuple(_STATUS[kind] for kind in sorted(_STATUS))),
        }
    )
