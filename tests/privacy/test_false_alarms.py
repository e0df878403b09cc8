"""False alarms: of 100,000 order numbers or keys fewer than one in a thousand is taken for personal.

A number alone cannot tell: one in ten passes the Luhn check, and 8 % of those of 11 digits look like mobiles. The
prefix of the issuer and the column around the number decide.
"""

import hashlib
import random
import uuid
from collections.abc import Callable

import pyarrow as pa
import pytest

from orchestration.protection import columns
from orchestration.protection.detectors import find, has_luhn
from orchestration.protection.keys import letters

pytestmark = pytest.mark.slow
SIZE, MOST = 100_000, 0.001


def _digits(length: int, form: str = "{}") -> Callable[[random.Random], str]:
    return lambda source: form.format(source.randrange(10 ** (length - 1), 10**length))


POPULATIONS: dict[str, Callable[[random.Random], str]] = {
    **{f"{length} digits": _digits(length) for length in (11, 13, 15, 16, 17, 18, 19)},
    "SO and 11 digits": _digits(11, "SO-{}"),
    "INV and 16 digits": _digits(16, "INV {}"),
    "order number in a text": _digits(17, "订单号 {}，请付款"),
    "date and counter": lambda s: (
        f"2026{s.randrange(1, 13):02}{s.randrange(1, 29):02}{s.randrange(10**10):010}"
    ),
    "Zoho record ids": lambda s: f"4876876{s.randrange(10**12):012}",
    "MD5": lambda s: hashlib.md5(s.randbytes(8)).hexdigest(),
    "SHA-256": lambda s: hashlib.sha256(s.randbytes(8)).hexdigest(),
    "UUID": lambda s: str(uuid.UUID(int=s.getrandbits(128))),
    "pseudonyms": lambda s: letters(s.randbytes(16)),
    "integers of a hash": lambda s: str(s.getrandbits(63)),
}


@pytest.mark.parametrize("name", POPULATIONS)
def test_a_column_of_numbers_or_keys_is_let_through(name: str) -> None:
    source = random.Random(name)
    values = pa.array([POPULATIONS[name](source) for _ in range(SIZE)])
    assert len(columns.hits(values)) / SIZE < MOST


def test_without_a_column_the_prefix_alone_tells_17_digits_from_cards() -> None:
    source = random.Random(17)
    numbers = [POPULATIONS["17 digits"](source) for _ in range(SIZE)]
    assert 0.09 < sum(map(has_luhn, numbers)) / SIZE < 0.11  # the check digit alone: one in ten
    assert sum(bool(find(number)) for number in numbers) / SIZE < MOST


def test_letting_series_through_does_not_make_blind() -> None:
    """Mobiles and cards in a form of their own are found among any number of order numbers."""
    source = random.Random(3)
    numbers = [POPULATIONS["11 digits"](source) for _ in range(SIZE)]
    personal = [f"+86 139{n:08}" for n in range(50)] + [f"Tel. 186-{n:04}-5678" for n in range(50)]
    found = columns.hits(pa.array([*numbers, *personal]))
    assert set(personal) <= set(found)
    assert len(set(found) - set(personal)) / SIZE < MOST


def test_a_column_of_mobiles_is_no_series() -> None:
    mobiles = [f"13{n:09}" for n in range(0, 10**9, 10**4)]
    assert len(columns.hits(pa.array(mobiles))) == len(mobiles) == SIZE
