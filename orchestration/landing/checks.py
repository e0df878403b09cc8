"""From a specification to DuckDB SQL: canonical text and the first failing check of each row, try_* only."""

import re
from dataclasses import dataclass

from orchestration.landing.spec import ColumnSpec, EntitySpec
from orchestration.protection.categories import Categories

CONTROL_DECIMALS = 6
_DECIMALS = 12
_LONGEST_ID = 256
# Control characters, and the marks that turn the direction of what follows them: a text that reads as another.
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{202A}-\x{202E}\x{2066}-\x{2069}]"
_SHAPES = {
    "digits": (r"[0-9]+|\[redacted:.*\]", "an id of digits only"),
    "compact": (
        r"[^\s\p{Z}\p{C}\x{FFFD}]+",
        "an id without blanks, and no placeholder, formula or error of a spreadsheet",
    ),
    "name": (
        r"[^\p{Cc}\x{FFFD}]+",
        "a name used as id, and no placeholder, formula or error of a spreadsheet",
    ),
}
# What stands where an id should: a number cut by a spreadsheet, its error or formula, its mark of text before digits.
_NO_IDS = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+|#+|#N/A|#NV|#[^ ]+[!?]|=.*|'[0-9]+|'.*'"
# What systems write for nothing, and truth values: rows that need an id would all become one customer's.
_PLACEHOLDERS = r"\p{P}+|(?i:null|none|-none-|nan|nil|n/a|undefined|true|false|无|空)"
# Fewer digits are seconds or nothing at all: read as milliseconds they would be days of 1970.
_EPOCH_MS = "[0-9]{12,13}"
_EPOCH_RULE = "milliseconds since 1970 (12 or 13 digits)"
_TYPED = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%z"]
_NEVER = "cast(null as timestamp)"
_DIGITS = {"%Y": "[0-9]{4}", **dict.fromkeys(("%y", "%m", "%d", "%H", "%M", "%S"), "[0-9]{2}")}
_UNPARTED = re.compile("%[YymdHMS]%[YymdHMS]")
_BOOLEANS = {"true": ("true", "yes", "y", "1"), "false": ("false", "no", "n", "0")}


