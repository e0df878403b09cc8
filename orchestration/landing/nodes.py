"""YAML with positions: every key and value knows its line, so that an error can point at it."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import ConfigurationError

KeyPath = tuple[str | int, ...]


class MappingError(ConfigurationError):
    """A mapping or landing specification that cannot be used; `file`, `line` and `key_path` say where."""

    def __init__(self, file: Path, line: int, key_path: KeyPath, expected: str, way_out: str = "") -> None:
        self.file, self.line, self.key_path, self.expected = file, line, key_path, expected
        where = dotted(key_path) or "the document"
        super().__init__(
            f"{file.name}, line {line}, {where}: expected {expected}.", way_out or f"correct {file.name}."
        )


class Document:
    """A parsed YAML file: `data` holds plain dicts, lists and strings; `line(path)` finds the source line."""

    def __init__(self, file: Path, data: Any, lines: dict[KeyPath, int]) -> None:
        self.file, self.data, self._lines = file, data, lines

    def line(self, path: KeyPath) -> int:
        """Line of a key path, or of its nearest known parent."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def error(self, path: KeyPath, expected: str, way_out: str = "") -> MappingError:
        """Build the error for a key path."""
        return MappingError(self.file, self.line(path), path, expected, way_out)


def read_document(file: Path) -> Document:
    """Parse a YAML file, scalars kept as text (so `Yes` stays a word). Raises MappingError with the line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise MappingError(file, 1, (), "a file in UTF-8", "save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1 if error.problem_mark else 1
        way_out = "check indents, colons and quotes; a pattern that begins with * needs quotes."
        raise MappingError(file, line, (), "valid YAML", way_out) from None
    except yaml.YAMLError:
        raise MappingError(file, 1, (), "valid YAML without control characters") from None
    except RecursionError:
        raise MappingError(file, 1, (), "a document that is not nested without end") from None
    lines: dict[KeyPath, int] = {}
    if root is None:
        raise MappingError(file, 1, (), "a document with keys, not an empty file")
    data = _plain(file, root, (), lines, set())
    return Document(file, data, lines)


def _plain(file: Path, node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if id(node) in seen:
        raise MappingError(file, line, path, "plain YAML without anchors and aliases")
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, (*path, i), lines, seen) for i, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        key_line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise MappingError(file, key_line, path, "a plain text key")
        here = (*path, key)
        if key in result:
            raise MappingError(file, key_line, here, "each key once", "remove or rename the second one.")
        lines[here] = key_line
        result[key] = _plain(file, value_node, here, lines, seen)
    return result


def dotted(path: KeyPath) -> str:
    """Write a key path as people do: files[0].columns.amount."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return ` (did you mean "x"?)` for the closest valid name, or a list of the valid ones."""
    names = sorted(valid)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else f" (one of: {', '.join(names[:30])})"
