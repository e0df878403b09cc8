"""Receivers on this machine: an HTTP server that keeps what it is sent, and the smallest mail server there is."""

import base64
import ipaddress
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orchestration import clock


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
    """Envelopes and messages taken; `refuse` answers every receiver with 550.

    `secret` encrypts, from the start when `implicit`, else after STARTTLS; `heard` are words and logins, each with
    whether it came encrypted.
    """

    port: int = 0
    refuse: bool = False
    secret: ssl.SSLContext | None = None
    implicit: bool = False
    got: list[tuple[list[str], bytes]] = field(default_factory=list)
    heard: list[tuple[str, bool]] = field(default_factory=list)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that signs itself: its file, and the context of a server that has it."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")]),
    )
    now = clock.utc_now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file, whole = folder / "sink.pem", folder / "sink-key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    whole.write_bytes(private + file.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return file, context


@contextmanager
def mail() -> Iterator[Mail]:
    """A running mail sink."""
    state = Mail()

    class Handler(socketserver.StreamRequestHandler):
        encrypted = False

        def encrypt(self) -> None:
            assert state.secret is not None
            self.request = state.secret.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
            self.encrypted = True

        def handle(self) -> None:
            try:
                if state.implicit:
                    self.encrypt()
                self.converse()
            except ssl.SSLError:
                state.heard.append(("hung up", self.encrypted))

        def converse(self) -> None:
            receivers: list[str] = []
            self.say("220 sink")
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                state.heard.append((verb, self.encrypted))
                if verb == "EHLO" and state.secret:
                    offers = ["AUTH PLAIN", "8BITMIME"] if self.encrypted else ["AUTH PLAIN", "STARTTLS"]
                    self.say("250-sink\r\n250-{}\r\n250 {}".format(*offers))
                elif verb == "STAR":
                    self.say("220 go on")
                    self.encrypt()
                elif verb == "AUTH":
                    login = base64.b64decode(line.split()[-1]).decode()
                    state.heard.append((login.replace("\0", " ").strip(), self.encrypted))
                    self.say("235 welcome")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                elif verb == "RCPT":
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
