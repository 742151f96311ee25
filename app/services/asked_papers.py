"""Documents that a question named in words: lines of their own behind the checklist of a claim."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.domain.claim_questions import ASKED_PREFIX
from app.domain.terms import EvidenceKind, Words
from app.models import Claim, QuestionItem
from app.services import rulebook

_ERASED = Words("审核员索要的材料", "A document the reviewers asked for")


def key_of(item: QuestionItem) -> str:
    """The kind of the documents that are brought for an item named in words."""
    return f"{ASKED_PREFIX}{item.id}"


def kinds_of(claim: Claim) -> tuple[EvidenceKind, ...]:
    """One kind for each document that was ever asked for in words, in the order they were asked for."""
    items = db.session.scalars(
        select(QuestionItem)
        .where(QuestionItem.claim_id == claim.id, QuestionItem.kind == "document")
        .order_by(QuestionItem.id)
    )
    return tuple(_kind(item) for item in items)


def known_kinds(claim: Claim) -> set[str]:
    """The keys of all documents this claim takes: those of its checklist, and those asked for in words."""
    of_rules = {kind.key for kind in rulebook.member_terms(claim.member_terms).checklist}
    return of_rules | {kind.key for kind in kinds_of(claim)}


def _kind(item: QuestionItem) -> EvidenceKind:
    title, reason = str(item.title), str(item.reason)
    name = Words(title, title) if title else _ERASED
    return EvidenceKind(
        key=key_of(item), name=name, why=Words(reason, reason), clause="", required=False, alternative=""
    )
