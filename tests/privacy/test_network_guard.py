"""What the guard of the watched nights sees, and that every tool's telemetry is off however it is started."""

from pathlib import Path

import pytest

from tests.support.project import PROJECT_ROOT
from tests.support.watched import Watched

TRIES = {
    "an address": "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
    "a name": "import urllib.request as r; r.urlopen('http://telemetry.example.org')",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "a child": "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "'import socket; socket.gethostbyname(\"example.org\")'], check=True)",
}


@pytest.mark.parametrize("code", TRIES.values(), ids=TRIES)
def test_an_attempt_to_leave_is_refused_and_written_down(code: str, tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    assert watched.run("tries", code) == 1
    assert [entry for entry in watched.network if entry["kind"] != "started"]


def test_this_machine_may_be_reached(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    code = "import socket; print(len(socket.getaddrinfo('localhost', 80))); a, b = socket.socketpair()"
    assert watched.run("stays", code) == 0
    assert [entry["kind"] for entry in watched.network] == ["started"]


FLAGS = {
    "dbt": """
from orchestration.building.dbt_runner import _QUIET
from dbt.cli.main import cli
from dbt.config.project import load_raw_project
assert load_raw_project("ROOT/dbt_project")["flags"]["send_anonymous_usage_stats"] is False
assert "--no-send-anonymous-usage-stats" in _QUIET
""",
    "dagster": """
from pathlib import Path
import os, shutil
shutil.copy("ROOT/orchestration/dagster.yaml", Path(os.environ["DAGSTER_HOME"]) / "dagster.yaml")
import dagster as dg
with dg.DagsterInstance.get() as instance:
    assert instance.telemetry_enabled is False
""",
    "great expectations": """
import os
import expectations.engine
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
context = expectations.engine.gx.get_context(mode="ephemeral")
assert context.variables.analytics_enabled is not True
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("tool", FLAGS)
def test_telemetry_is_off_without_make(tool: str, tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    assert watched.run("flags", FLAGS[tool].replace("ROOT", str(PROJECT_ROOT))) == 0, watched.said("flags")
