"""What sqlfluff's jinja templater lacks of dbt, so that models lint in seconds without a dbt parse or a warehouse.

sqlfluff loads this folder as a library: every public name here is a name in the models' Jinja.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


class _Adapter:
    """`adapter.dispatch(name)`: DuckDB's own version of a macro, or the default one."""

    @pass_context
    def dispatch(self, context: Context, name: str, macro_namespace: str | None = None) -> Callable[..., Any]:
        for prefix in ("duckdb__", "default__"):
            macro = context.get(prefix + name)
            if macro:
                return macro
        raise LookupError(
            f"macro {name} has neither a duckdb__ nor a default__ version in dbt_project/macros"
        )


class _Dbt:
    """The `dbt.` macros in their DuckDB form; linting needs valid SQL, not dbt's exact text."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("type_"):
            return lambda: name.removeprefix("type_")
        return lambda *args, **kwargs: f"{name}({', '.join(str(a) for a in (*args, *kwargs.values()))})"


class _Target:
    """`target.name` and friends: the nightly build target."""

    name, type, schema, database = "build", "duckdb", "main", "warehouse"


adapter, dbt, target = _Adapter(), _Dbt(), _Target()
execute = False


def env_var(name: str, default: str = "") -> str:
    """dbt's env_var without the environment: linting must not depend on a machine."""
    return default or name
