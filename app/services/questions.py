"""Questions to a claimant as both sides see them: what is asked, what came, what is still open, and since when.

Whether a question is open follows from the steps of its claim: it is while its step is the last. A question asked by a
step alone, without a list, is answered in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.db import db
from app.domain import claim_questions
from app.domain.claim_questions import Item
from app.domain.terms import EvidenceKind, Words
from app.models import Account, Claim, ClaimQuestion, ClaimStep, Evidence, QuestionItem, QuestionReply
from app.services import asked_papers, claim_file
from app.services.claim_file import Line
from app.services.claims import ClaimMoved
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that was asked for, with what came for it."""

    number: int
    kind: str
    """"line", "document" or "words" (app/domain/claim_questions.py)."""
    title: Words
    reason: str
    clause: str
    """The clause that asks for a document of the checklist; empty for the others."""
    line: int | None
    """The page of its documents; None for something to be said."""
    documents: tuple[Evidence, ...]
    """What was brought since it was asked."""
    said: str
    """What the claimant says to it, empty when nothing."""

    @property
    def is_open(self) -> bool:
        """Neither answered, nor said why it cannot be."""
        return not (self.documents or self.said)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a claim."""

    number: int
    asked_at: dt.datetime
    due_on: dt.date
    items: tuple[Asked, ...]
    note: str
    """The words of a question that has no list."""
    ended: ClaimStep | None
    """The step that ended it; None while it is open."""

    @property
    def is_open(self) -> bool:
        """Whether the claimant has the next step."""
        return self.ended is None

    @property
    def open_numbers(self) -> tuple[int, ...]:
        """The items nothing was brought for or said to."""
        return tuple(item.number for item in self.items if item.is_open)

    def overdue_days(self, on: dt.date) -> int:
        """How many days the answer is overdue on a day."""
        return claim_questions.overdue_days(self.due_on, on) if self.is_open else 0


def of_claim(claim: Claim) -> tuple[Question, ...]:
    """Every question of a claim, the first one first."""
    rows = {row.step_id: row for row in _rows(claim)}
    asked = [number for number, step in enumerate(claim.steps) if step.to_state == "evidence_asked"]
    lines = claim_file.checklist(claim) if rows else ()
    return tuple(_seen(claim, place, number, rows, lines) for number, place in enumerate(asked, start=1))


def open_question(claim: Claim) -> Question | None:
    """The question that waits for its answer now; None when there is none."""
    if claim.state != "evidence_asked":
        return None
    return next((question for question in reversed(of_claim(claim)) if question.is_open), None)


def due_days(claims: Sequence[Claim]) -> dict[int, dt.date]:
    """The due day of the open question of each of these claims that has one, by the number of the claim."""
    waiting = [claim for claim in claims if claim.state == "evidence_asked"]
    return {claim.id: question.due_on for claim in waiting if (question := open_question(claim)) is not None}


def write(  # noqa: PLR0913 -- a question is made of this much
    claim: Claim, step: ClaimStep, items: Sequence[Item], due_on: dt.date, *, by: Account, at: dt.datetime
) -> ClaimQuestion:
    """Keep what was asked with a step. What it must hold to is for `claim_questions.check_question`."""
    asked = [one for one in claim.steps if one.to_state == "evidence_asked"]
    row = ClaimQuestion(claim_id=claim.id, step_id=step.id, number=len(asked), by=by.id, at=at, due_on=due_on)
    db.session.add(row)
    db.session.flush()
    for number, item in enumerate(items, start=1):
        is_line = item.kind == "line"
        db.session.add(
            QuestionItem(
                question_id=row.id,
                claim_id=claim.id,
                number=number,
                kind=item.kind,
                line=item.line if is_line else None,
                title=None if is_line else item.title.strip(),
                reason=item.reason.strip(),
                at=at,
            )
        )
    db.session.flush()
    db.session.refresh(row)
    return row


def reply(claim: Claim, said: Mapping[int, str], *, at: dt.datetime) -> int:
    """Keep what the claimant says to items of the open question, by their numbers; returns how many said something new.

    Holds the claim; raises `ClaimMoved` when nothing is asked any more.
    """
    db.session.refresh(claim, with_for_update={"of": Claim})
    if claim.state != "evidence_asked":
        raise ClaimMoved(claim.state)
    row = next((one for one in _rows(claim) if one.step_id == claim.steps[-1].id), None)
    new = {item: said[item.number].strip() for item in (row.items if row else ()) if item.number in said}
    new = {item: words for item, words in new.items() if words != _said(item)}
    for item, words in new.items():
        db.session.add(QuestionReply(item_id=item.id, claim_id=claim.id, text=words or None, at=at))
    db.session.flush()
    for item in new:
        db.session.refresh(item)
    return len(new)


def _rows(claim: Claim) -> Sequence[ClaimQuestion]:
    asked = db.select(ClaimQuestion).where(ClaimQuestion.claim_id == claim.id).order_by(ClaimQuestion.number)
    return db.session.scalars(asked).all()


def _seen(claim: Claim, place: int, number: int, rows: Mapping[int, ClaimQuestion], lines: Sequence[Line]) -> Question:
    step, row = claim.steps[place], rows.get(claim.steps[place].id)
    ended = claim.steps[place + 1] if place + 1 < len(claim.steps) else None
    until = ended.at if ended else None
    items = [_item(item, lines, step.at, until) for item in row.items] if row else []
    return Question(
        number=number,
        asked_at=step.at,
        due_on=row.due_on if row else claim_questions.due_day(day_of(step.at)),
        items=tuple(items),
        note=step.note or "",
        ended=ended,
    )


def _item(item: QuestionItem, lines: Sequence[Line], asked_at: dt.datetime, until: dt.datetime | None) -> Asked:
    key = {"line": item.line, "document": asked_papers.key_of(item)}.get(item.kind)
    line = next((one for one in lines if one.wanted.key == key), None)
    wanted: EvidenceKind | None = line.wanted if line else None
    came = [one for one in (line.documents if line else ()) if one.uploaded_at > asked_at]
    return Asked(
        number=item.number,
        kind=item.kind,
        title=wanted.name if wanted else Words(str(item.title), str(item.title)),
        reason=str(item.reason),
        clause=wanted.clause if wanted else "",
        line=line.number if line else None,
        documents=tuple(one for one in came if until is None or one.uploaded_at <= until),
        said=_said(item),
    )


def _said(item: QuestionItem) -> str:
    return str(item.replies[-1].text or "") if item.replies else ""
