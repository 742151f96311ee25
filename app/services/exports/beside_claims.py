"""What stands beside a claim in an export: what was asked, that something stood out, what an investigation found.

Signals are named by their kind and said in calm words: what they compare with belongs to other people. Of an
investigation the owner gets what can be read on the site; the investigator's own documents tell of others and are not
part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.signals import SAID
from app.models import Claim
from app.services import questions, signals
from app.services.investigations import hearing

Row = dict[str, Any]


def signals_of(claim: Claim) -> Iterator[Row]:
    """Each signal that stands today, and since when a caseworker has looked into it."""
    looked = {note.key: note.at for note, _name in reversed(signals.notes_of(claim))}
    for one in signals.of_claim(claim):
        at = looked.get(one.key)
        said = SAID[one.kind]
        yield {
            "kind": one.kind,
            "said": {"zh": said.zh, "en": said.en},
            "looked_into_at": at.isoformat() if at else None,
        }


def investigations_of(claim: Claim) -> Iterator[Row]:
    """Each investigation: when, how it ended, and what was said that the owner can read."""
    for one in hearing.of_claim(claim):
        shared, answer = one.said("shared"), one.said("answer")
        yield {
            "ref": one.ref,
            "opened_at": one.at.isoformat(),
            "due_on": one.due_on.isoformat(),
            "state": one.state,
            "cause": one.cause,
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "questions": one.questions if shared else "",
            "findings": shared.text if shared else "",
            "answer": answer.text if answer else "",
        }


def questions_of(claim: Claim) -> Iterator[Row]:
    """What was asked, item by item with its reason, and what was said to it."""
    for question in questions.of_claim(claim):
        yield {
            "asked_at": question.asked_at.isoformat(),
            "due_on": question.due_on.isoformat(),
            "ended": question.ended.move if question.ended else None,
            "note": question.note,
            "items": [
                {
                    "kind": item.kind,
                    "what": item.title.zh,
                    "why": item.reason,
                    "clause": item.clause,
                    "documents": [document.ref for document in item.documents],
                    "said": item.said,
                }
                for item in question.items
            ],
        }
