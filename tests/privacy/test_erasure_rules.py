"""The rules of erasure: every column that leads to a person has one, and what is kept says why."""

from datetime import date

import pytest

from orchestration.landing.spec import known_sources
from orchestration.privacy.references import ANY_CUSTOMER, SELF, ErasureRules
from tests.rules.rule_tables import RULES_DIR, read

# Columns whose names sound like a person's and that lead to nobody: ids of the record itself, or of the company.
NOBODY = {
    ("zoho_crm", "accounts", "account_number"),
    ("fxiaoke", "customer_accounts", "customer_account_id"),
    ("fxiaoke", "new_customer_accounts", "customer_account_id"),
}
WORDS = ("customer", "contact", "account", "party", "member", "related", "external")


@pytest.mark.rules("erasure_rules", "*")
def test_every_column_that_leads_to_a_person_has_a_rule() -> None:
    ruled = {(row["source"], row["entity"], row["column_name"]) for row in read("erasure_rules")}
    leading = {
        (source.source, entity.entity, column.name)
        for source in known_sources().values()
        for entity in source.entities.values()
        for column in entity.columns
        if column.type == "id" and any(word in column.name for word in WORDS)
    }
    assert leading - ruled == NOBODY
    for source, entity, column in ruled:
        known_sources()[source].entities[entity].column(column)


@pytest.mark.rules("erasure_rules", "*")
def test_what_is_kept_names_its_law_and_nothing_else_does() -> None:
    for row in read("erasure_rules"):
        assert bool(row["legal_basis"]) == bool(row["standard"]) == (row["treatment"] == "keep")


@pytest.mark.rules("erasure_rules", "*")
def test_every_name_space_has_records_of_its_own() -> None:
    rules = ErasureRules.load(RULES_DIR, date(2026, 6, 30))
    own = {
        reference.refers_to
        for source, entity in rules.entities()
        for reference in rules.of(source, entity)
        if reference.is_own(known_sources()[source].entities[entity].key)
    }
    named = {row["refers_to"] for row in read("erasure_rules")} - {ANY_CUSTOMER, SELF}
    assert named == own


@pytest.mark.rules("erasure_rules", "*")
def test_a_row_that_is_kept_belongs_to_a_customer() -> None:
    kept = {row["refers_to"] for row in read("erasure_rules") if row["treatment"] == "keep"}
    assert all(name_space.endswith(".customer") for name_space in kept)
