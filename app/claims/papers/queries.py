"""What the pages of documents ask."""

from __future__ import annotations

from collections.abc import Sequence

from app.db import db
from app.domain.terms import Words
from app.models import Audit, Claim, Evidence
from app.services import claim_file, evidence


def instead_of(claim: Claim, number: int) -> list[Words]:
    """The names of the other documents of which one is enough instead of line `number` of the checklist."""
    wanted = [line.wanted for line in claim_file.checklist(claim)]
    here = wanted[number - 1]
    return [one.name for one in wanted if here.alternative == one.alternative != "" and one.key != here.key]


def document_of(claim: Claim, ref: str) -> Evidence | None:
    """A document of the claim that was not taken back; none that an investigator brought, which may tell of others."""
    return db.session.scalar(
        db.select(Evidence).where(
            Evidence.ref == ref,
            Evidence.claim_id == claim.id,
            Evidence.removed_at.is_(None),
            Evidence.kind != evidence.INVESTIGATION,
        )
    )


def looks_at(line: claim_file.Line) -> Sequence[Audit]:
    """Every opening of a document of this line, the latest first."""
    refs = [document.ref for document in line.documents]
    return db.session.scalars(
        db.select(Audit)
        .where(Audit.about_kind == "evidence", Audit.about_ref.in_(refs), Audit.deed.in_(evidence.OPENINGS))
        .order_by(Audit.id.desc())
    ).all()
