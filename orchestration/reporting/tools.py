"""Versions of the tools that made a version, for its manifest."""

import platform
from importlib.metadata import version

TOOLS = ("customer-risk-warehouse", "duckdb", "dbt-core", "dbt-duckdb", "great-expectations", "pyarrow")


def tool_versions() -> dict[str, str]:
    """Return name -> version of Python and of the tools that shape the published rows and files."""
    return {"python": platform.python_version(), **{name: version(name) for name in TOOLS}}
