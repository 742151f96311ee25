"""What the desk of reports asks: which wait, what they say, and who is meant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.masking import document_masked
from app.models import Account, Evidence, Report
from app.services import refunds, reports, vault

_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """One report as the caseworker reads it."""

    report: Report
    name: str
    document: str
    payee: dict[str, str] | None
    proofs: tuple[Evidence, ...]
    known: reports.Known
    names: tuple[str, ...]
    """The names this document is known by here, to compare."""


def answered_lately(*, by: Account) -> list[Report]:
    """The last answers, newest first."""
    return list(
        db.session.scalars(
            select(Report)
            .where(Report.state != "reported", Report.account_id != by.id)
            .order_by(Report.decided_at.desc())
            .limit(_LATELY)
        )
    )


def report(ref: str) -> Report | None:
    """The report of this reference."""
    return db.session.scalar(select(Report).where(Report.ref == ref))


def opened(found: Report, *, reads: bool) -> Opened:
    """Everything the page of one report shows; what is sealed only to who `reads`."""
    known = reports.known(found)
    payee = (
        json.loads(vault.unseal(found.payee_sealed, purpose=refunds.PAYEE)) if found.payee_sealed and reads else None
    )
    return Opened(
        report=found,
        name=vault.unseal(found.name_sealed, purpose=reports.NAME),
        document=document_masked(vault.unseal(found.document_sealed, purpose=reports.DOCUMENT)),
        payee=payee,
        proofs=tuple(reports.proofs_of(found)),
        known=known,
        names=tuple(sorted({vault.unseal(person.name_sealed, purpose="person.name") for person in known.people})),
    )


def proof(found: Report, ref: str) -> Evidence | None:
    """A document of this report."""
    return db.session.scalar(select(Evidence).where(Evidence.report_id == found.id, Evidence.ref == ref))
