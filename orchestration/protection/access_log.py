"""The access log: who saw which clear value, when and why; written before the value is shown, and chained.

Each line carries an HMAC over itself and the line before, under a key of the key ring; a head kept apart, beside the
master key's file, counts the lines. So an edit, a removal, another order, a cut tail and a log taken from a backup all
show, and no line can be made without the key. No line holds a clear value.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import clock
from orchestration.errors import CrwError
from orchestration.files import fsync_dir, make_dirs
from orchestration.protection.access_head import START
from orchestration.protection.keyring import KeyRing

LOG = Path("access") / "log.jsonl"
WAY_OUT = "keep both files as they are, tell the person responsible for information protection, and compare a backup."


@dataclass(frozen=True)
class Entry:
    """One line: `who` the person, `subject` the pseudonym asked for, `outcome` shown or why it was refused."""

    number: int
    at: str
    who: str
    role: str
    action: str
    subject: str
    reason: str
    outcome: str


@dataclass(frozen=True)
class Verified:
    """What a verification found: whole lines, the first problem in words (None: the log is whole), the last mark.

    The mark stands for all lines: whoever notes it elsewhere can tell later that these lines did not change.
    """

    entries: int
    problem: str | None
    mark: str


class AccessLog:
    """The log of one warehouse. Raises CrwError when it cannot be written or is not whole: then nothing is shown."""

    def __init__(self, ring: KeyRing) -> None:
        self.path = ring.warehouse / LOG
        self.head = ring.access_head()

    def append(
        self, at: datetime, who: str, role: str, action: str, subject: str, reason: str, outcome: str
    ) -> Entry:
        """Write one line and its head, both on disk when this returns."""
        try:
            with self._locked():
                found = self._verify()
                if found.problem:
                    raise CrwError(f"The access log is not whole: {found.problem} Nothing is shown.", WAY_OUT)
                number = found.entries + 1
                entry = Entry(number, clock.iso(at), who, role, action, subject, reason, outcome)
                mac = self.head.line_mac(found.mark, asdict(entry))
                self._write({**asdict(entry), "mac": mac})
                self.head.write(number, mac)
        except OSError as error:
            raise CrwError(
                f"The access log {self.path} cannot be written ({error.strerror}). Nothing is shown.",
                "make room or mend the rights; no value leaves the vault without a line in the log.",
            ) from None
        return entry

    def entries(self) -> list[Entry]:
        """All lines, oldest first, as they stand. Raises CrwError for a line that cannot be read."""
        try:
            return [Entry(**{k: v for k, v in line.items() if k != "mac"}) for line in self._lines()]
        except (ValueError, TypeError):
            problem = self.verify().problem
            raise CrwError(f"The access log is not whole: {problem}", WAY_OUT) from None

    def verify(self) -> Verified:
        """Check every line against the one before it, and the last against the head."""
        with self._locked():
            return self._verify()

    def _verify(self) -> Verified:
        marks = [START, START]
        for number, text in enumerate(self._texts(), 1):
            try:
                line = json.loads(text)
                mac, body = line["mac"], {k: v for k, v in line.items() if k != "mac"}
                good = body["number"] == number and hmac.compare_digest(
                    mac, self.head.line_mac(marks[-1], body)
                )
            except (ValueError, KeyError, TypeError):
                good = False
            if not good:
                problem = f"line {number} was changed, or lines before it were removed or moved."
                return Verified(number - 1, problem, marks[-1])
            marks.append(mac)
        count = len(marks) - 2
        return Verified(count, self.head.problem(count, marks[-1], marks[-2]), marks[-1])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        make_dirs(self.path.parent)
        descriptor = os.open(self.path.with_name("lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, line: dict[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False) + "\n"
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            end = content.rfind(b"\n") + 1
            os.ftruncate(descriptor, end)
            os.pwrite(descriptor, text.encode(), end)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fsync_dir(self.path.parent)

    def _texts(self) -> list[str]:
        """Whole lines; a torn one at the end was never counted by the head, so nothing was shown for it."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return content.decode("utf-8", "replace").split("\n")[:-1]

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self._texts()]
