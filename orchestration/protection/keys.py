"""The master key and the subkeys derived from it; none of them ever lies in the warehouse folder."""

import base64
import binascii
import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from orchestration.errors import ConfigurationError
from orchestration.files import fsync_dir

KEY_VARIABLE = "CRW_MASTER_KEY"
FILE_VARIABLE = "CRW_MASTER_KEY_FILE"
DEFAULT_FILE = Path(".crw") / "master.key"
KEY_BYTES = 32
_SALT = b"customer-risk-warehouse/1"
_HOW_TO_MAKE = (
    f"make one with `(umask 077; openssl rand -base64 32 > master.key)`, keep it outside the warehouse and in a "
    f"backup of its own, and name it in {FILE_VARIABLE}."
)


class KeySettings(Protocol):
    """What the keys need of the settings."""

    @property
    def warehouse(self) -> Path: ...

    @property
    def mode(self) -> str: ...


def letters(data: bytes) -> str:
    """Write bytes in the letters a-p, two per byte: no scanner can take the result for a number."""
    return data.hex().translate(_HEX_TO_LETTERS)


_HEX_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True)
class MasterKey:
    """32 secret bytes; `subkey` derives one key per purpose, so that no two purposes share one."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ConfigurationError(
                f"The master key has to be {KEY_BYTES} bytes, written in base64.", _HOW_TO_MAKE
            )

    def __repr__(self) -> str:
        return f"MasterKey(key_id={self.key_id})"

    @cached_property
    def key_id(self) -> str:
        """Public name of this key, 16 letters: tells two keys apart and says nothing about either."""
        return letters(self._derive("key-id", 8))

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose, such as `vault` or `pseudonym:email` (HKDF-SHA-256)."""
        return self._derive(purpose, KEY_BYTES)

    def _derive(self, purpose: str, length: int) -> bytes:
        return HKDF(SHA256(), length, _SALT, purpose.encode()).derive(self.secret)

    @classmethod
    def load(cls, settings: KeySettings, environ: Mapping[str, str] | None = None) -> "MasterKey":
        """Read the key from CRW_MASTER_KEY or a key file; in demo mode make the file on first use.

        Raises ConfigurationError: no key in production, key readable by others, wrong length, key in the warehouse.
        """
        environ = os.environ if environ is None else environ
        if text := environ.get(KEY_VARIABLE):
            return cls(_decode(text, KEY_VARIABLE))
        path = Path(environ.get(FILE_VARIABLE) or DEFAULT_FILE).expanduser()
        _refuse_inside(path, settings.warehouse)
        if not path.exists():
            if settings.mode != "demo":
                raise ConfigurationError(
                    f"No master key: {KEY_VARIABLE} is not set and the key file {path} does not exist.",
                    _HOW_TO_MAKE,
                )
            _make(path)
        return cls(_read(path))


def _refuse_inside(path: Path, warehouse: Path) -> None:
    if path.resolve().is_relative_to(warehouse.resolve()):
        raise ConfigurationError(
            f"The key file {path} lies inside the warehouse folder, where every copy of the data would carry it.",
            f"move it out of the warehouse and name it in {FILE_VARIABLE}.",
        )


def _make(path: Path) -> None:
    """Create the key file 0600; when another process was first, its key stands."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)
    fsync_dir(path.parent)


def _read(path: Path) -> bytes:
    """Check and read one open file, so that the file checked is the file read."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} cannot be read ({error.strerror}).", "let its owner run the warehouse."
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigurationError(
                f"The key file {path} is open to group or others (mode {stat.S_IMODE(mode):04o}).",
                f"`chmod 600 {path}`; if others may have read it, make a new key.",
            )
        return _decode(file.read(1024).decode("ascii", "replace"), str(path))


def _decode(text: str, where: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ConfigurationError(f"{where} does not hold {KEY_BYTES} bytes in base64.", _HOW_TO_MAKE)
    return secret
