"""What goes into an export: plain values, section by section, as docs/data-export.md describes them.

Each section is read when it is written, so that a list of many thousands is never in memory at once. Amounts are fen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select

from app.db import db
from app.models import (
    Account,
    Application,
    Claim,
    Complaint,
    Consent,
    DataExport,
    Membership,
    Payment,
    Person,
    PersonCorrection,
    Plan,
    Refund,
    Report,
)
from app.services import claim_file, complaints, pins, public_reading, public_stories, reports, statement, vault
from app.services.exports import beside_claims

SCHEMA: Final = "juntan-data-export-1"
_AT_ONCE: Final = 500
Row = dict[str, Any]


def head(row: DataExport, account: Account, *, at: dt.datetime) -> Row:
    """What it is, of whom, of when."""
    return {
        "schema": SCHEMA,
        "export": row.ref,
        "made_at": _at(at),
        "account": {
            "ref": account.ref,
            "email": account.email,
            "name": account.name,
            "language": account.language,
            "opened_at": _at(account.created_at),
        },
    }


def people(account: Account) -> Iterator[Row]:
    """The people of the account, with their documents in full: they are the owner's to see."""
    for person in _each(Person, Person.account_id == account.id):
        yield {
            "ref": person.ref,
            "relation": person.relation,
            "name": vault.unseal(person.name_sealed, purpose="person.name"),
            "birth_on": person.birth_on.isoformat(),
            "province": person.province,
            "document_type": person.document_type,
            "document": vault.unseal(person.document_sealed, purpose="person.document"),
        }


def memberships(account: Account) -> Iterator[Row]:
    """Every membership with the rule versions agreed to and each line of its statement."""
    for membership in _each(Membership, Membership.account_id == account.id):
        yield {
            "ref": membership.ref,
            "plan": membership.pool.plan.slug,
            "person": membership.person.ref,
            "state": membership.state,
            "joined_on": membership.joined_on.isoformat(),
            "ended_at": _at(membership.ended_at),
            "balance_fen": statement.balance_fen(membership),
            "agreed_rules": [
                {"version": version.number, "events_from": day.isoformat()} for version, day in pins.history(membership)
            ],
            "statement": [
                {
                    "at": _at(line.at),
                    "kind": line.kind,
                    "amount_fen": line.amount_fen,
                    "balance_fen": line.balance_fen,
                    "period": line.period,
                }
                for line in statement.lines(membership)
            ],
        }


def applications(account: Account) -> Iterator[Row]:
    """Applications with each question as it was asked, the answer, and the consents."""
    for one in _each(Application, Application.account_id == account.id):
        yield {
            "ref": one.ref,
            "plan": one.plan.slug,
            "person": one.person.ref if one.person else None,
            "state": one.state,
            "created_at": _at(one.created_at),
            "declaration": [
                {"item": said.item, "asked": said.asked, "yes": said.yes, "answered_at": _at(said.answered_at)}
                for said in one.answers
            ],
            "consents": [_consent(given) for given in one.consents],
        }


def claims(account: Account) -> Iterator[Row]:
    """Claims with what was told, every step, every decision and the consents; the documents lie beside."""
    for claim in _each(Claim, Claim.account_id == account.id):
        given = db.session.scalars(select(Consent).where(Consent.claim_id == claim.id).order_by(Consent.id))
        yield {
            "ref": claim.ref,
            "membership": claim.membership.ref,
            "state": claim.state,
            "event_on": claim.event_on.isoformat() if claim.event_on else None,
            "benefit": claim.benefit,
            "filed_as": claim.filer,
            "hospital": claim_file.hospital_of(claim),
            "story": claim_file.story_of(claim),
            "bank_account": vault.unseal(claim.account_sealed, purpose="bank-account") if claim.account_sealed else "",
            "publication_level": claim.publication_level,
            "public_stories": [
                {"written_at": _at(one.written_at), "state": one.state, "text": public_reading.words_of(one)}
                for one in public_stories.of_claim(claim)
            ],
            "steps": [{"at": _at(step.at), "move": step.move, "to": step.to_state, "role": step.role}
                      for step in claim.steps],
            "questions": list(beside_claims.questions_of(claim)),
            "decisions": [
                {
                    "at": _at(one.at),
                    "verdict": one.verdict,
                    "amount_fen": one.amount_fen,
                    "clause": one.clause,
                    "evidence": one.evidence,
                    "reason": one.reason,
                    "appeal_until": one.appeal_until.isoformat() if one.appeal_until else None,
                }
                for one in claim.decisions
            ],
            "consents": [_consent(one) for one in given],
            "signals": list(beside_claims.signals_of(claim)),
            "investigations": list(beside_claims.investigations_of(claim)),
        }  # fmt: skip


