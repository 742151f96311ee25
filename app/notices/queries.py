"""What the notices room asks: whose a notice is, and the file it was written to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from app.adapters import store
from app.db import db
from app.domain.terms import Words
from app.models import Account, Award, Claim, ClaimQuestion, Decision, Membership, Notice, NoticeFile, Payout
from app.services import rulebook, vault
from app.web.doors import EVERYBODY

PER_PAGE: Final = 20
_OF_A_CLAIM: Final = {
    "decision": db.select(Decision.id, Claim).join(Claim, Decision.claim_id == Claim.id),
    "receipt": db.select(Claim.id, Claim),
    "question": db.select(ClaimQuestion.id, Claim).join(Claim, ClaimQuestion.claim_id == Claim.id),
    "payout": db.select(Payout.id, Claim)
    .join(Award, Payout.award_id == Award.id)
    .join(Claim, Award.claim_id == Claim.id),
}
"""The claim behind each notice of these kinds, by the row it tells of."""


class NoticeDamaged(Exception):
    """The stored file is not the one that was written."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the member's list: the notice, and what it is about."""

    notice: Notice
    plan: Words
    claim: str | None
    """The reference of the claim it belongs to; None for a certificate."""


def notice_with(ref: str) -> Notice | None:
    """The notice with this reference, whoever it is for."""
    return db.session.scalar(db.select(Notice).where(Notice.ref == ref))


def addressee(ref: str) -> int | str | None:
    """Whom a notice is for: an account, everybody, or None when there is no such notice."""
    notice = notice_with(ref)
    if notice is None:
        return None
    return EVERYBODY if notice.account_id is None else notice.account_id


def is_withdrawn(notice: Notice) -> bool:
    """Whether what a notice says has been undone: a payout that the bank sent back is not paid (any more)."""
    if notice.kind != "payout":
        return False
    return db.session.scalar(db.select(Payout.state).where(Payout.id == notice.about)) != "paid"


def count_notices(account: Account) -> int:
    """How many notices were sent to this account."""
    return db.session.scalar(db.select(db.func.count(Notice.id)).where(Notice.account_id == account.id)) or 0


def notices_of(account: Account, *, page: int) -> list[Listed]:
    """One page of what was sent to this account, newest first; what they are about is asked once a kind."""
    sent = db.session.scalars(
        db.select(Notice)
        .where(Notice.account_id == account.id)
        .order_by(Notice.at.desc(), Notice.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    ).all()
    about = {kind: [notice.about for notice in sent if notice.kind == kind] for kind in ("certificate", *_OF_A_CLAIM)}
    certificates = db.session.scalars(db.select(Membership).where(Membership.id.in_(about["certificate"]))).all()
    plans = {("certificate", row.id): _plan_name(row) for row in certificates}
    claims: dict[tuple[str, int], Claim] = {}
    for kind, asked in _OF_A_CLAIM.items():
        rows = db.session.execute(asked.where(asked.selected_columns[0].in_(about[kind]))).all()
        claims.update({(kind, row[0]): row[1] for row in rows})
    return [
        Listed(
            notice,
            plans[key] if notice.kind == "certificate" else _plan_name(claims[key].membership),
            claims[key].ref if key in claims else None,
        )
        for notice in sent
        for key in [(notice.kind, notice.about)]
    ]


def _plan_name(membership: Membership) -> Words:
    return rulebook.rules_of(membership.member_terms.version).name


def file_of(notice: Notice, language: str) -> NoticeFile | None:
    """The file a notice was written to in this language, if it was asked for before."""
    return db.session.scalar(
        db.select(NoticeFile).where(NoticeFile.notice_id == notice.id, NoticeFile.language == language)
    )


def content_of(notice: Notice, file: NoticeFile) -> bytes:
    """The document as it was written. Raises `NoticeDamaged`, `store.ObjectMissing`, `vault.VaultTampered`."""
    content = b"".join(store.get(file.object))
    if notice.account_id is not None:
        content = vault.unseal_bytes(content, purpose=sealing_purpose(notice, file.language))
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise NoticeDamaged(notice.ref)
    return content


def sealing_purpose(notice: Notice, language: str) -> str:
    """What the file of a personal notice is sealed for: one cannot be put in the place of another."""
    return f"notice.{notice.ref}.{language}"
