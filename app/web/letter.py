"""One message as it is read. The kinds of messages and their words stand in app/web/inbox.py and beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A heading, what it says, and where to go on."""

    title: str
    text: str
    links: tuple[tuple[str, str], ...] = ()
