"""Where master keys lie: the environment, or a file readable by its owner alone, always outside the warehouse."""

import base64
import contextlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from orchestration.errors import ConfigurationError
from orchestration.files import fsync_dir
from orchestration.protection.keys import FILE_VARIABLE, HOW_TO_MAKE, KEY_BYTES, KEY_VARIABLE, MasterKey

NEXT_VARIABLE = "CRW_NEXT_MASTER_KEY"
DEFAULT_FILE = Path(".crw") / "master.key"
_RETIRED = re.compile(r"\.[a-p]{16}")


class KeySettings(Protocol):
    """What the keys need of the settings."""

    @property
    def warehouse(self) -> Path: ...

    @property
    def mode(self) -> str: ...


@dataclass(frozen=True)
class MasterKeys:
    """The master keys at hand: the current one, the next one while a rotation is under way, and retired ones.

    `path` is the key file, or None when the key comes from the environment. Beside it lie `<name>.next` and
    `<name>.<key id>`: a retired key stays until nothing needs it and its owner says so (`crw keys forget`).
    """

    current: MasterKey
    upcoming: MasterKey | None = None
    retired: tuple[MasterKey, ...] = ()
    path: Path | None = None

    @classmethod
    def load(cls, settings: KeySettings, environ: Mapping[str, str] | None = None) -> "MasterKeys":
        """Read the keys from CRW_MASTER_KEY or a key file; in demo mode make the file on first use.

        Raises ConfigurationError: no key in production, key readable by others, wrong length, key in the warehouse.
        """
        environ = os.environ if environ is None else environ
        if text := environ.get(KEY_VARIABLE):
            coming = environ.get(NEXT_VARIABLE)
            return cls(
                MasterKey.decode(text, KEY_VARIABLE),
                MasterKey.decode(coming, NEXT_VARIABLE) if coming else None,
            )
        path = Path(environ.get(FILE_VARIABLE) or DEFAULT_FILE).expanduser().absolute()
        refuse_inside(path, settings.warehouse)
        if not path.exists():
            if settings.mode != "demo":
                raise ConfigurationError(
                    f"No master key: {KEY_VARIABLE} is not set and the key file {path} does not exist.",
                    HOW_TO_MAKE,
                )
            _make(path)
        current, next_path = _read(path), _next(path)
        coming = _read(next_path) if next_path.exists() else None
        return cls(current, coming, tuple(_read(old) for old in _retired(path)), path)

    def master(self, key_id: str) -> MasterKey:
        """The key of an id. Raises KeyError for one that is not at hand."""
        known = {key.key_id: key for key in (*self.retired, self.upcoming, self.current) if key}
        return known[key_id]

    def make_next(self) -> "MasterKeys":
        """Make the next key beside the current one. Raises ConfigurationError when the key is not in a file."""
        if self.path is None:
            raise ConfigurationError(
                f"The master key comes from {KEY_VARIABLE}: a command cannot change the environment it is run in.",
                f"put a new key into {NEXT_VARIABLE} (`openssl rand -base64 32`) beside it and run this again.",
            )
        _make(_next(self.path))
        return MasterKeys(self.current, _read(_next(self.path)), self.retired, self.path)

    def promote(self) -> "MasterKeys":
        """Make the next key the current one, the current one a retired one: one replace of the key file."""
        assert self.upcoming is not None, "no next key"
        retired = (*self.retired, self.current)
        if self.path is not None:
            with contextlib.suppress(FileExistsError):
                os.link(self.path, self.path.with_name(f"{self.path.name}.{self.current.key_id}"))
            fsync_dir(self.path.parent)
            os.replace(_next(self.path), self.path)
            fsync_dir(self.path.parent)
        return MasterKeys(self.upcoming, None, retired, self.path)

    def forget(self, key_id: str) -> None:
        """Remove the file of a retired key. Raises ConfigurationError when there is none."""
        beside = {path.suffix[1:]: path for path in _retired(self.path)} if self.path else {}
        if key_id not in beside:
            raise ConfigurationError(
                "There is no retired key of this id beside the key file.", "`crw keys show` lists the keys."
            )
        path = beside[key_id]
        path.unlink()
        fsync_dir(path.parent)


def refuse_inside(path: Path, warehouse: Path, what: str = "key file", variable: str = FILE_VARIABLE) -> None:
    """Raise ConfigurationError for a private file in the warehouse folder, also through a link."""
    if path.resolve().is_relative_to(warehouse.resolve()):
        raise ConfigurationError(
            f"The {what} {path} lies inside the warehouse folder, where every copy of the data would carry it.",
            f"move it out of the warehouse and name it in {variable}.",
        )


def read_private(path: Path, what: str, *, own: bool = False) -> str:
    """Text of a file only its owner can open; checks and reads one open file, so that both are the same one.

    `own`: it has to belong to this process's user or to root. Raises ConfigurationError: not readable, open to group
    or others, or another user's.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise ConfigurationError(
            f"The {what} {path} cannot be read ({error.strerror}).", "let its owner run the warehouse."
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        mode = status.st_mode
        if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigurationError(
                f"The {what} {path} is open to group or others (mode {stat.S_IMODE(mode):04o}).",
                f"`chmod 600 {path}`; if others may have read or changed it, make a new one.",
            )
        if own and status.st_uid not in (0, os.geteuid()):
            raise ConfigurationError(
                f"The {what} {path} belongs to another user (uid {status.st_uid}).",
                "have the user that runs the warehouse, or root, own it.",
            )
        return file.read(64 * 1024).decode("utf-8", "replace")


def _read(path: Path) -> MasterKey:
    return MasterKey.decode(read_private(path, "key file"), str(path))


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _retired(path: Path) -> list[Path]:
    beside = path.parent.glob(f"{path.name}.*")
    return sorted(one for one in beside if _RETIRED.fullmatch(one.name.removeprefix(path.name)))


def _make(path: Path) -> None:
    """Create a key file 0600; when another process was first, its key stands."""
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