def payments(account: Account) -> Iterator[Row]:
    """What was paid, or asked for."""
    for one in _each(Payment, Payment.account_id == account.id):
        yield {
            "ref": one.ref,
            "amount_fen": one.amount_fen,
            "state": one.state,
            "asked_at": _at(one.asked_at),
            "received_at": _at(one.received_at),
        }


def refunds(account: Account) -> Iterator[Row]:
    """What went back, or is on its way."""
    for one in _each(Refund, Refund.account_id == account.id):
        yield {"ref": one.ref, "amount_fen": one.amount_fen, "state": one.state, "due_at": _at(one.due_at)}


def reported(account: Account) -> Iterator[Row]:
    """Reports for relatives."""
    for one in _each(Report, Report.account_id == account.id):
        yield {
            "ref": one.ref,
            "kind": one.kind,
            "relation": one.relation,
            "name": vault.unseal(one.name_sealed, purpose=reports.NAME),
            "happened_on": one.happened_on.isoformat(),
            "state": one.state,
            "reason": one.reason,
        }


def complained(account: Account) -> Iterator[Row]:
    """Complaints and their answers."""
    for one in _each(Complaint, Complaint.account_id == account.id):
        yield {
            "ref": one.ref,
            "filed_at": _at(one.filed_at),
            "due_on": one.due_on.isoformat(),
            "state": one.state,
            "about": one.about_ref,
            "text": complaints.text_of(one),
            "asked_again": complaints.again_of(one),
            "answers": [{"at": _at(said.at), "text": complaints.answer_text(said)} for said in one.answers],
        }


def corrected(account: Account) -> Iterator[Row]:
    """Corrections of people, and how they were answered."""
    for one in _each(PersonCorrection, PersonCorrection.account_id == account.id):
        yield {
            "ref": one.ref,
            "person": one.person.ref,
            "fields": one.fields.split(","),
            "asked_at": _at(one.asked_at),
            "state": one.state,
            "decided_at": _at(one.decided_at),
        }


SECTIONS: Final[Mapping[str, Callable[[Account], Iterator[Row]]]] = {
    "people": people,
    "memberships": memberships,
    "applications": applications,
    "claims": claims,
    "payments": payments,
    "refunds": refunds,
    "reports": reported,
    "complaints": complained,
    "corrections": corrected,
}
"""The sections that are plain values; messages, history and documents are added by whoever knows their words."""


def plan_slugs() -> list[str]:
    """Every plan, for the words of messages."""
    return list(db.session.scalars(select(Plan.slug)))


def _consent(given: Consent) -> Row:
    return {
        "kind": given.kind,
        "text_version": given.text_version,
        "given_at": _at(given.given_at),
        "withdrawn_at": _at(given.withdrawn_at),
    }


def _at(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _each(noun: Any, mine: Any) -> Iterator[Any]:
    """The rows of one account by their number, a few hundred at a time."""
    last = 0
    while True:
        rows = db.session.scalars(select(noun).where(mine, noun.id > last).order_by(noun.id).limit(_AT_ONCE)).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id
