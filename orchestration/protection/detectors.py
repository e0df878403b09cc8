"""Detectors of personal values in text: precise in Python, after one regular expression finds the rows to look at."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

# Raised when the detectors find something else in the same text.
DETECTORS_VERSION = 1
PATTERNS = ("email", "id_number", "card", "mobile", "phone")
# Ids are long digits by nature, so only what no id can be is looked for in them.
ID_PATTERNS = ("email", "id_number")

_START, _END = r"(?<![0-9A-Za-z])(?<![0-9][.,])", r"(?![0-9A-Za-z])(?![.,][0-9])"
_MOBILE = r"(?:\(?(?:\+|00)?86\)?[ .-]{0,2}|0)?1[3-9][0-9][ .-]?[0-9]{4}[ .-]?[0-9]{4}"
_PHONE = r"\+[1-9](?:[ .()-]{0,2}[0-9]){7,14}"
_BIRTH = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_ID_NUMBER = rf"[1-8][0-9]{{5}}[ -]?{_BIRTH}[ -]?[0-9]{{3}}[0-9Xx]"
_CARD = (
    r"(?:[2-69][0-9]{14,18}|[2-69][0-9]{3}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?"
    r"|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5})"
)
_EMAIL = r"[\w.%+'-]{0,63}\w[+-]?(?:@|%40)\w[\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,63}"

# The same patterns for engines without look-around (RE2: Arrow, DuckDB): a superset of what `find` finds.
_EDGE, _STOP = r"(?:^|[^0-9A-Za-z])", r"(?:$|[^0-9A-Za-z])"
_CARD_START = r"(?:4|5[1-5]|2[2-7]|3[457]|6[0245]|95)"
_ODD_SIGNS = r"[^\P{Nd}0-9]|[＠＋]|\p{Cf}"
_RE2_EMAIL = r"[\pL\pN_](?:@|%40)[\pL\pN][\pL\pN-]*(?:\.[\pL\pN-]+)*\.\pL{2,}"
_PREFILTERS = {
    "email": r"[^\s*](?:@|%40)[^\s*]",
    "id_number": _EDGE + _ID_NUMBER + _STOP,
    "card": _EDGE + _CARD_START + r"[0-9](?:[ -]?[0-9]){12,17}" + _STOP,
    "mobile": _EDGE + _MOBILE + _STOP,
    "phone": _EDGE + _PHONE,
}

_PROVINCES = frozenset(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_UNIONPAY = frozenset(
    [
        *range(6210, 6218),
        *range(6220, 6234),
        6235,
        6236,
        *range(6250, 6260),
        6268,
        6270,
        6282,
        6283,
        6291,
        6292,
    ]
)


@dataclass(frozen=True)
class Span:
    """A personal value at [start, end) of the normalised text."""

    start: int
    end: int
    pattern: str


def normalise(text: str) -> str:
    """NFKC without invisible format characters: full-width digits and hidden joiners do not hide a number."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")


def has_check_digit(number: str) -> bool:
    """Whether 18 characters end in the check digit of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def has_luhn(number: str) -> bool:
    """Whether a string of digits passes the Luhn check."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_id_number(text: str) -> bool:
    """Province, birth date; a typing slip in the check digit makes it no less personal."""
    number = re.sub(r"[ -]", "", text)
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return int(number[:2]) in _PROVINCES and 1900 <= int(number[6:10]) <= 2049


def _is_card(text: str) -> bool:
    number = re.sub(r"[ -]", "", text)
    four, size = int(number[:4]), len(number)
    known = (
        (size == 16 and (number[0] == "4" or 51 <= four // 100 <= 55 or 2221 <= four <= 2720))
        or (size == 16 and (3528 <= four <= 3589 or four == 6011 or four // 100 == 65))
        or (size == 15 and four // 100 in (34, 37))
        or (16 <= size <= 19 and four in _UNIONPAY)
        or (size == 19 and four == 9558)
    )
    return known and has_luhn(number)


def _is_phone(text: str) -> bool:
    return 8 <= sum(sign.isdigit() for sign in text) <= 15


_FINDERS: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (re.compile(_EMAIL), lambda text: True),
    "id_number": (re.compile(_START + _ID_NUMBER + _END), _is_id_number),
    "card": (re.compile(_START + _CARD + _END), _is_card),
    "mobile": (re.compile(_START + _MOBILE + _END), lambda text: True),
    "phone": (re.compile(r"(?<![0-9A-Za-z])" + _PHONE + r"(?![0-9A-Za-z])"), _is_phone),
}


def spans(text: str, patterns: Collection[str] = PATTERNS) -> list[Span]:
    """Personal values in a normalised text, in their order, none overlapping (the earlier pattern wins)."""
    found: list[Span] = []
    for pattern in PATTERNS:
        if pattern not in patterns:
            continue
        expression, is_valid = _FINDERS[pattern]
        for match in expression.finditer(text):
            free = all(match.end() <= span.start or match.start() >= span.end for span in found)
            if free and is_valid(match.group()):
                found.append(Span(match.start(), match.end(), pattern))
    return sorted(found, key=lambda span: span.start)


def find(text: str, patterns: Collection[str] = PATTERNS) -> list[str]:
    """Names of the patterns found in one text (email, id_number, card, mobile, phone), in the order of the text."""
    return [span.pattern for span in spans(normalise(text), patterns)]


def prefilter(patterns: Collection[str] = PATTERNS) -> str:
    """RE2 expression true for every text in which `find` could find one of the patterns."""
    return "|".join([*(_PREFILTERS[pattern] for pattern in PATTERNS if pattern in patterns), _ODD_SIGNS])


def sql_predicate(column: str, patterns: Collection[str] = PATTERNS) -> str:
    """DuckDB condition true for every row of a text column in which `find` could find one of the patterns."""
    name = column.replace('"', '""')
    expression = prefilter(patterns).replace("'", "''")
    return f"coalesce(regexp_matches(\"{name}\", '{expression}'), false)"


def sql_exact(text: str, patterns: Collection[str] = ("email", "id_number", "mobile", "phone")) -> str:
    """DuckDB condition on a text expression, without false alarms on names: a whole e-mail address, no cards.

    Compiling it costs more than reading some thousand rows with it: ask once for texts joined by line ends.
    """
    wanted = [pattern for pattern in PATTERNS if pattern in patterns and pattern != "card"]
    expression = "|".join(_RE2_EMAIL if pattern == "email" else _PREFILTERS[pattern] for pattern in wanted)
    # SQLAlchemy would take the colon of a group and the digits after it for a parameter.
    expression = expression.replace("(?:", "(").replace("'", "''")
    return f"coalesce(regexp_matches({text}, '{expression}'), false)"


def digit_shape(text: str) -> str:
    """The text with every digit as 9: the form that numbers of one series share."""
    return re.sub(r"[0-9]", "9", text)
