"""The mapping.yml files that generated folders carry."""

from pathlib import Path

FILES_MAPPING = Path(__file__).with_name("files_mapping.yml").read_text(encoding="utf-8")
"""The mapping of the demo's lists and registers, and of its own fields in the known systems."""

_TYPED = {
    "customers": "customer_id customer_name customer_type tax_id industry country currency created_date"
    " last_activity_date",
    "credit_terms": "customer_id credit_limit currency terms_days valid_from",
    "invoices": "invoice_id invoice_number customer_id issue_date due_date terms_days currency exchange_rate"
    " amount status",
    "receipts": "receipt_id customer_id receipt_date currency exchange_rate amount",
    "receipt_allocations": "allocation_id receipt_id invoice_id applied_date currency amount",
}


def _canonical_mapping() -> str:
    lines = ["# Canonical entities under their own names.", "version: 1", "files:"]
    for entity, names in _TYPED.items():
        lines += [f"  - file: {entity}*.parquet", f"    entity: {entity}", "    columns:"]
        lines += [f"      {name}: {name}" for name in names.split()]
    return "\n".join(lines) + "\n"


CANONICAL_MAPPING = _canonical_mapping()
