"""The head of the access log, kept apart from it: how many lines there are, and the mark of the last one."""

import hmac
import json
from pathlib import Path
from typing import Any

from orchestration.files import write_json
from orchestration.protection.keys import SecretKey

START = "0" * 64


class AccessHead:
    """The signed head in a folder; it is there before the first line, so that a missing one is always a finding."""

    def __init__(self, folder: Path, secret: SecretKey) -> None:
        self.path = folder / f"access-{secret.key_id}.head"
        self._key = secret.subkey("access-log")

    def begin(self) -> None:
        """Write the head of a log without lines."""
        self.write(0, START)

    def write(self, number: int, mac: str) -> None:
        """Count one line more, on disk when this returns. Raises OSError."""
        write_json(self.path, self._signed(number, mac))

    def problem(self, count: int, last: str, last_but_one: str) -> str | None:
        """What the head says against a log of `count` lines that ends in these marks; None when they agree."""
        try:
            head = json.loads(self.path.read_bytes())
            number, mac = head["number"], head["mac"]
            signed = hmac.compare_digest(head["sign"], self._signed(number, mac)["sign"])
        except FileNotFoundError:
            return f"its head {self.path} is missing; the log has {count} lines."
        except (ValueError, KeyError, TypeError):
            return f"its head {self.path} was changed."
        if not signed:
            return f"its head {self.path} was changed."
        if number > count:
            return f"lines {count + 1} to {number} are missing from the end."
        # A line more than the head counts: killed between the two, before anything was shown.
        if (number, mac) not in ((count, last), (count - 1, last_but_one)):
            return f"its head {self.path} is not of this log: it counts {number} lines, the log has {count}."
        return None

    def line_mac(self, before: str, body: dict[str, Any]) -> str:
        """Mark of one line: HMAC-SHA-256 over the mark of the line before and the line itself."""
        text = json.dumps([before, body], sort_keys=True, ensure_ascii=False)
        return hmac.digest(self._key, b"line" + text.encode(), "sha256").hex()

    def _signed(self, number: int, mac: str) -> dict[str, Any]:
        sign = hmac.digest(self._key, f"head{number}|{mac}".encode(), "sha256").hex()
        return {"number": number, "mac": mac, "sign": sign}
