"""Settings of a warehouse: from the environment (CRW_*), overridden by command options."""

import os
import re
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from orchestration.errors import ConfigurationError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
_VARIABLES = {
    "warehouse": "CRW_WAREHOUSE",
    "landing": "CRW_LANDING",
    "timezone": "CRW_TIMEZONE",
    "mode": "CRW_MODE",
    "memory_limit": "CRW_MEMORY_LIMIT",
    "threads": "CRW_THREADS",
    "keep_versions": "CRW_KEEP_VERSIONS",
    "grace_hours": "CRW_GRACE_HOURS",
}


class Settings(BaseModel):
    """Frozen settings; `landing` None means the shipped demo exports."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    warehouse: Path = Path("warehouse")
    landing: Path | None = None
    timezone: str = "Asia/Shanghai"
    mode: Literal["demo", "production"] = "demo"
    memory_limit: str = "3GB"
    threads: int = Field(default=2, ge=1, le=256)
    keep_versions: int = Field(default=7, ge=1)
    grace_hours: float = Field(default=24, ge=0)
    project_root: Path = PROJECT_ROOT

    @field_validator("warehouse")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("landing")
    @classmethod
    def _landing_absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("expected an IANA time zone such as Asia/Shanghai") from error
        return value

    @field_validator("memory_limit")
    @classmethod
    def _memory(cls, value: str) -> str:
        if not re.fullmatch(r"\d+(\.\d+)? ?(MB|GB|TB|MiB|GiB|TiB)", value):
            raise ValueError("expected a size such as 3GB or 2GiB")
        return value

    @property
    def half_memory(self) -> str:
        """Half of the memory limit, for one of two that work at the same time."""
        number = float("".join(c for c in self.memory_limit if c.isdigit() or c == "."))
        return f"{number / 2:g}{self.memory_limit.lstrip('0123456789. ')}"

    @property
    def rules_dir(self) -> Path:
        """Folder of the rule tables the business edits."""
        return self.project_root / "seeds" / "rules"

    @property
    def dbt_dir(self) -> Path:
        """Folder of the dbt project."""
        return self.project_root / "dbt_project"

    @property
    def demo_dir(self) -> Path:
        """Folder of the shipped demo exports."""
        return self.project_root / "seeds" / "demo"

    @property
    def landing_dir(self) -> Path:
        """Folder that a run lands: the given one, else the shipped demo exports."""
        return self.landing or self.demo_dir

    @classmethod
    def from_environment(cls, **overrides: Any) -> "Settings":
        """Read CRW_* variables; overrides that are not None win. Raises ConfigurationError (exit 2)."""
        values = {name: os.environ[key] for name, key in _VARIABLES.items() if os.environ.get(key)}
        values.update({name: value for name, value in overrides.items() if value is not None})
        try:
            return cls(**values)
        except ValidationError as error:
            problems = []
            for item in error.errors(include_url=False, include_input=False, include_context=False):
                name = str(item["loc"][0]) if item["loc"] else "settings"
                problems.append(f"{_VARIABLES.get(name, name)}: {item['msg']}")
            raise ConfigurationError(
                "Bad setting. " + "; ".join(problems) + ".", "correct the variable or option and run again."
            ) from None
