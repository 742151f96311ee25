"""How a person is reached, read from the environment and checked once. What is not named is not claimed to exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final

ANSWER_DAYS: Final = 15
"""Working days until a complaint is answered, unless the operator has set another number."""
_MOST_DAYS: Final = 60


class HelpNotConfigured(ValueError):
    """A setting of help cannot be right; the message tells the operator what to set."""


@dataclass(frozen=True, slots=True)
class HelpSettings:
    """How to reach a person; an empty text means that there is no such way."""

    email: str
    phone: str
    hours: str
    """When somebody answers the telephone, in the words of the operator."""
    answer_days: int
    """Working days until a complaint is answered."""
    holidays: frozenset[dt.date]
    """Days from Monday to Friday on which nobody works."""


def help_settings(environment: Mapping[str, str], *, production: bool) -> HelpSettings:
    """The settings of help; a demonstration has an address that nobody reads. Raises `HelpNotConfigured`."""
    sender = parseaddr(environment.get("JUNTAN_MAIL_FROM", ""))[1]
    email = environment.get("JUNTAN_HELP_EMAIL", "").strip() or (sender if production else "help@juntan.example")
    phone, hours = (environment.get(name, "").strip() for name in ("JUNTAN_HELP_PHONE", "JUNTAN_HELP_HOURS"))
    if email and "@" not in email:
        raise HelpNotConfigured("JUNTAN_HELP_EMAIL must be an address like help@example.org")
    if bool(phone) != bool(hours):
        raise HelpNotConfigured("JUNTAN_HELP_PHONE and JUNTAN_HELP_HOURS belong together: set both or neither.")
    return HelpSettings(
        email=email,
        phone=phone,
        hours=hours,
        answer_days=_days(environment.get("JUNTAN_ANSWER_DAYS", "").strip()),
        holidays=_holidays(environment.get("JUNTAN_HOLIDAYS", "")),
    )


def _days(text: str) -> int:
    if not text:
        return ANSWER_DAYS
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_DAYS):
        raise HelpNotConfigured(
            f"JUNTAN_ANSWER_DAYS is {text!r}; it must be a number of working days, 1 to {_MOST_DAYS}."
        )
    return int(text)


def _holidays(text: str) -> frozenset[dt.date]:
    try:
        return frozenset(dt.date.fromisoformat(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise HelpNotConfigured("JUNTAN_HOLIDAYS must be days like 2026-10-01, with commas between them.") from None
