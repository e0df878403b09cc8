"""Mutated mappings: refused with file and line, or good for landing the file they describe; never anything else."""

import contextlib
import random
import traceback
from collections import Counter

import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing.claims import Claim, claim_files
from orchestration.landing.nodes import MappingError
from orchestration.landing.readers import Refused
from tests.landing.door import Door
from tests.landing.fuzz import seeds
from tests.landing.fuzz.harness import SharedEngineLoader, timer
from tests.landing.fuzz.mutations import TEXT, mutate

MAPPING = b"""version: 1
files:
  - file: 'i_{date}.csv'
    entity: invoices
    format: csv
    encoding: utf-8
    delimiter: ","
    load: incremental
    date_format: ['%Y-%m-%d', '%d.%m.%Y']
    timestamp_format: '%Y-%m-%d %H:%M:%S%z'
    number: {decimal: '.', thousands: ',', parentheses: true}
    columns: {invoice_id: No, customer_id: Customer, issue_date: Issued, due_date: Due, amount: Amount, status: State}
    values: {status: {a: issued, b: void}}
    constants: {currency: CNY}
    ignore: [Note]
    names_as_ids: customer_id
    derive:
      - entity: customers
        columns: {customer_id: Customer}
        distinct_on: customer_id
      - entity: receipts
        columns: {receipt_id: No, customer_id: Customer, receipt_date: Due, amount: Amount}
        constants: {currency: CNY}
        where_present: receipt_date
rename:
  zoho_crm: {accounts: {Firma: Account Name}}
values:
  fxiaoke: {payments: {life_status: {x1: normal}}}
"""
WORDS = [b"%q", b"%Y%m%d", b"%", b"*", b"{date}", b"[a-", b"**", b"utf-7", b"utf-16", b"\\", b"'", b"|", b"&a", b"*a",
         b"!!python/object:os.system", b"<<", b"true", b"null", b"1", b"epoch_ms", b"\xe2\x80\xae"]  # fmt: skip


def word(dice: random.Random, content: bytes) -> bytes:
    """Put a word that means something to a mapping in the place of another."""
    parts = content.split(b" ")
    parts[dice.randrange(len(parts))] = dice.choice([*WORDS, dice.choice(parts)])
    return b" ".join(parts)


def run(door: Door, mappings: int, seed: int, *, every: int) -> Counter[str]:
    """Judge so many mutated mappings; one in `every` of the good ones lands its file."""
    good_file = (
        seeds.delimited(",").replace(b"Amount", b"Amount,State,Note").replace(b'"\r\n', b'","a",""\r\n')
    )
    door.put("i_2026-06-30.csv", good_file)
    door.put("mapping.yml", MAPPING)
    assert _judge(door, whole=True) == "landed"
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(mappings):
        dice = random.Random(f"mapping {seed} {number}")
        door.put("mapping.yml", mutate(dice, MAPPING, (*TEXT, word, word, word)))
        try:
            with timer():
                outcomes[_judge(door, whole=(outcomes["good"] + outcomes["landed"]) % every == 0)] += 1
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"mapping {number}: {type(error).__name__} {error} ({place.name} {place.lineno})")
    assert wrong == [], f"seed {seed}: {len(wrong)} mappings end wrong"
    return outcomes


def _judge(door: Door, *, whole: bool) -> str:
    claims, error = _claimed(door)
    if error is not None:
        assert error.way_out
        assert not isinstance(error, MappingError) or error.line >= 1
        return type(error).__name__
    for claim in claims if whole else ():
        work = door.warehouse / claim.spec.entity
        work.mkdir(exist_ok=True)
        loader = SharedEngineLoader(work, door.limits, door.protector, door.settings)
        with contextlib.suppress(Refused):
            loaded = loader.load(claim.path, claim.spec, "fuzz")
            assert loaded.rows_in_file == loaded.rows_loaded + loaded.rows_quarantined + loaded.rows_filtered
    return "landed" if whole and claims else "good"


def _claimed(door: Door) -> tuple[list[Claim], ConfigurationError | None]:
    try:
        return claim_files(door.landing).claims, None
    except ConfigurationError as error:
        return [], error


def test_a_few_hundred_mappings(door: Door) -> None:
    outcomes = run(door, 250, seed=1, every=8)
    assert outcomes["MappingError"] > 20


@pytest.mark.slow
def test_five_thousand_mappings(door: Door) -> None:
    outcomes = run(door, 5000, seed=2, every=2)
    assert outcomes["landed"] > 50
    assert outcomes["MappingError"] > 500
