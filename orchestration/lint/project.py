"""What the rules look at: the committed files, the dbt manifest, the dictionary of columns."""

import csv
import io
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LARGEST = 1_000_000  # bytes; longer files are data, not text that somebody wrote


@dataclass(frozen=True)
class Violation:
    """One row of a rule's result. `subject` is the name within the file that an exception refers to."""

    rule: str
    path: str
    line: int
    subject: str
    message: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.message} Way out: {self.way_out}"


@dataclass(frozen=True)
class Project:
    """Relative path -> text of every committed file, and the parsed manifest."""

    files: dict[str, str]
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def models(self) -> list[dict[str, Any]]:
        """Model nodes, in path order."""
        return self.nodes("model")

    def nodes(self, resource_type: str) -> list[dict[str, Any]]:
        """Manifest nodes of one type, in path order."""
        found = [node for node in self.manifest["nodes"].values() if node["resource_type"] == resource_type]
        return sorted(found, key=lambda node: (node["original_file_path"], node["name"]))

    def rows(self, path: str) -> list[dict[str, str]]:
        """Rows of a committed CSV file; none when there is no such file."""
        return list(csv.DictReader(io.StringIO(self.files.get(path, "").lstrip("\ufeff"))))

    def line_of(self, path: str, text: str) -> int:
        """First line of a file that holds the text; 1 when none does."""
        lines = self.files.get(path, "").splitlines()
        return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def node_path(node: dict[str, Any]) -> str:
    """Path of a manifest node's file from the project's root."""
    return f"dbt_project/{node['original_file_path']}"


def described_in(node: dict[str, Any]) -> str:
    """Path of the YAML file that describes a node, else of the node's own file."""
    patch = node.get("patch_path")
    return f"dbt_project/{patch.split('://', 1)[-1]}" if patch else node_path(node)


def read_files(root: Path) -> dict[str, str]:
    """Texts of the files that git tracks or would add; binary and very long ones are left out."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    texts = {}
    for name in sorted(filter(None, listed.split("\0"))):
        path = root / name
        if not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return texts
