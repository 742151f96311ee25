"""What somebody does who objects to a case. It moves nothing: no claim, no period, no money."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.db import db
from app.disclosures.objecting import queries
from app.domain import objections
from app.domain.period_states import LOCKED_STATES
from app.models import Case, Claim, Objection
from app.services import audit, limits, vault
from app.services.days import day_of
from app.services.objections import CONTACT, NAME, TEXT, claim_of, state_fact
from app.web.network import part_of


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says against a case; name and contact are theirs to give."""

    text: str
    name: str = ""
    contact: str = ""


def file(case: Case, said: Said, *, sender: str, at: dt.datetime) -> Objection:
    """Keep an objection, sealed; the public log learns that there is one.

    `sender` is the address it came from, of which only a keyed hash of this day is kept. Raises `ObjectionDaysOver`,
    `CaseNotOpen`, `TooManyObjections`, and `TooMany` when too many come from one part of the network, or from there to
    this case.
    """
    db.session.refresh(claim_of(case), with_for_update={"of": Claim})
    check_open(case, at=at)
    sender_hash = vault.keyed_hash("objection-sender", day_of(at).isoformat(), sender)
    if queries.filed_by(sender_hash) >= objections.MOST_A_DAY:
        raise objections.TooManyObjections
    objection = Objection(
        case=case,
        period=case.period,
        filed_at=at,
        text_sealed=vault.seal(said.text, purpose=TEXT),
        name_sealed=vault.seal(said.name, purpose=NAME) if said.name else None,
        contact_sealed=vault.seal(said.contact, purpose=CONTACT) if said.contact else None,
        sender_hash=sender_hash,
    )
    db.session.add(objection)
    db.session.flush()
    limits.take("objection-network", part_of(sender), at=at)
    limits.take("objection-case", f"{part_of(sender)} {case.ref}", at=at)
    state_fact(objection, "filed", at=at)
    audit.note("objection.filed", "objection", objection.ref, by=None, role="visitor", at=at, detail=case.ref)
    db.session.flush()
    return objection


def check_open(case: Case, *, at: dt.datetime) -> None:
    """Raises `ObjectionDaysOver`, and `CaseNotOpen` for a case that has left its period."""
    period, claim = case.period, claim_of(case)
    first = max(period.publication_day, day_of(period.locked_at)) if period.locked_at else period.publication_day
    objections.check_in_days(day_of(at), first, period.objections_last_day)
    if claim.state != "published" or period.state not in LOCKED_STATES:
        raise objections.CaseNotOpen
