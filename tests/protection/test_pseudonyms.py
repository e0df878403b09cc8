"""Pseudonyms: one person one key, domains apart, no key without the secret; masks say little."""

import hmac
import re

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.protection import detectors, masking
from orchestration.protection.keys import MasterKey
from orchestration.protection.pseudonyms import Pseudonymiser, normalise

MASTER = MasterKey(bytes(range(32)))
MAKER = Pseudonymiser(MASTER)
DOMAINS = ["person_name", "phone", "email", "tax_id", "id_number", "birth_date", "bank_account"]
# Text that a domain takes as it is, and every kind that it does not: each way through a column has to meet both.
TEXTS = st.one_of(
    st.text(max_size=12),
    st.text("aZ09 .@+-/_'\"\t\x1c\u3000８６Ａ＠①ßÉéıςк刘陈㐀鿿\u0301\u200b", max_size=12),
    st.text("0189", max_size=14),
    st.from_regex(r"(\+|00)?86[ -]?138 ?[0-9]{8}", fullmatch=True),
    st.from_regex(r"[a-c.]{1,3}@[a-cA-C@]{1,3}(\.[a-c]{0,3}){0,2}", fullmatch=True),
    st.from_regex(r"[A-Z刘陈芳]{1,2} {1,2}[a-z刘陈芳]{1,3}", fullmatch=True),
    st.from_regex(r"[0-9]{6} ?(19|20)[0-9]{9}[0-9xX]", fullmatch=True),
)


@pytest.mark.parametrize(
    ("domain", "forms"),
    [
        (
            "phone",
            [
                "13812345678",
                "+86 138 1234 5678",
                "0086-13812345678",
                "８６１３８１２３４５６７８",
                "(138)12345678",
            ],
        ),
        ("email", ["Zhang.San@Example.com", "zhang.san@example.com ", "ｚhang.san@example.com"]),
        ("person_name", ["张三", "张 三", "张　三"]),
        ("person_name", ["John  Smith", "john smith", "JOHN SMITH"]),
        ("tax_id", ["91110000-600037341l", "９１１１００００６０００３７３４１Ｌ", "91110000600037341L"]),
        ("id_number", ["11010519491231002x", "11010519491231002X"]),
    ],
)
def test_forms_of_one_value_share_a_pseudonym(domain, forms):
    assert len(set(MAKER.keys(domain, forms))) == 1


def test_values_domains_and_keys_stay_apart():
    assert MAKER.key("phone", "13812345678") != MAKER.key("phone", "13812345679")
    assert MAKER.key("person_name", "a@b.com") != MAKER.key("email", "a@b.com")
    assert MAKER.key("email", "a@b.com") != Pseudonymiser(MasterKey(bytes(32))).key("email", "a@b.com")
    assert MAKER.key("person_name", "john smith") != MAKER.key("person_name", "johnsmith")


def test_pseudonyms_are_letters_no_detector_can_take_for_a_number():
    keys = MAKER.keys("phone", [f"138{number:08d}" for number in range(2000)])
    assert len(set(keys)) == 2000
    assert all(re.fullmatch("[a-p]{32}", key) and not detectors.find(key) for key in keys)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("name", "张三丰", "张***"),
        ("name", "John Smith", "J***"),
        ("email", "zhang.san@mail.example.com", "z***@***.com"),
        ("email", "z@example.com", "***"),
        ("email", "no address", "***"),
        ("tail", "+86 138-1234-5678", "***5678"),
        ("tail", "1234567", "***"),
        ("full", "anything", "***"),
    ],
)
def test_masks_hide_and_are_no_hit_themselves(rule, value, expected):
    assert masking.mask(rule, value) == expected
    assert detectors.find(expected) == []


@given(st.lists(TEXTS, max_size=8))
@example(["0086138", "008613812345678", "8613812345678", "00493012345", "13812345678", "0215551234", "", " "])
@example(["ab@c.d@e", "ab@c", "a@b.c", "@b.c", "ab@.", "1234567", "12345678", "刘 芳 伟", "刘  Li", "Li 芳 "])
@settings(deadline=None)
def test_a_column_gets_what_each_of_its_values_would_get(values):
    column = pa.array(["before", *values], pa.string()).slice(1)
    for domain in DOMAINS:
        assert MAKER.keys_of(domain, column).to_pylist() == MAKER.keys(domain, values), domain
    for rule in sorted(masking.RULES):
        assert masking.masks(rule, column).to_pylist() == [masking.mask(rule, value) for value in values], (
            rule
        )


def test_no_sign_of_any_script_is_treated_apart_in_a_column():
    signs = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    values = pa.array([f"A{sign}b" for sign in signs] + [f"{sign}芳" for sign in signs])
    assert MAKER.keys_of("person_name", values).to_pylist() == MAKER.keys("person_name", values.to_pylist())
    assert masking.masks("name", values).to_pylist() == [
        masking.mask("name", text) for text in values.to_pylist()
    ]


def test_a_pseudonym_is_an_hmac_that_any_library_makes():
    secret = MASTER.pseudonyms.subkey("pseudonym:phone")
    digest = hmac.digest(secret, normalise("phone", "+86 138 1234 5678").encode(), "sha256")[:16]
    assert MAKER.key("phone", "13812345678") == digest.hex().translate(
        str.maketrans("0123456789abcdef", "abcdefghijklmnop")
    )
