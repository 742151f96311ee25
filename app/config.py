"""From the environment to settings: read once, checked once, and refused in one sentence when something is missing.

Demonstration and production differ in exactly one word, `JUNTAN_MODE`. The demonstration makes its own secrets and
keeps them beside its database; production takes every secret from its environment and starts with none missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.help_settings import HelpNotConfigured, HelpSettings, help_settings
from app.payment_settings import PaymentSettings, PaymentsNotConfigured, payment_settings
from app.secret_settings import SecretsNotConfigured, given_secrets, key_list, own_secrets

ROOT: Final = Path(__file__).resolve().parent.parent
MODES: Final = ("demo", "production")
MEBIBYTE: Final = 1024 * 1024
DEMO_HOST: Final = "juntan.example"
"""Whose public log it is in a demonstration that was not told its address."""
SESSION_SECONDS: Final = 30 * 24 * 3600
"""How long a browser keeps its key. How long that opens anything is the session's own affair (services/sessions)."""
PASSWORD_COST: Final = (3, 65536, 4)
"""Passes, KiB and lanes of argon2id: the second recommended choice of RFC 9106."""


MAIL_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
"""How the line to the mail server is encrypted, and the port where that is usual."""
WELL_KNOWN_PASSWORDS: Final = frozenset(
    {"password", "secret", "changeme", "change-me", "smtp", "mail", "admin", "test"}
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server of this installation, as its operator configured it."""

    host: str
    port: int
    security: str
    """`starttls`, `tls` or `none`."""
    user: str
    password: str = field(repr=False)
    sender: str
    authority: str
    """File of a certificate authority to trust besides the machine's own; empty for those alone."""


class NotConfigured(Exception):
    """The environment does not say what is needed to start; the message tells the operator what to set."""


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Every setting of the application. Raises `NotConfigured`, naming all that is wrong with the secrets at once."""
    mode = environment.get("JUNTAN_MODE", "demo")
    if mode not in MODES:
        raise NotConfigured(f"JUNTAN_MODE is {mode!r}; it must be one of: {', '.join(MODES)}.")
    instance = Path(environment.get("JUNTAN_INSTANCE") or ROOT / "instance").resolve()
    production = mode == "production"
    secrets = _secrets(instance, environment, production=production)
    origin = _origin(environment.get("JUNTAN_ORIGIN", ""), production=production)
    return {
        "MODE": mode,
        "INSTANCE": instance,
        "ORIGIN": origin,
        "LOG_ORIGIN": f"{urlsplit(origin).netloc or DEMO_HOST}/log",
        "PUBLIC": Path(environment.get("JUNTAN_PUBLIC") or instance / "public").resolve(),
        "ZONE": _zone(environment.get("JUNTAN_ZONE", "Asia/Shanghai")),
        **secrets,
        "SQLALCHEMY_DATABASE_URI": database_url(environment.get("DATABASE_URL", ""), instance),
        "MAIL": _mail(environment, production=production),
        "PAYMENTS": _payments(environment, production=production),
        "HELP": _help(environment, production=production),
        "QUEUE": _queue(environment.get("JUNTAN_QUEUE_URL", "").strip()),
        "STORE": environment.get("JUNTAN_STORE") or str(instance / "files"),
        "CLAMD": _scanner(environment.get("JUNTAN_CLAMD", "").strip()),
        "UPLOAD_FILE_BYTES": _number(environment, "JUNTAN_UPLOAD_FILE_MB", 20) * MEBIBYTE,
        "UPLOAD_FILES_PER_CLAIM": _number(environment, "JUNTAN_UPLOAD_FILES", 50),
        "PROXIES": _number(environment, "JUNTAN_PROXIES", 0),
        "ASSIGN_IN_TURN": _number(environment, "JUNTAN_ASSIGN_IN_TURN", 0),
        "CHECKED_PER_MILLE": _number(environment, "JUNTAN_CHECKED_PER_MILLE", 10),
        **_limits(environment),
        **_cookies(production=production),
        **_fixed(),
    }


def _limits(environment: Mapping[str, str]) -> dict[str, Any]:
    """What one request may weigh: a form's worth; only the routes that take files let more in, and measure each."""
    return {
        "UPLOAD_FILES_PER_OBJECTION": _number(environment, "JUNTAN_UPLOAD_FILES_OBJECTION", 5),
        "UPLOAD_UNDER_WAY_BYTES": _number(environment, "JUNTAN_UPLOAD_UNDER_WAY_MB", 400) * MEBIBYTE,
        "UPLOAD_PATIENCE_HOURS": _number(environment, "JUNTAN_UPLOAD_PATIENCE_HOURS", 24),
        "MAX_CONTENT_LENGTH": MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE,
        "MAX_FORM_PARTS": 1000,
    }


def _cookies(*, production: bool) -> dict[str, Any]:
    """The session: out of reach of scripts and other sites, over TLS only in production, never set on a public page."""
    return {
        "SESSION_COOKIE_NAME": "__Host-session" if production else "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": SESSION_SECONDS,
        "PREFERRED_URL_SCHEME": "https" if production else "http",
    }


def _fixed() -> dict[str, Any]:
    return {
        "PASSWORD_COST": PASSWORD_COST,
        "WTF_CSRF_TIME_LIMIT": None,  # a form begun at night may be sent in the morning; the session itself expires
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "app" / "translations"),
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # an error would carry names into the log
    }


