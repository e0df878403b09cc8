"""On PYTHONPATH, in every Python process of a run: only this machine is reached, each attempt to leave is written down.

CRW_NETWORK_LOG names a file; one JSON line per process started and per attempt refused. An audit hook sees what any
library does through Python's sockets, and it cannot be taken off again.
"""

import json
import os
import sys
from ipaddress import ip_address

_LOG = os.environ.get("CRW_NETWORK_LOG", "")
_CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request"}


def _note(kind: str, what: object) -> None:
    # Without the text of a script given with -c, which is the test's own.
    command = [word for word in sys.orig_argv[1:4] if "\n" not in word]
    line = json.dumps({"kind": kind, "what": str(what), "pid": os.getpid(), "command": command})
    descriptor = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (line + "\n").encode())
    finally:
        os.close(descriptor)


def _is_here(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple) -> None:
    if event in _CONNECTING:
        address = arguments[1]
        # A path is a socket of this machine; anything else begins with a host.
        outside = isinstance(address, tuple) and not _is_here(address[0])
    elif event in _RESOLVING:
        address = arguments[0]
        outside = not _is_here(address)
    else:
        return
    if outside:
        _note(event, address)
        raise PermissionError(f"network access is denied in this test: {event}")


if _LOG:
    sys.addaudithook(_guard)
    _note("started", "")
