"""The check character of GB 32100-2015, and ids that may be a person's name."""

import pyarrow as pa
import pytest

from orchestration.protection.credit_codes import ALPHABET, check_character, is_valid, validity
from orchestration.protection.party_names import may_name_persons

# Codes that other implementations of the standard give as valid.
GOOD = ["91350100M000100Y43", "91110000600037341L"]


@pytest.mark.parametrize(
    "code", [*GOOD, GOOD[0].lower(), "９１３５０１００M000100Y43", "9135 0100-M000 100Y 43"]
)
def test_a_code_checks_however_it_is_written(code: str) -> None:
    assert is_valid(code) is True


@pytest.mark.parametrize("place", range(17))
def test_every_single_slip_is_found(place: int) -> None:
    code = GOOD[0]
    for sign in set(ALPHABET) - {code[place]}:
        assert is_valid(code[:place] + sign + code[place + 1 :]) is False


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_outside_the_alphabet(letter: str) -> None:
    assert is_valid(GOOD[0][:8] + letter + GOOD[0][9:]) is False


def test_the_check_character_completes_a_code() -> None:
    assert check_character(GOOD[0][:17]) == "3"
    assert is_valid("92440300MA5EABCDX" + check_character("92440300MA5EABCDX")) is True


def test_a_natural_person_is_taxed_under_the_id_number() -> None:
    assert is_valid("11010519491231002X") is True
    assert is_valid("110105194912310021") is False


@pytest.mark.parametrize("other", ["110105491231002", "DE123456789", "91350100M000100Y4", "", "税号"])
def test_other_numbers_cannot_be_checked(other: str) -> None:
    assert is_valid(other) is None


def test_validity_of_a_column_keeps_its_rows() -> None:
    column = pa.array([GOOD[0], None, "x", GOOD[0][:17] + "4", GOOD[0]])
    assert validity(column).to_pylist() == ["true", None, None, "false", "true"]


@pytest.mark.parametrize(
    "name",
    [
        "CUST-2026-00017",
        "上海华信贸易有限公司",
        "红星机械厂",
        "Acme Ltd",
        "Grand Hotel",
        "Siemens AG",
        "Müller GmbH",
    ],
)
def test_codes_and_organisations_stay(name: str) -> None:
    assert may_name_persons(pa.array([name])) == {}


@pytest.mark.parametrize("name", ["王小明", "Li Lei", "欧阳娜娜", "Cohen David", "Betasol"])
def test_what_may_be_a_person_does_not(name: str) -> None:
    (spans,) = may_name_persons(pa.array([name, None, name])).values()
    assert (spans[0].start, spans[0].end, spans[0].pattern) == (0, len(name), "person_name")