def database_url(url: str, instance: Path) -> str:
    """The database address with its driver; an SQLite file in the instance folder when none is given."""
    if not url:
        return f"sqlite:///{instance / 'juntan.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _secrets(instance: Path, environment: Mapping[str, str], *, production: bool) -> dict[str, Any]:
    """What is secret, and the keys among it: `KEKS` seal and open, `LOG_KEYS` sign the public log."""
    try:
        given = given_secrets(environment) if production else own_secrets(instance, environment)
        return {
            "SECRET_KEY": given["SECRET_KEY"],
            "PEPPER": given["JUNTAN_PEPPER"].encode(),
            "KEKS": key_list(given["JUNTAN_KEK"], "JUNTAN_KEK"),
            "LOG_KEYS": key_list(given["JUNTAN_LOG_KEY"], "JUNTAN_LOG_KEY"),
        }
    except SecretsNotConfigured as wrong:
        raise NotConfigured(str(wrong)) from wrong


def _origin(origin: str, *, production: bool) -> str:
    """The address people type, as scheme and host; empty in a demonstration that was not told."""
    if not origin:
        return ""
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise NotConfigured(f"JUNTAN_ORIGIN is {origin!r}; it must look like https://example.org")
    if production and parts.scheme != "https":
        raise NotConfigured(f"JUNTAN_ORIGIN is {origin!r}; in production it must begin with https://")
    return f"{parts.scheme}://{parts.netloc}"


def _mail(environment: Mapping[str, str], *, production: bool) -> MailServer | None:
    """The mail server; None in a demonstration that names none, whose mails are read on the demonstration's page."""
    host = environment.get("JUNTAN_SMTP_HOST", "").strip()
    if not host:
        return None
    security = environment.get("JUNTAN_SMTP_SECURITY") or "starttls"
    if security not in MAIL_PORTS:
        raise NotConfigured(f"JUNTAN_SMTP_SECURITY is {security!r}; it must be one of: {', '.join(MAIL_PORTS)}.")
    user, password = environment.get("JUNTAN_SMTP_USER", ""), environment.get("JUNTAN_SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise NotConfigured("JUNTAN_SMTP_USER and JUNTAN_SMTP_PASSWORD belong together: set both or neither.")
    if production and password.lower() in WELL_KNOWN_PASSWORDS | {user.lower()} - {""}:
        raise NotConfigured("Production does not start with a JUNTAN_SMTP_PASSWORD that everybody knows.")
    if production and security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
        raise NotConfigured(
            "JUNTAN_SMTP_SECURITY is 'none'; in production that is allowed to a server on this machine only."
        )
    sender = environment.get("JUNTAN_MAIL_FROM", "").strip() or "juntan@localhost"
    if "@" not in sender or any(letter in sender for letter in "\r\n"):
        raise NotConfigured("JUNTAN_MAIL_FROM must be an address like Juntan <mail@example.org>")
    return MailServer(
        host=host,
        port=_number(environment, "JUNTAN_SMTP_PORT", MAIL_PORTS[security]),
        security=security,
        user=user,
        password=password,
        sender=sender,
        authority=environment.get("JUNTAN_SMTP_CA", ""),
    )


def _payments(environment: Mapping[str, str], *, production: bool) -> PaymentSettings:
    """The payment service; in production none until one is named."""
    try:
        return payment_settings(environment, production=production)
    except PaymentsNotConfigured as wrong:
        raise NotConfigured(str(wrong)) from wrong


def _help(environment: Mapping[str, str], *, production: bool) -> HelpSettings:
    """How a person is reached."""
    try:
        return help_settings(environment, production=production)
    except HelpNotConfigured as wrong:
        raise NotConfigured(str(wrong)) from wrong


def _queue(url: str) -> str:
    """The Redis that wakes the workers; empty for a file in the instance folder."""
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise NotConfigured("JUNTAN_QUEUE_URL must begin with redis://, rediss:// or unix://, or be left out.")
    return url


def _scanner(address: str) -> str:
    """Where clamd listens; empty for no virus scanner."""
    if address and not re.fullmatch(r"unix:/+[^/\0][^\0]*|tcp://[\w.:\[\]-]+", address):
        raise NotConfigured("JUNTAN_CLAMD must look like unix:///run/clamav/clamd.ctl or tcp://host:3310.")
    return address


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise NotConfigured(
            f"JUNTAN_ZONE is {name!r}; it must be the name of a time zone, e.g. Asia/Shanghai"
        ) from unknown


def _number(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    text = environment.get(name, "").strip() or str(otherwise)
    if not text.isascii() or not text.isdigit():
        raise NotConfigured(f"{name} is {text!r}; it must be a whole number.")
    return int(text)
