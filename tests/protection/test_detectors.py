"""Detectors: what is personal is found in every written form, what is a number of business is not."""

import random
import uuid

import duckdb
import pyarrow as pa
import pytest

from orchestration.protection import columns
from orchestration.protection.detectors import (
    ID_PATTERNS,
    find,
    has_check_digit,
    has_luhn,
    normalise,
    spans,
    sql_predicate,
)

PERSONAL = [
    ("13812345678", "mobile"),
    ("手机13812345678转", "mobile"),
    ("+8613812345678", "mobile"),
    ("0086 138-1234-5678", "mobile"),
    ("86-19912345678", "mobile"),
    ("(+86)15912345678", "mobile"),
    ("１３８１２３４５６７８", "mobile"),
    ("138\u200b1234\u200b5678", "mobile"),
    ("call 138 1234 5678.", "mobile"),
    ("+44 20 7946 0958", "phone"),
    ("+1 (415) 555-2671", "phone"),
    ("11010519491231002X", "id_number"),
    ("身份证:11010519491231002x。", "id_number"),
    ("110105 19491231 0021", "id_number"),
    ("4111111111111111", "card"),
    ("4111-1111-1111-1111", "card"),
    ("3782 822463 10005", "card"),
    ("卡号6222021234567890128", "card"),
    ("zhang.san@example.com", "email"),
    ("mail:张三@例子.公司", "email"),
    ("x%40example.com", "email"),
    ("a+b@mail.example.co.uk", "email"),
]
BUSINESS = [
    "INV-2024-000123",
    "4876876000000123456",
    "12812345678",
    "138123456789",
    "A13812345678",
    "13812345678B",
    "13812345678.00",
    "1,913,812,345,678.00",
    "110105194902310021",
    "990105194912310021",
    "4111111111111112",
    "2024-06-30 12:00:00",
    "91110000600037341L",
    "z***@***.com",
    "***5678",
    "pack @ 10 EUR",
    "d41d8cd98f00b204e9800998ecf8427e",
    "[redacted:mobile]",
]


@pytest.mark.parametrize(("text", "pattern"), PERSONAL)
def test_personal_values_are_found(text, pattern):
    assert find(text) == [pattern]


@pytest.mark.parametrize("text", BUSINESS)
def test_business_values_are_not(text):
    assert find(text) == []


def test_several_values_in_one_text_and_their_places():
    text = "李四 13812345678 / li@example.com"
    assert find(text) == ["mobile", "email"]
    assert [text[span.start : span.end] for span in spans(text)] == ["13812345678", "li@example.com"]


def test_check_digits():
    assert has_check_digit("11010519491231002X")
    assert not has_check_digit("110105194912310021")
    assert has_luhn("4111111111111111")
    assert not has_luhn("4111111111111112")


def test_sql_predicate_is_a_superset_of_find():
    texts = [text for text, _ in PERSONAL]
    with duckdb.connect() as connection:
        connection.register("texts", pa.table({"the text": texts}))
        hits = connection.execute(f"select count(*) from texts where {sql_predicate('the text')}").fetchall()
        assert hits == [(len(texts),)]
        connection.register(
            "nothing", pa.table({"t": ["Acme Ltd", None, "INV-2024-000123", "d41d8cd98f00b204e980"]})
        )
        assert connection.execute(f"select count(*) from nothing where {sql_predicate('t')}").fetchall() == [
            (0,)
        ]


def _share(values: list[str], patterns=None) -> float:
    found = columns.hits(pa.array(values), patterns) if patterns else columns.hits(pa.array(values))
    return len(found) / len(values)


@pytest.mark.parametrize("digits", range(8, 21))
def test_series_of_order_numbers_are_let_through(digits):
    source = random.Random(digits)
    for prefix in ("", "SO-"):
        values = [f"{prefix}{source.randrange(10 ** (digits - 1), 10**digits)}" for _ in range(20_000)]
        assert _share(values) < 0.001


def test_hashes_uuids_and_system_ids_are_let_through():
    source = random.Random(7)
    assert _share([f"{source.getrandbits(128):032x}" for _ in range(20_000)]) == 0
    assert _share([str(uuid.UUID(int=source.getrandbits(128))) for _ in range(20_000)]) < 0.001
    ids = [str(4876876000000000000 + source.randrange(10**12)) for _ in range(20_000)]
    assert _share(ids) < 0.001
    assert _share(ids, ID_PATTERNS) == 0


def test_a_column_of_mobiles_or_cards_is_no_series():
    source = random.Random(3)
    mobiles = [f"1{source.choice('3456789')}{source.randrange(10**9):09d}" for _ in range(1000)]
    assert _share(mobiles) == 1
    cards = [
        number for number in (f"4{source.randrange(10**15):015d}" for _ in range(5000)) if has_luhn(number)
    ]
    assert _share(cards) == 1
    among_names = [*(f"Customer {number}" for number in range(1000)), "13812345678", "4111111111111111"]
    assert set(columns.hits(pa.array(among_names))) == {"13812345678", "4111111111111111"}


def test_a_value_in_a_series_with_a_text_around_it_is_found():
    source = random.Random(5)
    orders = [str(source.randrange(10**10, 10**11)) for _ in range(1000)]
    assert set(columns.hits(pa.array([*orders, "tel 13812345678", None]))) == {"tel 13812345678"}


def test_normalise_keeps_plain_text():
    assert normalise("Acme Ltd") == "Acme Ltd"
    assert normalise("１２３＠") == "123@"
