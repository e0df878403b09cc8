"""Durable small steps on files: what is written here survives a kill whole or not at all."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any


def fsync_file(path: Path) -> None:
    """Flush one file to disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_dir(path: Path) -> None:
    """Flush the names inside one folder to disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder`, then the folder itself."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            fsync_file(Path(parent) / name)
        fsync_dir(Path(parent))


def make_dirs(path: Path) -> None:
    """Create a folder and its missing parents, each name flushed to disk."""
    if path.is_dir():
        return
    make_dirs(path.parent)
    path.mkdir(mode=0o750, exist_ok=True)
    fsync_dir(path.parent)


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file whole: temporary name beside it, fsync, replace, fsync of the folder."""
    make_dirs(path.parent)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with open(temporary, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    fsync_dir(path.parent)


def remove_unfinished(folder: Path) -> list[Path]:
    """Remove what a killed `write_atomic` left in a folder that nobody else writes to now. Returns it."""
    left = sorted(folder.glob(".*.tmp"))
    for path in left:
        path.unlink(missing_ok=True)
    return left


def write_json(path: Path, value: Any) -> None:
    """Write JSON whole, keys sorted so that equal content is equal bytes."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str)
    write_atomic(path, (text + "\n").encode())


def json_texts(value: Any) -> Iterator[str]:
    """Every key and text of a parsed JSON document, in no order."""
    left = [value]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str):
            yield value


def sha256_file(path: Path) -> str:
    """Return the hex SHA-256 of a file's bytes."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def remove_tree(folder: Path) -> None:
    """Remove a folder, a file or a link; absent is fine."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink(missing_ok=True)
    elif folder.exists():
        shutil.rmtree(folder)
