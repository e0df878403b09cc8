"""Each kind of receiver gets what it understands; what goes wrong is told without an address or a secret."""

import base64
import hashlib
import hmac
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration.alerting import payloads
from orchestration.alerting.alert import Alert, impersonal
from orchestration.alerting.channels import channels
from orchestration.alerting.sending import Undeliverable
from orchestration.errors import ConfigurationError
from tests.alerting.receivers import Mail, Web, certificate
from tests.night.tiny import moment

ALERT = Alert(
    cause="run:refused:land:header_only",
    severity="critical",
    title="Night refused: as of 2026-06-30, phase land",
    lines=("One <file> & more 文件",),
    as_of="2026-06-30",
    raised_at=moment(30),
)
TEXT = "Night refused: as of 2026-06-30, phase land\nOne <file> & more 文件\nRaised 2026-06-30T12:00:00Z"


def send(environment: dict[str, str]) -> None:
    (channel,) = channels(environment)
    channel.send(ALERT, "id1")


def smtp(mail: Mail, **more: str) -> dict[str, str]:
    return {
        "CRW_ALERT_SMTP_HOST": "127.0.0.1",
        "CRW_ALERT_SMTP_PORT": str(mail.port),
        "CRW_ALERT_SMTP_SECURITY": "none",
        "CRW_ALERT_MAIL_FROM": "crw@example.com",
        "CRW_ALERT_MAIL_TO": "a@example.com, b@example.com",
        **more,
    }


def test_generic_webhook_gets_every_field_and_the_token(web: Web) -> None:
    send({"CRW_ALERT_WEBHOOK_URL": web.url(), "CRW_ALERT_WEBHOOK_TOKEN": "t0ken"})
    ((_, headers, body),) = web.got
    assert headers["Authorization"] == "Bearer t0ken"
    assert body == {
        "format": 1,
        "source": "customer-risk-warehouse",
        "id": "id1",
        "cause": ALERT.cause,
        "severity": "critical",
        "title": ALERT.title,
        "lines": list(ALERT.lines),
        "as_of": "2026-06-30",
        "raised_at": "2026-06-30T12:00:00Z",
    }


def test_slack_gets_its_control_signs_escaped(web: Web) -> None:
    send({"CRW_ALERT_SLACK_URL": web.url()})
    assert web.bodies == [{"text": TEXT.replace("&", "&amp;").replace("<file>", "&lt;file&gt;")}]


@pytest.mark.parametrize("kind", ["DINGTALK", "WECOM"])
def test_group_robots_get_plain_text_and_their_refusal_is_one(web: Web, kind: str) -> None:
    web.reply = b'{"errcode": 0, "errmsg": "ok"}'
    send({f"CRW_ALERT_{kind}_URL": web.url("/send?access_token=abc")})
    assert web.bodies == [{"msgtype": "text", "text": {"content": TEXT}}]
    for reply, told in ((b'{"errcode": 310000, "errmsg": "sign"}', "errcode 310000"), (b"hello", "missing")):
        web.reply = reply
        with pytest.raises(Undeliverable, match=told):
            send({f"CRW_ALERT_{kind}_URL": web.url("/send?access_token=abc")})


def test_dingtalk_is_signed_as_its_manual_says(web: Web) -> None:
    web.reply = b'{"errcode": 0}'
    url = web.url("/robot/send?access_token=abc")
    send({"CRW_ALERT_DINGTALK_URL": url, "CRW_ALERT_DINGTALK_SECRET": "SEC1"})
    query = parse_qs(urlsplit(web.got[0][0]).query)
    signed = f"{query['timestamp'][0]}\nSEC1".encode()
    expected = base64.b64encode(hmac.new(b"SEC1", signed, hashlib.sha256).digest()).decode()
    assert query["access_token"] == ["abc"]
    assert query["sign"] == [expected]
    assert len(query["timestamp"][0]) == 13


def test_mail_reaches_every_receiver(mail: Mail) -> None:
    send(smtp(mail))
    ((receivers, text),) = mail.got
    assert receivers == ["<a@example.com>", "<b@example.com>"]
    message = message_from_bytes(text, policy=policy.default)
    assert message["Subject"] == f"[critical] {ALERT.title}"
    assert message["Message-ID"] == "<id1@customer-risk-warehouse>"
    assert message.get_content().replace("\r\n", "\n") == TEXT + "\n"


