"""The mapping.yml files that generated folders carry."""

INSURER_MAPPING = """\
# The credit insurer's limit list: limits and terms, and who its debtor numbers are.
version: 1
files:
  - file: Limitliste*.csv
    entity: credit_terms
    encoding: cp1252
    delimiter: ";"
    date_format: "%d.%m.%Y"
    number: {decimal: ",", thousands: "."}
    columns:
      customer_id: Debitor
      credit_limit: Limit
      currency: Währung
      terms_days: Zahlungsziel
      valid_from: Gültig ab
    ignore: Versicherungsnummer
    derive:
      - entity: customers
        columns: {customer_id: Debitor, tax_id: Steuernummer, external_id: Kundennummer}
        distinct_on: customer_id
"""

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
