"""Text files: the declared encoding and no other, checked over the whole file before a row is read."""

import codecs
from pathlib import Path

from orchestration.landing.readers.base import Refused

_CHUNK = 1 << 20
# So many bytes outside ASCII that are valid UTF-8 are UTF-8: in GBK the odds are below one in a million.
_TELLING_BYTES = 12


def codec(encoding: str) -> str:
    """Name of the codec; UTF-8 drops a byte order mark."""
    name = codecs.lookup(encoding).name
    return "utf-8-sig" if name == "utf-8" else name


def check_text(path: Path, encoding: str) -> bool:
    """Decode a whole file strictly; whether its last line has no end. Raises Refused: undecodable, nul_byte."""
    name = codec(encoding)
    decoder = codecs.getincrementaldecoder(name)("strict")
    as_utf8 = None if name.startswith(("utf-8", "utf_8")) else codecs.getincrementaldecoder("utf-8")("strict")
    line, telling, at_start, last = 1, 0, True, "\n"
    with open(path, "rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                broken = line + error.object[: error.start].count(b"\n")
                raise _undecodable(encoding, broken) from None
            if "\x00" in text:
                where = line + text[: text.index("\x00")].count("\n")
                raise Refused(
                    "nul_byte",
                    "the file holds a NUL character",
                    line=where,
                    way_out="export it again as plain text.",
                )
            if as_utf8 is not None:
                if at_start and chunk.startswith(codecs.BOM_UTF8):
                    raise _undecodable(encoding, 1)
                try:
                    decoded = as_utf8.decode(chunk, final=not chunk)
                    telling += (
                        0 if decoded.isascii() else len(decoded.encode()) - sum(map(str.isascii, decoded))
                    )
                except UnicodeDecodeError:
                    as_utf8 = None
            last = text[-1:] or last
            if not chunk:
                break
            line += text.count("\n")
            at_start = False
    if as_utf8 is not None and telling >= _TELLING_BYTES and not name.startswith(("utf-16", "utf_16")):
        raise _undecodable(encoding, None)
    return last not in "\r\n"


def _undecodable(encoding: str, line: int | None) -> Refused:
    return Refused(
        "undecodable",
        f"the file is not text in {encoding}",
        line=line,
        way_out=f"save it as {encoding}, or declare the encoding it has.",
    )
