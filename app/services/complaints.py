"""Complaints: received with a day for the answer, taken up, answered, and once asked again of somebody else.

What is said is sealed. Whoever was not signed in reads the answer by reference and secret; the secret is made from the
reference with the pepper whenever it is told, so it is kept nowhere.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import current_app
from sqlalchemy import func, select, update

from app.db import db
from app.domain.complaints import (
    TABLE,
    WAITING,
    AnsweredBefore,
    ComplaintMoved,
    NotTaken,
    NotYours,
    TakenByAnother,
    working_days_after,
)
from app.models import Account, Complaint, ComplaintAnswer
from app.services import audit, messages, outbox, vault
from app.services.days import day_of

RECEIVED: Final = "mail-complaint"
"""The work that acknowledges a complaint, or tells of an answer, to an address that is no account's."""
_TEXT, _CONTACT, _AGAIN, _ANSWER = "complaint.text", "complaint.contact", "complaint.again", "complaint.answer"
_SECRET_LETTERS: Final = 12
_LATELY: Final = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A complaint as it was typed."""

    text: str
    about_ref: str
    contact: str
    """An e-mail address; empty for an account, and for somebody who wants no mail."""


def file(said: Said, *, account: Account | None, language: str, at: dt.datetime) -> Complaint:
    """Receive a complaint; it is acknowledged at once, to the account or to the address that was given."""
    complaint = Complaint(
        account_id=account.id if account is not None else None,
        language=language,
        about_ref=said.about_ref,
        text_sealed=vault.seal(said.text, purpose=_TEXT),
        contact_sealed=vault.seal(said.contact, purpose=_CONTACT) if said.contact and account is None else None,
        filed_at=at,
        due_on=_due(at),
    )
    db.session.add(complaint)
    db.session.flush()
    role = "member" if account is not None else "visitor"
    audit.note("file-complaint", "complaint", complaint.ref, by=complaint.account_id, role=role, at=at)
    _tell(complaint, "complaint-received", f"complaint:{complaint.ref}", at=at)
    return complaint


def take(complaint: Complaint, *, by: Account, role: str, at: dt.datetime) -> None:
    """Take it up. Raises `NotYours`, `AnsweredBefore`, `ComplaintMoved`, or `TakenByAnother` for whoever is second."""
    _check(complaint, by)
    changed = db.session.execute(
        update(Complaint)
        .where(Complaint.id == complaint.id, Complaint.claimed_by.is_(None), Complaint.state.in_(WAITING))
        .values(claimed_by=by.id, claimed_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(complaint)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother if complaint.state in WAITING else ComplaintMoved(complaint.state)
    audit.note("take-complaint", "complaint", complaint.ref, by=by.id, role=role, at=at)


def answer(complaint: Complaint, text: str, *, by: Account, role: str, at: dt.datetime) -> ComplaintAnswer:
    """Answer it, once a round. Raises what `take` raises, and `NotTaken`."""
    db.session.refresh(complaint, with_for_update=True)
    _check(complaint, by)
    if complaint.claimed_by is None:
        raise NotTaken
    if complaint.claimed_by != by.id:
        raise TakenByAnother
    said = ComplaintAnswer(
        complaint_id=complaint.id,
        round=1 if complaint.state == "open" else 2,
        text_sealed=vault.seal(text, purpose=_ANSWER),
        by=by.id,
        at=at,
    )
    complaint.state = TABLE.after(complaint.state, "answer", by=role)
    db.session.add(said)
    db.session.flush()
    db.session.refresh(complaint)
    audit.note("answer-complaint", "complaint", complaint.ref, by=by.id, role=role, at=at, detail=f"round {said.round}")
    _tell(complaint, "complaint-answered", f"complaint:{complaint.ref}:{said.round}", at=at)
    return said


def ask_again(complaint: Complaint, why: str, *, by: Account | None, at: dt.datetime) -> None:
    """The answer did not do: somebody who has not answered before looks at it anew. Raises `ComplaintMoved`."""
    db.session.refresh(complaint, with_for_update=True)
    if complaint.state != "answered":
        raise ComplaintMoved(complaint.state)
    role = "member" if by is not None else "visitor"
    complaint.state = TABLE.after(complaint.state, "ask_again", by=role)
    complaint.again_at, complaint.again_due_on = at, _due(at)
    complaint.again_sealed = vault.seal(why, purpose=_AGAIN)
    complaint.claimed_by = complaint.claimed_at = None
    db.session.flush()
    audit.note("ask-complaint-again", "complaint", complaint.ref, by=by.id if by else None, role=role, at=at)


def by_ref(ref: str) -> Complaint | None:
    """The complaint of this reference."""
    return db.session.scalar(select(Complaint).where(Complaint.ref == ref))


def by_secret(ref: str, secret: str) -> Complaint | None:
    """The complaint of this reference, for whoever knows its secret as well."""
    found = by_ref(ref)
    given = secret.upper().encode(errors="replace")
    return found if hmac.compare_digest(secret_of(ref).encode(), given) and found is not None else None


def secret_of(ref: str) -> str:
    """The secret of a complaint: twelve letters and digits that nobody makes without the pepper."""
    return base64.b32encode(vault.keyed_hash("complaint-secret", ref)).decode()[:_SECRET_LETTERS]


def waiting(*, but_not_of: int) -> Sequence[Complaint]:
    """What waits for an answer, the one due first at the top; none of the own account."""
    due = func.coalesce(Complaint.again_due_on, Complaint.due_on)
    return db.session.scalars(
        select(Complaint)
        .where(Complaint.state.in_(WAITING), func.coalesce(Complaint.account_id, 0) != but_not_of)
        .order_by(due, Complaint.id)
    ).all()


def answered_lately(*, but_not_of: int) -> Sequence[Complaint]:
    """What was answered last."""
    return db.session.scalars(
        select(Complaint)
        .where(Complaint.state.not_in(WAITING), func.coalesce(Complaint.account_id, 0) != but_not_of)
        .order_by(Complaint.id.desc())
        .limit(_LATELY)
    ).all()


def of_account(account_id: int) -> Sequence[Complaint]:
    """The complaints of an account, newest first."""
    return db.session.scalars(
        select(Complaint).where(Complaint.account_id == account_id).order_by(Complaint.id.desc())
    ).all()


def text_of(complaint: Complaint) -> str:
    """What it says; empty once it was erased."""
    return vault.unseal(complaint.text_sealed, purpose=_TEXT) if complaint.text_sealed else ""


def again_of(complaint: Complaint) -> str:
    """Why the first answer did not do."""
    return vault.unseal(complaint.again_sealed, purpose=_AGAIN) if complaint.again_sealed else ""


def contact_of(complaint: Complaint) -> str:
    """The address of somebody who was not signed in."""
    return vault.unseal(complaint.contact_sealed, purpose=_CONTACT) if complaint.contact_sealed else ""


def answer_text(said: ComplaintAnswer) -> str:
    """What was answered."""
    return vault.unseal(said.text_sealed, purpose=_ANSWER) if said.text_sealed else ""


def due_of(complaint: Complaint) -> dt.date:
    """The last day for the answer that is due, or was due last."""
    return complaint.again_due_on or complaint.due_on


def erase(account_id: int) -> None:
    """The account is closed: what was said in its complaints goes, that there were some stays."""
    mine = select(Complaint.id).where(Complaint.account_id == account_id)
    options = {"synchronize_session": False}
    db.session.execute(
        update(ComplaintAnswer)
        .where(ComplaintAnswer.complaint_id.in_(mine))
        .values(text_sealed=None)
        .execution_options(**options)
    )
    db.session.execute(
        update(Complaint)
        .where(Complaint.account_id == account_id)
        .values(text_sealed=None, again_sealed=None)
        .execution_options(**options)
    )


def _check(complaint: Complaint, by: Account) -> None:
    if complaint.state not in WAITING:
        raise ComplaintMoved(complaint.state)
    if complaint.account_id == by.id:
        raise NotYours
    if any(one.by == by.id for one in complaint.answers):
        raise AnsweredBefore


def _due(at: dt.datetime) -> dt.date:
    settings = current_app.config["HELP"]
    return working_days_after(day_of(at), settings.answer_days, settings.holidays)


def _tell(complaint: Complaint, kind: str, key: str, *, at: dt.datetime) -> None:
    """In the account; or by mail, to the address of somebody who was not signed in and gave one."""
    ref, due_on = complaint.ref, due_of(complaint).isoformat()
    if complaint.account_id is not None:
        messages.tell(complaint.account_id, kind, key=key, at=at, complaint=ref, due_on=due_on)
    elif complaint.contact_sealed is not None:
        outbox.ask(RECEIVED, f"mail:{key}", at=at, complaint=ref, says=kind)
