"""Pseudonyms: one person one key, domains apart, no key without the secret; masks say little."""

import re

import pytest

from orchestration.protection import detectors, masking
from orchestration.protection.keys import MasterKey
from orchestration.protection.pseudonyms import Pseudonymiser

MAKER = Pseudonymiser(MasterKey(bytes(range(32))))


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
