"""Closing an account: nobody signs in with it any more, and what is personal goes, as far as others do not need it.

What stays, under references alone: the ledger and what was shared, decided claims with their files for as long as the
rules ask for them, consents as proof that they were given, and the keyed hash of an identity number, by which nobody is
recognised who does not show the same document again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, exists, select

from app.db import db
from app.models import (
    Account,
    Application,
    Consent,
    DeclarationAnswer,
    MailLink,
    Membership,
    Message,
    ParkedForm,
    Payment,
    Person,
    Report,
    Takeover,
)
from app.models.application import UNSENT
from app.services import audit, complaints, sessions, taking_away, vault
from app.services.arrivals import ending as arrivals
from app.services.exports import keeping as exports
from app.services.invitations import ends as invitation_ends
from app.services.person_corrections import finding as corrections

NAMELESS: Final = "–"
"""What stands where a name stood."""
UNCONFIRMED_FOR: Final = dt.timedelta(days=7)
"""How long an account waits for its address to be confirmed, before it is closed."""


def close(account: Account, *, at: dt.datetime, on_the_wall: dt.datetime) -> None:
    """Close it and erase what is personal. Whether it may be closed is the caller's to know."""
    sessions.end_all(account, at=on_the_wall)
    for model in (MailLink, ParkedForm, Message):
        db.session.execute(delete(model).where(model.account_id == account.id))
    invitation_ends.of_account(account, at=at)
    exports.erase(account, at=at)
    arrivals.erase(account.id, at=at)
    complaints.erase(account.id)
    corrections.erase(account.id, at=at)
    taking_away.erase(account.id, at=at)
    _drop_drafts(account)
    _erase_people(account)
    account.closed_at, account.email, account.email_confirmed_at = at, "", None
    account.name, account.password_hash = NAMELESS, ""
    db.session.flush()


def overdue(*, at: dt.datetime) -> Sequence[Account]:
    """Accounts that were never confirmed in time; what was prepared in them goes with them.

    One that looks after a membership stays, and so does one whose report waits for its answer.
    """
    return db.session.scalars(
        select(Account).where(
            Account.email_confirmed_at.is_(None),
            Account.closed_at.is_(None),
            Account.created_at < at - UNCONFIRMED_FOR,
            ~exists().where(Membership.account_id == Account.id),
            ~exists().where(Report.account_id == Account.id, Report.state == "reported"),
        )
    ).all()


def close_overdue(*, at: dt.datetime, on_the_wall: dt.datetime) -> int:
    """Close them; returns how many."""
    found = overdue(at=at)
    for account in found:
        audit.note("account.expired", "account", account.ref, by=None, role="system", at=at)
        close(account, at=at, on_the_wall=on_the_wall)
    return len(found)


def _drop_drafts(account: Account) -> None:
    """Applications that were never sent leave no trace; one that money was asked for stays as a number."""
    drafts = select(Application.id).where(
        Application.account_id == account.id,
        Application.state.in_(UNSENT),
        ~exists().where(Payment.application_id == Application.id),
    )
    found = db.session.scalars(drafts).all()
    for model in (DeclarationAnswer, Consent):
        db.session.execute(delete(model).where(model.application_id.in_(found)))
    db.session.execute(delete(Application).where(Application.id.in_(found)))


def _erase_people(account: Account) -> None:
    """People who never joined are forgotten; of those who did, name and number are destroyed."""
    for person in db.session.scalars(select(Person).where(Person.account_id == account.id)).all():
        known = db.session.scalar(
            select(
                exists().where(Membership.person_id == person.id)
                | exists().where(Application.person_id == person.id)
                | exists().where(Takeover.person_id == person.id)
            )
        )
        if known:
            person.name_sealed = vault.seal(NAMELESS, purpose="person.name")
            person.document_sealed = vault.seal("", purpose="person.document")
        else:
            db.session.delete(person)
    db.session.flush()
