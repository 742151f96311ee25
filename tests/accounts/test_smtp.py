"""Mail over SMTP, to a real server on this machine: what goes over the line, encrypted, and what when it fails."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from flask.testing import FlaskClient

from app.adapters import mail
from app.config import MailServer, NotConfigured, settings
from app.db import db
from app.models import Outbox
from app.web import clock
from tests.accounts.post import delivered, sign_up
from tests.web.test_start import PRODUCTION

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
LETTER = {
    "to": "lin@example.org",
    "subject": "均摊：请确认您的邮箱",
    "text": "第一句。\n\nhttps://x/1\n",
    "key": "mail:1",
}
SENDER = "均摊 Juntan <mail@juntan.example>"


@dataclass
class Box:
    """What the server was handed, and whether it may be."""

    letters: list[Any] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: Any, _session: object, envelope: Any) -> str:  # noqa: N802
        """Take a letter, or say that the box is full."""
        if self.refuses:
            return "452 4.2.2 mailbox full"
        self.letters.append((envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine, signed by itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown, hidden = folder / "cert.pem", folder / "key.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    hidden.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return shown, hidden


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def serve(certificate: tuple[Path, Path]) -> Iterator[Callable[[str], tuple[Box, MailServer]]]:
    """Start a server with this kind of encryption; gives its box, and how to reach it."""
    running: list[Controller] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)

    def knows(_server: object, _session: object, _envelope: object, _mechanism: str, said: LoginPassword) -> AuthResult:
        return AuthResult(success=(said.login, said.password) == (b"juntan", b"a long drawn secret"))

    def start(security: str) -> tuple[Box, MailServer]:
        box = Box()
        how: dict[str, Any] = {"authenticator": knows, "auth_required": True, "auth_require_tls": security != "none"}
        if security == "tls":
            how |= {"ssl_context": context, "auth_require_tls": False}
        elif security == "starttls":
            how |= {"tls_context": context, "require_starttls": True}
        port = free_port()
        server = Controller(box, hostname="127.0.0.1", port=port, **how)
        server.start()
        running.append(server)
        user, password = "juntan", "a long drawn secret"
        return box, MailServer("127.0.0.1", port, security, user, password, SENDER, str(certificate[0]))

    yield start
    for server in running:
        server.stop()


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_letter_arrives_as_it_was_written(app: Flask, serve: Any, security: str) -> None:
    box, server = serve(security)
    app.config["MAIL"] = server
    with app.app_context():
        mail.send(**LETTER)
        mail.send(**LETTER)
    assert box.encrypted == [security != "none"] * 2
    envelope, letter = box.letters[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("mail@juntan.example", ["lin@example.org"])
    assert (letter["Subject"], letter["From"], letter["To"]) == (LETTER["subject"], SENDER, "lin@example.org")
    assert letter.get_content().replace("\r\n", "\n") == LETTER["text"]
    assert letter.get_content_type() == "text/plain"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == box.letters[1][1]["Message-ID"], "sent twice, it is known as one"


def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(app: Flask, serve: Any) -> None:
    for security in ("starttls", "tls"):
        box, server = serve(security)
        app.config["MAIL"] = MailServer(
            server.host, server.port, security, server.user, server.password, SENDER, authority=""
        )
        with app.app_context(), pytest.raises(ssl.SSLCertVerificationError):
            mail.send(**LETTER)
        assert box.letters == []


def test_a_server_without_encryption_is_not_spoken_to_when_it_was_asked_for(app: Flask, serve: Any) -> None:
    _box, plain = serve("none")
    app.config["MAIL"] = MailServer(plain.host, plain.port, "starttls", "", "", SENDER, "")
    with app.app_context(), pytest.raises(smtplib.SMTPNotSupportedError):
        mail.send(**LETTER)


def test_mail_that_is_not_taken_stays_in_the_outbox_and_goes_later(app: Flask, client: FlaskClient, serve: Any) -> None:
    box, app.config["MAIL"] = serve("starttls")
    box.refuses = True
    sign_up(client)
    delivered(app, [])
    with app.app_context():
        waiting = db.session.scalars(db.select(Outbox).where(Outbox.kind == "mail-link")).one()
        assert (waiting.done_at, waiting.attempts) == (None, 1)
        assert "lin@" not in str(waiting.last_error)
    box.refuses = False
    delivered(app, [], clock.real_now() + dt.timedelta(hours=1))
    assert [letter["To"] for _envelope, letter in box.letters] == ["lin@example.org"]


def test_without_a_server_the_log_says_that_a_mail_was_written_and_not_to_whom(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context(), caplog.at_level("INFO", "juntan.mail"):
        mail.send(**LETTER)
    assert "example.org" in caplog.text
    assert "lin@" not in caplog.text
    assert "https://x/1" not in caplog.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"JUNTAN_SMTP_HOST": " "}, "JUNTAN_SMTP_HOST"),
        ({"JUNTAN_MAIL_FROM": ""}, "JUNTAN_MAIL_FROM"),
        ({"JUNTAN_MAIL_FROM": "mail"}, "must be an address"),
        ({"JUNTAN_SMTP_SECURITY": "ssl"}, "starttls, tls, none"),
        ({"JUNTAN_SMTP_SECURITY": "none"}, "on this machine only"),
        ({"JUNTAN_SMTP_USER": "juntan"}, "set both or neither"),
        ({"JUNTAN_SMTP_USER": "juntan", "JUNTAN_SMTP_PASSWORD": "Changeme"}, "that everybody knows"),
        ({"JUNTAN_SMTP_USER": "juntan", "JUNTAN_SMTP_PASSWORD": "juntan"}, "that everybody knows"),
        ({"JUNTAN_SMTP_PORT": "smtp"}, "JUNTAN_SMTP_PORT"),
    ],
)
def test_production_starts_with_a_sound_mail_server_only(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(NotConfigured, match=said):
        settings({**PRODUCTION, **wrong})


def test_the_password_of_the_mail_server_stands_in_no_log() -> None:
    server = settings({**PRODUCTION, "JUNTAN_SMTP_USER": "juntan", "JUNTAN_SMTP_PASSWORD": "a long drawn secret"})[
        "MAIL"
    ]
    assert (server.port, server.security) == (587, "starttls")
    assert "drawn" not in repr(server)
