"""What an operator lives through: the mail server is down, and letters wait, or come to rest."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from flask import current_app

from app.config import MailServer
from app.jobs.tick import sweep

if TYPE_CHECKING:
    from app.story.telling import Story

_NOBODY_THERE = MailServer("127.0.0.1", 9, "none", "", "", "juntan@demo.juntan.example", "")


def mail_goes_down(_story: Story, _who: str, _at: dt.datetime) -> None:
    """From now on nobody answers where the mail server stood. The log of the telling does not repeat each failure."""
    current_app.config["MAIL"] = _NOBODY_THERE
    logging.getLogger("app.services.outbox").disabled = True


def worker_looks(_story: Story, _who: str, at: dt.datetime) -> None:
    """The worker does what is due, as it does every minute."""
    sweep(at)


def mail_is_back(story: Story, _who: str, _at: dt.datetime) -> None:
    """The mail server answers again: what waits is sent, what was tried too often waits for an operator."""
    current_app.config["MAIL"] = story.mail
    logging.getLogger("app.services.outbox").disabled = False
