"""Mail on its way out: over SMTP when the operator named a server, otherwise to the log, which says only that it was.

The envelope is as bare as the letter: no name beside the address, no word of any other mail, and an identifier made
from the work it does, so that a mail sent a second time after an interruption is recognised as the same one.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Final

from flask import current_app

from app.config import MailServer

_log = logging.getLogger("juntan.mail")
_PATIENCE_SECONDS: Final = 15


def send(*, to: str, subject: str, text: str, key: str) -> None:
    """Send one mail. Raises `smtplib.SMTPException` or `OSError` when the server does not take it."""
    server: MailServer | None = current_app.config["MAIL"]
    if server is None:
        _log.info("mail (%d characters to somebody at %s): %s", len(text), to.rpartition("@")[2], subject)
        return
    message = _message(server, to=to, subject=subject, text=text, key=key)
    with _connection(server) as line:
        if server.user:
            line.login(server.user, server.password)
        line.send_message(message, from_addr=parseaddr(server.sender)[1], to_addrs=[to])


def _connection(server: MailServer) -> smtplib.SMTP:
    """A line to the server, encrypted before anything is said on it unless the operator refused that."""
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE_SECONDS, context=_trust(server))
    line = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE_SECONDS)
    if server.security == "starttls":
        try:
            line.starttls(context=_trust(server))
        except BaseException:
            line.close()
            raise
    return line


def _trust(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.authority:
        context.load_verify_locations(server.authority)
    return context


def _message(server: MailServer, *, to: str, subject: str, text: str, key: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate(localtime=False)
    domain = parseaddr(server.sender)[1].rpartition("@")[2]
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
