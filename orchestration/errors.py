"""Errors people meet: one message with the way out, and the exit code of the command."""


class CrwError(Exception):
    """Expected failure: `message` says what is wrong, `way_out` what to do; never a cell value."""

    exit_code = 1
    title = "Error"

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.way_out = way_out

    def __str__(self) -> str:
        return f"{self.message} Way out: {self.way_out}" if self.way_out else self.message


class ConfigurationError(CrwError):
    """Bad usage, setting, mapping or key: nothing was started."""

    exit_code = 2
    title = "Configuration"


class LandingRefused(CrwError):
    """A delivered file was refused, or a required input is not known: nothing was built."""

    exit_code = 1
    title = "Landing refused"


class RunHeld(CrwError):
    """What was landed is unlike the last accepted delivery: a person has to release it before anything is built."""

    exit_code = 1
    title = "Run held"


class BuildFailed(CrwError):
    """dbt could not build a model: the message names models and error classes only."""

    exit_code = 1
    title = "Build failed"


class AuditRefused(CrwError):
    """The audit did not pass: the version served before stays served."""

    exit_code = 1
    title = "Audit refused"


class RunActive(CrwError):
    """Another run holds the lock of this warehouse."""

    exit_code = 75
    title = "Run active"


class NoRoom(CrwError):
    """The disk is full: what is served did not change."""

    exit_code = 74
    title = "No room"
