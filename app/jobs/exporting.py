"""Writing an export: documents first, then the values, then the page to read; all of it streamed and encrypted.

A second run is harmless: an export that is not asked for (any more) is left alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import render_template
from flask_babel import force_locale

from app.db import canonical_json, db
from app.models import Account, DataExport, Message
from app.services import figures, history
from app.services.days import day_of
from app.services.exports import gathering, keeping, papers
from app.services.exports.gathering import Row
from app.services.exports.papers import Paper
from app.services.exports.zipping import zipped
from app.web import deeds, inbox


def make(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Make one export and keep it; nothing when it is not wanted any more."""
    wanted = keeping.to_be_made(payload["export"])
    if wanted is None:
        return
    row, account = wanted
    with force_locale(row.language):
        keeping.keep(row, zipped(_entries(row.id, account.id, at)), at=at)


def _entries(export_id: int, account_id: int, at: dt.datetime) -> Iterator[tuple[str, Iterable[bytes]]]:
    row, account = db.session.get_one(DataExport, export_id), db.session.get_one(Account, account_id)
    listed: list[Row] = []
    for paper in papers.papers_of(account):
        content = papers.original(paper)
        listed.append(_document(paper, erased=content is None))
        if content is not None:
            yield paper.path, content
    counts: dict[str, int] = {"documents": len(listed)}
    yield "data.json", _values(gathering.head(row, account, at=at), account, listed, counts, at)
    page = render_template("exports/index.html", account=account, made_at=at, documents=listed, counts=counts)
    yield "index.html", (page.encode(),)


def _document(paper: Paper, *, erased: bool) -> Row:
    return {
        "ref": paper.row.ref,
        "of": paper.of,
        "kind": paper.kind,
        "name": paper.name,
        "received_at": paper.row.uploaded_at.isoformat(),
        "erased": erased,
        "path": None if erased else paper.path,
    }


def _values(
    head: Row, account: Account, documents: list[Row], counts: dict[str, int], at: dt.datetime
) -> Iterator[bytes]:
    """The JSON, piece by piece; `counts` learns how many rows each section has."""
    yield canonical_json(head)[:-1].encode()
    sections: dict[str, Iterator[Row]] = {name: gather(account) for name, gather in gathering.SECTIONS.items()}
    sections.update(documents=iter(documents), messages=_messages(account, at), history=_history(account))
    for name, rows in sections.items():
        counts[name] = 0
        yield f",\n{json.dumps(name)}:[".encode()
        for one in rows:
            yield ((",\n" if counts[name] else "\n") + canonical_json(one)).encode()
            counts[name] += 1
        yield b"]"
    yield b"}\n"


def _messages(account: Account, at: dt.datetime) -> Iterator[Row]:
    """The inbox in words."""
    names = {one.plan.slug: one.rules.name for one in figures.plans_now(day_of(at))}
    wanted = db.select(Message).where(Message.account_id == account.id).order_by(Message.id)
    for message in db.session.scalars(wanted):
        letter = inbox.letter(message.kind, message.values, plan_names=names)
        yield {"at": message.at.isoformat(), "title": str(letter.title), "text": str(letter.text)}


def _history(account: Account) -> Iterator[Row]:
    """The history of the account, the latest first, in words and by role."""
    before: int | None = None
    while True:
        entries, before = history.entries(account, before=before, most=500)
        for one in entries:
            yield {
                "at": one.at.isoformat(),
                "what": str(deeds.deed_words(one.deed)),
                "deed": one.deed,
                "by": "me" if one.by_me else one.role,
                "about": one.about_kind,
                "ref": one.about_ref,
            }
        if before is None:
            return
