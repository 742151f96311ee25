"""Mail: says that a message is waiting, in both languages' words, and never what it says."""

from __future__ import annotations

import logging

from flask import current_app

_log = logging.getLogger("juntan.mail")

WORDS = {
    "zh": ("均摊：您有一条新消息", "您的均摊账户里有一条新消息，请登录后查看：{address}"),
    "en": ("Juntan: a message for you", "There is a new message in your Juntan account. Sign in to read it: {address}"),
}


def send(to: str, language: str) -> None:
    """Send the notification to one address. The console adapter writes that it did, not to whom."""
    subject, body = WORDS[language]
    address = (current_app.config.get("ORIGIN") or "") + "/me"
    _log.info(
        "mail (%d characters to somebody at %s): %s / %s",
        len(body),
        to.rpartition("@")[2],
        subject,
        body.format(address=address),
    )
