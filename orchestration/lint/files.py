"""Rules over committed files: one clock in Python, nothing of one machine or one package index."""

import ast
import re
from collections.abc import Iterator

from orchestration.lint.project import Project, Violation

_CLOCK_HOME = "orchestration/clock.py"
_CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("Timestamp", "now"),
    ("Timestamp", "today"),
    ("pendulum", "now"),
}
# In pieces, so that this file does not break its own rule.
_HOSTS = "|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(?:org|com)", "deb" + r"\.debian"))
_PATHS = r"(?<![\w.$}/~-])/(?:" + "|".join(("home", "Users", "root", "work", "opt", "mnt", "farm")) + r")/"
_MACHINE = re.compile(f"{_HOSTS}|{_PATHS}")


def one_clock(project: Project) -> Iterator[Violation]:
    """Python takes time as an argument; only orchestration/clock.py reads it. Durations are free."""
    for path, text in project.files.items():
        if not path.endswith(".py") or path == _CLOCK_HOME:
            continue
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            name = getattr(owner, "attr", getattr(owner, "id", ""))
            if (name, node.func.attr) in _CLOCKS:
                call = f"{name}.{node.func.attr}()"
                message, way_out = (
                    f"{call} reads the clock.",
                    "take the time as an argument, from clock.utc_now().",
                )
                yield Violation("one-clock", path, node.lineno, call, message, way_out)


def no_machine(project: Project) -> Iterator[Violation]:
    """No absolute path of one machine and no package index's host."""
    for path, text in project.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            found = _MACHINE.search(line)
            if found:
                message = f"{found.group()} belongs to one machine or one package index."
                yield Violation(
                    "no-machine", path, number, found.group(), message, "use a relative path or a setting."
                )


RULES = (one_clock, no_machine)
