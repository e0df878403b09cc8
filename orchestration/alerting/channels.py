"""Where alerts go: from the environment alone, so that no address, token or password lies in a file of ours."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from orchestration import clock
from orchestration.alerting import payloads
from orchestration.alerting.alert import Alert
from orchestration.alerting.sending import Mailbox, Undeliverable, post, send_mail
from orchestration.errors import ConfigurationError

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Channel:
    """One receiver; `send(alert, alert_id)` raises Undeliverable with a reason that holds no secret."""

    name: str
    send: Callable[[Alert, str], None]


def channels(environment: Mapping[str, str] | None = None) -> list[Channel]:
    """The receivers that CRW_ALERT_* name; none is no error. Raises ConfigurationError naming the variable."""
    values = os.environ if environment is None else environment
    found = []
    if url := _url(values, "CRW_ALERT_WEBHOOK_URL", secret=False):
        found.append(Channel("webhook", _webhook(url, values.get("CRW_ALERT_WEBHOOK_TOKEN", ""))))
    if url := _url(values, "CRW_ALERT_SLACK_URL"):
        found.append(Channel("slack", _slack(url)))
    if url := _url(values, "CRW_ALERT_DINGTALK_URL"):
        found.append(Channel("dingtalk", _dingtalk(url, values.get("CRW_ALERT_DINGTALK_SECRET", ""))))
    if url := _url(values, "CRW_ALERT_WECOM_URL"):
        found.append(Channel("wecom", _wecom(url)))
    if values.get("CRW_ALERT_SMTP_HOST"):
        found.append(Channel("mail", _mail(_mailbox(values))))
    return found


def _webhook(url: str, token: str) -> Callable[[Alert, str], None]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(alert: Alert, alert_id: str) -> None:
        post(url, payloads.generic(alert, alert_id), headers)

    return send


def _slack(url: str) -> Callable[[Alert, str], None]:
    def send(alert: Alert, alert_id: str) -> None:
        post(url, payloads.slack(alert))

    return send


def _dingtalk(url: str, secret: str) -> Callable[[Alert, str], None]:
    def send(alert: Alert, alert_id: str) -> None:
        # Signed at the moment of sending: the robot takes a signature for an hour.
        signature = f"&{payloads.dingtalk_signature(secret, clock.utc_now())}" if secret else ""
        _accepted(post(url + signature, payloads.dingtalk(alert)))

    return send


def _wecom(url: str) -> Callable[[Alert, str], None]:
    def send(alert: Alert, alert_id: str) -> None:
        _accepted(post(url, payloads.wecom(alert)))

    return send


def _mail(mailbox: Mailbox) -> Callable[[Alert, str], None]:
    def send(alert: Alert, alert_id: str) -> None:
        send_mail(mailbox, payloads.mail(alert, alert_id, mailbox.sender, list(mailbox.receivers)))

    return send


def _accepted(reply: object) -> None:
    """DingTalk and WeCom refuse with HTTP 200 and an error code in the body."""
    code = reply.get("errcode") if isinstance(reply, dict) else None
    if code != 0:
        raise Undeliverable(
            f"the receiver refused it, errcode {code if isinstance(code, int) else 'missing'}"
        )


def _url(values: Mapping[str, str], name: str, *, secret: bool = True) -> str:
    """The URL of a variable; one that carries a token has to be encrypted unless it stays on this machine."""
    url = values.get(name, "").strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigurationError(f"{name} is not an http(s) URL.", "write it as https://host/path.")
    token = secret or bool(values.get("CRW_ALERT_WEBHOOK_TOKEN"))
    if token and parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigurationError(f"{name} would send its token in clear.", "use https.")
    return url


def _mailbox(values: Mapping[str, str]) -> Mailbox:
    security = values.get("CRW_ALERT_SMTP_SECURITY", "starttls").strip().lower()
    if security not in _PORTS:
        raise ConfigurationError("CRW_ALERT_SMTP_SECURITY is unknown.", "use starttls, tls or none.")
    port = values.get("CRW_ALERT_SMTP_PORT", "").strip() or str(_PORTS[security])
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigurationError("CRW_ALERT_SMTP_PORT is not a port.", "give a number from 1 to 65535.")
    host = values["CRW_ALERT_SMTP_HOST"].strip()
    user, password = values.get("CRW_ALERT_SMTP_USER", ""), values.get("CRW_ALERT_SMTP_PASSWORD", "")
    if user and security == "none" and host not in _LOOPBACK:
        raise ConfigurationError(
            "CRW_ALERT_SMTP_PASSWORD would be sent in clear.", "use CRW_ALERT_SMTP_SECURITY starttls or tls."
        )
    sender = values.get("CRW_ALERT_MAIL_FROM", "").strip()
    receivers = tuple(part.strip() for part in values.get("CRW_ALERT_MAIL_TO", "").split(",") if part.strip())
    for name, addresses in (("CRW_ALERT_MAIL_FROM", (sender,)), ("CRW_ALERT_MAIL_TO", receivers)):
        if not addresses or any("@" not in address or len(address.split()) != 1 for address in addresses):
            raise ConfigurationError(f"{name} holds no mail address.", "give addresses separated by commas.")
    return Mailbox(host, int(port), security, user, password, sender, receivers)