def test_a_refused_receiver_is_a_failure(mail: Mail) -> None:
    mail.refuse = True
    with pytest.raises(Undeliverable, match="SMTPRecipientsRefused"):
        send(smtp(mail))


def test_mail_is_never_sent_in_clear_where_encryption_is_asked_for(mail: Mail) -> None:
    with pytest.raises(Undeliverable):
        send(smtp(mail, CRW_ALERT_SMTP_SECURITY="starttls"))
    assert mail.got == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("trusted", [True, False])
def test_mail_logs_in_once_it_is_encrypted_and_only_where_the_certificate_is_known(
    mail: Mail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, trusted: bool
) -> None:
    file, mail.secret = certificate(tmp_path)
    mail.implicit = security == "tls"
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    account = {"CRW_ALERT_SMTP_USER": "crw", "CRW_ALERT_SMTP_PASSWORD": "verysecret"}
    environment = smtp(mail, CRW_ALERT_SMTP_SECURITY=security, **account)
    if not trusted:
        with pytest.raises(Undeliverable, match="SSLCertVerificationError"):
            send(environment)
        assert mail.got == []
        assert "AUTH" not in dict(mail.heard)
        return
    send(environment)
    assert len(mail.got) == 1
    assert ("crw verysecret", True) in mail.heard
    assert all(encrypted for word, encrypted in mail.heard if word in ("AUTH", "MAIL", "RCPT", "DATA"))


@pytest.mark.parametrize(("status", "told"), [(500, "HTTP 500"), (403, "HTTP 403"), (302, "HTTP 302")])
def test_anything_but_success_is_undelivered_and_no_redirect_is_followed(
    web: Web, status: int, told: str
) -> None:
    web.status = status
    with pytest.raises(Undeliverable, match=told):
        send({"CRW_ALERT_WEBHOOK_URL": web.url()})
    assert [path for path, _, _ in web.got] == ["/hook"]


def test_an_unreachable_receiver_is_told_without_its_address() -> None:
    with pytest.raises(Undeliverable) as caught:
        send({"CRW_ALERT_SLACK_URL": "http://127.0.0.1:9/services/T0/B0/verysecret"})
    assert str(caught.value) == "ConnectionRefusedError 111"


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"CRW_ALERT_SLACK_URL": "hooks.slack.example/x"}, "CRW_ALERT_SLACK_URL"),
        ({"CRW_ALERT_WECOM_URL": "http://qyapi.example/send?key=verysecret"}, "CRW_ALERT_WECOM_URL"),
        ({"CRW_ALERT_WEBHOOK_URL": "https://[bad/verysecret"}, "CRW_ALERT_WEBHOOK_URL"),
        ({"CRW_ALERT_SMTP_HOST": "mail.example"}, "CRW_ALERT_MAIL_FROM"),
        ({"CRW_ALERT_SMTP_HOST": "m", "CRW_ALERT_SMTP_PORT": "99999"}, "CRW_ALERT_SMTP_PORT"),
        ({"CRW_ALERT_SMTP_HOST": "m", "CRW_ALERT_SMTP_SECURITY": "ssl3"}, "CRW_ALERT_SMTP_SECURITY"),
        (
            {
                "CRW_ALERT_SMTP_HOST": "mail.example",
                "CRW_ALERT_SMTP_SECURITY": "none",
                "CRW_ALERT_SMTP_USER": "crw",
                "CRW_ALERT_SMTP_PASSWORD": "verysecret",
            },
            "CRW_ALERT_SMTP_PASSWORD",
        ),
    ],
)
def test_a_bad_setting_names_its_variable_and_no_secret(environment: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        channels(environment)
    assert "verysecret" not in str(caught.value)


def test_long_texts_are_cut_between_signs() -> None:
    cut = payloads.clipped("客户" * 2000, payloads.WECOM_BYTES)
    assert len(cut.encode()) <= payloads.WECOM_BYTES
    assert cut.endswith("… (more: crw status)")
    assert "�" not in cut
    assert payloads.clipped("short", payloads.WECOM_BYTES) == "short"


@pytest.mark.parametrize("value", ["13800138000", "zhang.san@example.com", "11010519491231002X"])
def test_what_looks_personal_does_not_leave_the_house(value: str) -> None:
    assert value not in impersonal(f"Not landed: {value}.csv of 2026-06-30, run rcf4e49dea367")
    assert "2026-06-30, run rcf4e49dea367" in impersonal(
        f"Not landed: {value}.csv of 2026-06-30, run rcf4e49dea367"
    )
