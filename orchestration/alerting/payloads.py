"""What each kind of receiver wants to be sent; pure functions of an alert."""

import base64
import hashlib
import hmac
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode

from orchestration import clock
from orchestration.alerting.alert import Alert

# Longest text each receiver takes, in bytes of UTF-8, a little below its documented limit.
WECOM_BYTES = 2000
DINGTALK_BYTES = 18_000
SLACK_BYTES = 3_500
SOURCE = "customer-risk-warehouse"


def generic(alert: Alert, alert_id: str) -> dict[str, Any]:
    """Plain JSON; `id` stays the same when an alert is sent again, so that a receiver can drop the second."""
    return {
        "format": 1,
        "source": SOURCE,
        "id": alert_id,
        "cause": alert.cause,
        "severity": alert.severity,
        "title": alert.title,
        "lines": list(alert.lines),
        "as_of": alert.as_of,
        "raised_at": clock.iso(alert.raised_at),
    }


def slack(alert: Alert) -> dict[str, Any]:
    """Slack's incoming webhook, understood by Mattermost and others; its control signs are escaped."""
    text = alert.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": clipped(text, SLACK_BYTES)}


def dingtalk(alert: Alert) -> dict[str, Any]:
    """A DingTalk robot's plain text: nothing in it is read as markup, nobody is called by name."""
    return {"msgtype": "text", "text": {"content": clipped(alert.text, DINGTALK_BYTES)}}


def wecom(alert: Alert) -> dict[str, Any]:
    """A WeCom (企业微信) group robot's plain text."""
    return {"msgtype": "text", "text": {"content": clipped(alert.text, WECOM_BYTES)}}


def dingtalk_signature(secret: str, now: datetime) -> str:
    """Query parameters by which a DingTalk robot with the security setting 加签 knows its sender."""
    timestamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return urlencode({"timestamp": timestamp, "sign": base64.b64encode(digest).decode()})


def mail(alert: Alert, alert_id: str, sender: str, receivers: list[str]) -> EmailMessage:
    """One plain-text message; its id stays the same when it is sent again."""
    message = EmailMessage()
    message["Subject"] = f"[{alert.severity}] {' '.join(alert.title.split())}"
    message["From"] = sender
    message["To"] = ", ".join(receivers)
    message["Date"] = alert.raised_at
    message["Message-ID"] = f"<{alert_id}@{SOURCE}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(alert.text + "\n")
    return message


def clipped(text: str, limit: int) -> str:
    """Cut a text to `limit` bytes of UTF-8, between signs, and say so."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    end = "\n… (more: crw status)"
    return encoded[: limit - len(end.encode())].decode(errors="ignore") + end
