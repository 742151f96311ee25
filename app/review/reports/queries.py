"""What the desk of reports asks: which wait, what they say, and who is meant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.masking import bank_account_masked, document_masked, family_name_masked
from app.models import Account, Evidence, Report
from app.services import refunds, report_checks, reports, vault

_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """One report as it is read: by a caseworker, or with less of it by an auditor."""

    report: Report
    name: str
    """Whole for who reads; otherwise masked."""
    document: str
    payee: dict[str, str] | None
    """Holder, bank and the account number, of which the last digits are shown; None for who does not read."""
    proofs: tuple[Evidence, ...]
    known: report_checks.Known
    names: tuple[str, ...]
    """The names this document is known by here, to compare; empty for who does not read."""


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
    known = report_checks.known(found)
    name = vault.unseal(found.name_sealed, purpose=reports.NAME)
    names = {vault.unseal(person.name_sealed, purpose="person.name") for person in known.people} if reads else set()
    return Opened(
        report=found,
        name=name if reads else family_name_masked(name),
        document=document_masked(vault.unseal(found.document_sealed, purpose=reports.DOCUMENT)),
        payee=_payee(found) if reads else None,
        proofs=tuple(report_checks.proofs_of(found)),
        known=known,
        names=tuple(sorted(names)),
    )


def _payee(found: Report) -> dict[str, str] | None:
    if not found.payee_sealed:
        return None
    told: dict[str, str] = json.loads(vault.unseal(found.payee_sealed, purpose=refunds.PAYEE))
    return {**told, "number": bank_account_masked(told["number"])}


def proof(found: Report, ref: str) -> Evidence | None:
    """A document of this report."""
    return db.session.scalar(select(Evidence).where(Evidence.report_id == found.id, Evidence.ref == ref))
