"""Breaks one system call of a child process with strace: killed at its entry, or answered with an error."""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable

CALLS = (
    "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,symlink,symlinkat,mkdir,mkdirat,unlink,unlinkat,"
    "rmdir,ftruncate"
)
FAULTS = {"SIGKILL": "signal=KILL", "ENOSPC": "error=ENOSPC", "EIO": "error=EIO"}
_PR_SET_PTRACER = 0x59616D61
Work = Callable[[Callable[[], None]], object]


def why_not() -> str:
    """Why no fault can be injected here; empty when it works."""
    if shutil.which("strace") is None:
        return "strace is not installed (Debian: apt-get install strace)"
    tried = subprocess.run(
        ["strace", "-o", os.devnull, "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    return "" if tried.returncode == 0 else "ptrace is forbidden here"


def run(work: Work, options: list[str] | None) -> tuple[str, str]:
    """Run `work(ready)` in a forked child and break it, once it is ready, as strace's `options` say.

    Returns what it said (published, failed, killed) and strace's log. `options` None runs it whole.
    """
    ready, tell = os.pipe()
    wait, go = os.pipe()
    child = os.fork()
    if child == 0:
        _child(work, tell, wait)
    os.close(tell)
    os.close(wait)
    tracer, log = None, ""
    with tempfile.NamedTemporaryFile("r") as file:
        if os.read(ready, 1) and options is not None:
            command = ["strace", "-f", "-o", file.name, *options, "-p", str(child)]
            tracer = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
            assert tracer.stderr is not None
            attached = tracer.stderr.readline()
            assert "attached" in attached, attached
        os.write(go, b"g")
        os.close(go)
        os.close(ready)
        _, status = os.waitpid(child, 0)
        if tracer is not None:
            tracer.wait()
            tracer.stderr.close()
            log = file.read()
    said = "killed" if os.WIFSIGNALED(status) else "published" if os.WEXITSTATUS(status) == 0 else "failed"
    return said, log


def _child(work: Work, tell: int, wait: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1))

    def ready() -> None:
        os.write(tell, b"r")
        os.read(wait, 1)

    code = 1
    try:
        work(ready)
        code = 0
    except OSError:
        code = 74
    finally:
        os._exit(code)


def points(work: Work) -> dict[str, int]:
    """How often the work makes each of the system calls that change what is on disk."""
    said, log = run(work, ["-e", f"trace={CALLS}"])
    assert said == "published", said
    return dict(Counter(re.findall(r"^\d+ +(\w+)\(", log, re.MULTILINE)))


def broken(work: Work, call: str, number: int, fault: str) -> tuple[str, bool]:
    """Run the work with its `number`-th `call` broken; what it said, and whether it came that far."""
    rule = f"inject={call}:{FAULTS[fault]}:when={number}"
    said, log = run(work, ["-e", f"trace={call}", "-e", rule])
    return said, "INJECTED" in log or "+++ killed by SIGKILL" in log
