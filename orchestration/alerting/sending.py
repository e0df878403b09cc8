"""Puts one message on the wire; what goes wrong is told by class and code, never with an address or a secret."""

import http.client
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

# Seconds one receiver may take; a night waits for it at most once.
TIMEOUT = 10
_MOST_BYTES = 65_536


class Undeliverable(Exception):
    """A receiver did not take an alert; the text says why and carries no secret."""


@dataclass(frozen=True)
class Mailbox:
    """An SMTP account: security is starttls, tls or none."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    receivers: tuple[str, ...]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET without its body, and take the token elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    """POST JSON and return the reply, parsed when it is JSON. Raises Undeliverable."""
    request = urllib.request.Request(
        url,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8", "User-Agent": "crw", **(headers or {})},
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as reply:
            text = reply.read(_MOST_BYTES)
    except urllib.error.HTTPError as error:
        raise Undeliverable(f"HTTP {error.code}") from None
    except urllib.error.URLError as error:
        raise Undeliverable(_reason(error.reason)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Undeliverable(_reason(error)) from None
    try:
        return json.loads(text)
    except ValueError:
        return None


def send_mail(mailbox: Mailbox, message: EmailMessage) -> None:
    """Hand one message to the mail server; a refused receiver is a failure. Raises Undeliverable."""
    try:
        with _connected(mailbox) as server:
            if mailbox.user:
                server.login(mailbox.user, mailbox.password)
            refused = server.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise Undeliverable(f"SMTP {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Undeliverable(_reason(error)) from None
    if refused:
        raise Undeliverable(f"SMTP refused {len(refused)} of {len(mailbox.receivers)} receivers")


def _connected(mailbox: Mailbox) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mailbox.security == "tls":
        return smtplib.SMTP_SSL(mailbox.host, mailbox.port, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(mailbox.host, mailbox.port, timeout=TIMEOUT)
    if mailbox.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _reason(error: object) -> str:
    """Class and error number: the text of a network error may quote the address that was called."""
    number = getattr(error, "errno", None)
    return f"{type(error).__name__}{f' {number}' if isinstance(number, int) else ''}"