@dataclass(frozen=True)
class Checked:
    """`sql`: select over `incoming` giving raw columns, `_line`, `_bad` (code or null), `_out` (filtered).

    `rules`: code -> (column name, rule, reason code). `raw`: raw column names in order.
    """

    sql: str
    rules: dict[str, tuple[str, str, str]]
    raw: list[str]


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text literal."""
    return "'" + text.replace("'", "''") + "'"


def build_checks(
    spec: EntitySpec, categories: Categories, canonical: frozenset[str], timezone: str, max_text: int
) -> Checked:
    """Compile the checks of an entity. `canonical`: columns whose cells are typed in the file."""
    inner, outer, cases, raw = ["_line"], [], [], []
    rules: dict[str, tuple[str, str, str]] = {}
    presence: dict[str, str] = {}
    for index, column in enumerate(spec.columns):
        names = categories.raw_columns(column)
        raw += names
        inner += [quoted(name) for name in names]
        if not names:
            continue
        cell = f"c{index}"
        kept = column.name in names
        present = quoted(column.name if kept else f"{column.name}_key")
        presence[column.name] = present
        failures: list[tuple[str, str, str]] = []
        if column.not_null:
            failures.append((f"{present} is null", "missing_value", "a value in every row"))
        if kept:
            build = _Cell(column, quoted(column.name), cell, column.name in canonical, timezone, max_text)
            inner.append(f"{build.expression} as {cell}")
            failures += build.failures()
            outer.append(f"{cell} as {quoted(column.name)}")
        outer += [quoted(name) for name in names if name != column.name]
        for condition, reason, rule in failures:
            code = f"{index}|{reason}"
            rules[code] = (column.name, rule, reason)
            cases.append(f"when {condition} then {literal(code)}")
    absent = " or ".join(f"{presence[name]} is null" for name in spec.rows.where_present if name in presence)
    if absent:
        # A row that is not this entity's is not judged by it: an invoice not yet paid is no bad receipt.
        cases.insert(0, f"when {absent} then cast(null as varchar)")
    bad = f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"
    sql = f"""
        select {", ".join(outer)}, _line, {bad} as _bad, {absent or "false"} as _out
        from (select {", ".join(inner)} from incoming)"""
    return Checked(sql, rules, raw)


class _Cell:
    """Canonical expression and failing conditions of one kept column; `cell` is the alias of the expression."""

    def __init__(
        self, column: ColumnSpec, source: str, cell: str, canonical: bool, timezone: str, max_text: int
    ) -> None:
        self.column, self.source, self.cell, self.canonical = column, source, cell, canonical
        self.timezone, self.max_text = timezone, max_text
        value = source
        if column.strip_prefix:
            prefix = literal(column.strip_prefix)
            rest = f"substr({value}, {len(column.strip_prefix) + 1})"
            value = f"case when starts_with({value}, {prefix}) then {rest} else {value} end"
        if column.default is not None:
            value = f"coalesce({value}, {literal(column.default)})"
        if column.tenant_values:
            whens = " ".join(
                f"when {literal(key)} then {literal(new)}" for key, new in column.tenant_values.items()
            )
            value = f"case {value} {whens} else {value} end"
        if column.values is not None:
            whens = " ".join(
                f"when {literal(key)} then {literal(new)}" for key, new in column.values.items() if key
            )
            value = f"case {value} {whens} end" if whens else "cast(null as varchar)"
        self.value = value
        self.expression = getattr(self, f"_{column.type}")(value)

    def failures(self) -> list[tuple[str, str, str]]:
        """Conditions that fail, with reason code and rule, first one wins."""
        kind, cell = self.column.type, self.cell
        failed = f"{self.source} is not null and {cell} is null"
        if self.column.values is not None:
            return [(failed, "unmapped_value", "a value of the value map")]
        if self.column.choices is not None:
            listed = ", ".join(map(literal, self.column.choices))
            rule = "one of " + ", ".join(self.column.choices)
            return [(f"{cell} not in ({listed})", "unmapped_value", rule)]
        if kind in ("text", "choice"):
            return [
                (f"length({cell}) > {self.max_text}", "text_too_long", f"at most {self.max_text} characters"),
                (
                    f"regexp_matches({cell}, {literal(_CONTROL)})",
                    "control_character",
                    "no control characters",
                ),
                (f"contains({cell}, chr(65533))", "replacement_character", "text decoded without loss"),
            ]
        reason = {"decimal": "number", "integer": "number"}.get(kind, kind)
        return [(failed, f"bad_{reason}", self._rule())]

    def _rule(self) -> str:
        column = self.column
        if column.type in ("date", "timestamp"):
            told = [_EPOCH_RULE if text.startswith("epoch_ms") else text for text in self._formats()]
            return f"a {column.type} as {' or '.join(told)}"
        if column.type == "id":
            return _SHAPES[column.shape][1]
        if column.type == "decimal":
            places = CONTROL_DECIMALS if column.control else _DECIMALS
            marks = f"decimal mark {column.number.decimal}"
            marks += f", thousands mark {column.number.thousands}" if column.number.thousands else ""
            least = ", not below zero" if column.no_negative else ""
            return f"a plain number{least}, {marks}, at most 18 digits before and {places} after the mark"
        return {
            "integer": "a whole number",
            "boolean": "true/false, yes/no or 1/0",
            "currency": "a currency code of three letters",
        }[column.type]

    def _formats(self) -> list[str]:
        plain = {"date": ["%Y-%m-%d"], "timestamp": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]}
        return list(self.column.formats) or plain[self.column.type]

    def _text(self, value: str) -> str:
        return value

    _choice = _text

    def _id(self, value: str) -> str:
        shape = literal(_SHAPES[self.column.shape][0])
        # The length apart: a counted repeat of a Unicode class is a hundred times slower.
        good = f"length({value}) <= {_LONGEST_ID} and regexp_full_match({value}, {shape})"
        if self.column.shape != "digits":
            none = f"{_NO_IDS}|{_PLACEHOLDERS}" if self.column.not_null else _NO_IDS
            good += f" and not regexp_full_match({value}, {literal(none)})"
        return f"case when {good} then {value} end"

    def _date(self, value: str) -> str:
        parsed = self._parsed(value, self._formats())
        if self.canonical:
            zone = literal(self.timezone)
            aware = f"timezone({zone}, {self._parsed(value, _TYPED[2:])})"
            parsed = f"coalesce({self._parsed(value, _TYPED[:2])}, {aware})"
        day = f"try_cast(coalesce({parsed}, {self._epoch(value)}) as date)"
        return (
            f"case when {day} between date '1900-01-01' and date '2199-12-31' then cast({day} as varchar) end"
        )

    def _timestamp(self, value: str) -> str:
        moment = self._utc(value, _TYPED if self.canonical else self._formats())
        return (
            f"case when year({moment}) between 1900 and 2199 then strftime({moment}, '%Y-%m-%d %H:%M:%S') end"
        )

    def _utc(self, value: str, formats: list[str]) -> str:
        """Moments with an offset go by it, others by the warehouse's time zone."""
        aware = [text for text in formats if "%z" in text]
        local = [text for text in formats if "%" in text and "%z" not in text]
        options = [self._epoch(value)]
        if local:
            zone = literal(self.timezone)
            options.append(f"timezone('UTC', timezone({zone}, {self._parsed(value, local)}))")
        options += [f"timezone('UTC', {self._parsed(value, [text])})" for text in aware]
        return f"coalesce({', '.join(options)})"

    @staticmethod
    def _parsed(value: str, formats: list[str]) -> str:
        """Read a value by the first format that fits; one without marks between its parts needs all its digits."""
        options = []
        parted = [text for text in formats if "%" in text and not _UNPARTED.search(text)]
        if parted:
            options.append(f"try_strptime({value}, [{', '.join(map(literal, parted))}])")
        for text in filter(_UNPARTED.search, formats):
            # 2024113 may be the third of November or the thirteenth of January.
            parts = re.findall("%.|[^%]", text)
            shape = "".join(_DIGITS.get(part, ".+" if "%" in part else re.escape(part)) for part in parts)
            whole = f"case when regexp_full_match({value}, {literal(shape)}) then {value} end"
            options.append(f"try_strptime({whole}, {literal(text)})")
        return f"coalesce({', '.join(options)}, {_NEVER})" if options else _NEVER

    def _epoch(self, value: str) -> str:
        """Milliseconds since 1970 as a moment at the declared offset (UTC without one)."""
        declared = [text for text in self._formats() if text.startswith("epoch_ms")]
        if not declared:
            return _NEVER
        offset = declared[0].removeprefix("epoch_ms")
        minutes = int(offset[:3]) * 60 + int(offset[0] + offset[4:]) if offset else 0
        moment = f"epoch_ms(try_cast({value} as bigint) + {minutes * 60_000})"
        return f"case when regexp_full_match({value}, {literal(_EPOCH_MS)}) then {moment} end"

    def _decimal(self, value: str) -> str:
        places = CONTROL_DECIMALS if self.column.control else _DECIMALS
        # Databases pad with zeros (1000.000000000): those are no further places.
        return self._number(value, f"(\\.[0-9]{{1,{places}}}0*)?")

    def _integer(self, value: str) -> str:
        return self._number(value, "(\\.0+)?" if self.canonical else "")

    def _number(self, value: str, fraction: str) -> str:
        style = self.column.number
        plain, digits = value, "[0-9]{1,18}"
        if not self.canonical:
            if style.parentheses:
                inside = f"substr({value}, 2, length({value}) - 2)"
                plain = f"case when {value} like '(%)' then '-' || {inside} else {plain} end"
            if style.thousands:
                mark, point = literal(style.thousands), style.decimal
                grouped = f"[-+]?[1-9][0-9]{{0,2}}([{style.thousands}][0-9]{{3}}){{1,5}}([{point}][0-9]+)?"
                fits = f"not contains({plain}, {mark}) or regexp_full_match({plain}, {literal(grouped)})"
                # Marks that do not part thousands are another notation: 1,2,3 and 0,123 and 1.234,56 are refused.
                plain = f"case when {fits} then replace({plain}, {mark}, '') end"
            if style.decimal == ",":
                plain = f"case when not contains({plain}, '.') then replace({plain}, ',', '.') end"
        sign = "[+]?" if self.column.no_negative else "[-+]?"
        good = f"regexp_full_match({plain}, {literal(sign + digits + fraction)})"
        number = f"case when {good} then ltrim({plain}, '+') end"
        return number if self.column.type == "decimal" else f"split_part({number}, '.', 1)"

    def _boolean(self, value: str) -> str:
        whens = " ".join(
            f"when lower({value}) in ({', '.join(map(literal, words))}) then {literal(answer)}"
            for answer, words in _BOOLEANS.items()
        )
        return f"case {whens} end"

    def _currency(self, value: str) -> str:
        return f"case when regexp_full_match(upper({value}), '[A-Z]{{3}}') then upper({value}) end"
