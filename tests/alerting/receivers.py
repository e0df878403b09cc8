"""Receivers on this machine: an HTTP server that keeps what it is sent, and the smallest mail server there is."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Web:
    """What came in, and what is answered: `status`, `reply`."""

    port: int = 0
    status: int = 200
    reply: bytes = b"ok"
    got: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    def url(self, path: str = "/hook") -> str:
        """Address of a path of this receiver."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def bodies(self) -> list[Any]:
        """Bodies received, parsed, in order."""
        return [body for _, _, body in self.got]


@contextmanager
def web() -> Iterator[Web]:
    """A running HTTP receiver."""
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(state.status)
            if 300 <= state.status < 400:
                self.send_header("Location", state.url("/elsewhere"))
            self.end_headers()
            self.wfile.write(state.reply)

        def do_GET(self) -> None:
            state.got.append((self.path, dict(self.headers), None))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        server.shutdown()


@dataclass
class Mail:
    """Envelopes and messages taken; `refuse` answers every receiver with 550."""

    port: int = 0
    refuse: bool = False
    got: list[tuple[list[str], bytes]] = field(default_factory=list)


@contextmanager
def mail() -> Iterator[Mail]:
    """A running mail sink."""
    state = Mail()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            receivers: list[str] = []
            self.say("220 sink")
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "QUIT":
                    self.say("221 bye")
                    return
                if verb == "RCPT":
                    receivers.append(line.partition(":")[2])
                    self.say("550 no" if state.refuse else "250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    lines = []
                    while (text := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(text)
                    state.got.append((receivers, b"".join(lines)))
                    self.say("250 taken")
                else:
                    self.say("250 ok")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield state
        server.shutdown()
