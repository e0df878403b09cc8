"""Who acts, and which roles they hold: the login of the operating system, and a roles file its owner alone can write.

A role is no option and no variable, because whoever asks could set it. The person is the user that logged in, also
behind `sudo` (Linux keeps that id through it), so people need not share an account that can read the key.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from orchestration.errors import ConfigurationError
from orchestration.protection.key_files import DEFAULT_FILE, read_private, refuse_inside

ROLES_VARIABLE = "CRW_ROLES_FILE"
DEFAULT_ROLES = DEFAULT_FILE.with_name("roles.yml")
Role = Literal["privacy_officer", "auditor"]
ROLES: tuple[Role, ...] = ("privacy_officer", "auditor")
_LOGIN = Path("/proc/self/loginuid")
_NO_LOGIN = 2**32 - 1
_SHAPE = "version: 1\nroles:\n  privacy_officer: [NAME]\n  auditor: [NAME]"


@dataclass(frozen=True)
class Operator:
    """A person by login name, with the roles the file gives them."""

    name: str
    roles: frozenset[Role]

    def require(self, *accepted: Role) -> Role:
        """The role that permits an action. Raises ConfigurationError when the person holds none of them."""
        for role in accepted:
            if role in self.roles:
                return role
        raise ConfigurationError(
            f"{self.name} has no role that permits this (one of: {', '.join(accepted)}).",
            f"have the owner of {roles_file()} enter the login name there: {_SHAPE!r}; its mode is 0600.",
        )


def roles_file() -> Path:
    """The roles file: CRW_ROLES_FILE, else beside the key file's usual place."""
    return Path(os.environ.get(ROLES_VARIABLE) or DEFAULT_ROLES).expanduser().absolute()


def login_name() -> str:
    """Name of the user that logged in; of the process's real user where nobody did (a service, a container)."""
    try:
        login = int(_LOGIN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        login = _NO_LOGIN
    uid = os.getuid() if login == _NO_LOGIN else login
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def current_operator(warehouse: Path) -> Operator:
    """The person who runs this process, with their roles; nobody has one without a roles file.

    Raises ConfigurationError: the file is open to others, lies in the warehouse, or is not understood.
    """
    name, path = login_name(), roles_file()
    refuse_inside(path, warehouse, "roles file", ROLES_VARIABLE)
    if not path.exists():
        return Operator(name, frozenset())
    return Operator(name, frozenset(role for role, names in _read(path).items() if name in names))


def _read(path: Path) -> dict[Role, list[str]]:
    # Whoever asks may name a file in a variable or a folder of their own, but cannot make one of this user's.
    text = read_private(path, "roles file", own=True)
    try:
        content = yaml.safe_load(text)
        roles = content["roles"]
        good = content["version"] == 1 and set(roles) <= set(ROLES)
        good = good and all(isinstance(names, list) for names in roles.values())
        good = good and all(isinstance(name, str) for names in roles.values() for name in names)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        good = False
    if not good:
        raise ConfigurationError(
            f"The roles file {path} is not understood.",
            f"write it as {_SHAPE!r}, roles of {', '.join(ROLES)}.",
        )
    return roles
