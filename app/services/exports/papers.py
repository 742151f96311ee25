"""The documents of an export: each as it came, or named as erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.adapters import store
from app.db import db
from app.models import Account, Claim, CorrectionPaper, Evidence, PersonCorrection, Report
from app.services import evidence, vault
from app.services.investigations.ending import PAPER

_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "image/heic": "heic", "application/pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: what it belongs to, how its owner called it, and its place in the file."""

    row: Evidence | CorrectionPaper
    of: str
    """What it belongs to, e.g. "claim 7K2M9QXA3B4C"."""
    kind: str

    @property
    def path(self) -> str:
        """Its place in the file; by its reference, because names may be anything."""
        return f"documents/{self.row.ref}.{_ENDINGS[self.row.media_type]}"

    @property
    def name(self) -> str:
        """What its owner called it."""
        return vault.unseal(self.row.name_sealed, purpose=evidence.NAME)


def papers_of(account: Account) -> list[Paper]:
    """The documents of the account's claims, reports and corrections, erased ones too; none of an investigator's."""
    claims = db.session.execute(
        select(Evidence, Claim.ref)
        .join(Claim, Evidence.claim_id == Claim.id)
        .where(Claim.account_id == account.id, Evidence.kind != PAPER)
        .order_by(Evidence.id)
    )
    found = [Paper(row, f"claim {ref}", row.kind) for row, ref in claims]
    reports = db.session.execute(
        select(Evidence, Report.ref)
        .join(Report, Evidence.report_id == Report.id)
        .where(Report.account_id == account.id)
        .order_by(Evidence.id)
    )
    found += [Paper(row, f"report {ref}", row.kind) for row, ref in reports]
    corrections = db.session.execute(
        select(CorrectionPaper, PersonCorrection.ref)
        .join(PersonCorrection, CorrectionPaper.correction_id == PersonCorrection.id)
        .where(PersonCorrection.account_id == account.id)
        .order_by(CorrectionPaper.id)
    )
    return [*found, *(Paper(row, f"correction {ref}", "proof-of-correction") for row, ref in corrections)]


def original(paper: Paper) -> Iterator[bytes] | None:
    """The document as it came, piece by piece; None when it was erased. Its owner looks, so no look is written down."""
    if paper.row.removed_at is not None or not paper.row.wrapped_key:
        return None
    try:
        sealed = store.get(paper.row.original_object)
    except store.ObjectMissing:
        return None
    return vault.decrypt_document(sealed, key=vault.open_document_key(paper.row.wrapped_key), purpose=evidence.ORIGINAL)
