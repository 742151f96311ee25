"""Feeds: what is new, for programs that ask again. Atom (RFC 4287) and JSON Feed 1.1, one list of entries for both.

A feed is text made from the same rows as the page beside it. Whatever stands in an entry, both stay well-formed:
markup is escaped, and characters that XML cannot hold at all are left out.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from markupsafe import escape

ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"
AUTHOR: Final = "均摊 Juntan"
_VERSION: Final = "https://jsonfeed.org/version/1.1"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, and where it stands."""

    id: str
    """A URI that stays the same for ever, also when the words or the address of the page change."""
    title: str
    url: str
    updated: dt.datetime
    """The true instant of its last change."""
    summary: str = ""


def atom(  # noqa: PLR0913 -- a feed says this much of itself
    title: str, url: str, updated: dt.datetime, entries: Iterable[Entry], *, self_url: str = "", language: str = "zh"
) -> str:
    """An Atom feed: `url` is the page it belongs to and its id, `self_url` its own address, `updated` its last change.

    All addresses are whole ones (`url_for(…, _external=True)`).
    """
    links = [f'<link rel="alternate" type="text/html" href="{_text(url)}"/>']
    if self_url:
        links.append(f'<link rel="self" type="{ATOM}" href="{_text(self_url)}"/>')
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_text(language)}">',
        f"<id>{_text(self_url or url)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{_instant(updated)}</updated>",
        f"<author><name>{_text(AUTHOR)}</name></author>",
        *links,
        *(_atom_entry(one) for one in entries),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _atom_entry(one: Entry) -> str:
    summary = f"<summary>{_text(one.summary)}</summary>" if one.summary else ""
    return (
        f"<entry><id>{_text(one.id)}</id><title>{_text(one.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{_text(one.url)}"/>'
        f"<updated>{_instant(one.updated)}</updated>{summary}</entry>"
    )


def json_feed(  # noqa: PLR0913 -- the same as `atom`, so that a view gives both the same
    title: str, url: str, updated: dt.datetime, entries: Iterable[Entry], *, self_url: str = "", language: str = "zh"
) -> str:
    """The same entries as a JSON Feed; it has no place for the change of the whole, so that is an extension."""
    said: dict[str, object] = {
        "version": _VERSION,
        "title": title,
        "home_page_url": url,
        "language": language,
        "authors": [{"name": AUTHOR}],
        "_juntan": {"updated": _instant(updated)},
        "items": [_json_item(one) for one in entries],
    }
    if self_url:
        said["feed_url"] = self_url
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _json_item(one: Entry) -> dict[str, str]:
    return {
        "id": one.id,
        "url": one.url,
        "title": one.title,
        "content_text": one.summary or one.title,
        "date_modified": _instant(one.updated),
    }


def newest(entries: Iterable[Entry], otherwise: dt.datetime) -> dt.datetime:
    """When a feed last changed: the newest change of its entries, or that instant for a feed without any."""
    return max((one.updated for one in entries), default=otherwise)


def _instant(at: dt.datetime) -> str:
    """RFC 3339 in UTC. ValueError for an instant without its zone: nobody could know when it was."""
    if at.tzinfo is None:
        raise ValueError("an instant of a feed says its zone")
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return str(escape(_NOT_IN_XML.sub("", text)))
