"""Coming of age: whoever was enrolled by a parent takes the own memberships over to an account of their own.

The parent who pays makes a link and passes it on; nobody is written to whose address we do not know. Whoever opens it
signs in, shows the identity number of the person it is about, reads how things stand and gives the consents in person.
Then everything goes over in one transaction (app/services/handing_over.py), and both accounts are told. Until that is
done the parent goes on paying. The token of a link is made from its reference with the pepper whenever it is shown; at
rest there is its hash alone. How often somebody may guess a number is the caller's to count.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, update

from app.db import db, new_ref
from app.domain import majority
from app.models import Account, Consent, Membership, Person, Takeover
from app.services import audit, handing_over, leaving, messages, outbox, vault
from app.services.consents import AT_JOINING
from app.services.days import day_of

ANNOUNCE: Final = "announce-majority"
"""The work that tells, a month before, the accounts that pay for somebody who comes of age."""
_LOOKED_BACK: Final = dt.timedelta(days=9)
_LIVE: Final = ("pending", "sharing")


class NotOfAge(Exception):
    """The person does not complete 18 years before `on`."""

    def __init__(self, on: dt.date) -> None:
        super().__init__(f"not before {on}")
        self.on = on


class NothingToTakeOver(Exception):
    """No membership of this person goes on in the account any more, or the person was no child of its owner's."""


class TakeoverOver(Exception):
    """The link was used, withdrawn, has expired, or never was one; which of them is not said."""


class OwnLink(Exception):
    """Whoever made the link has opened it: it is for another account."""


class AnotherPerson(Exception):
    """The number shown is not that of the person the link is about."""


class NotProved(Exception):
    """This account has not shown the number yet, or another one has done so since."""


class SomebodyElsesAccount(Exception):
    """The account has named its own owner already, and that is somebody else."""


def memberships_of(person: Person, account_id: int) -> Sequence[Membership]:
    """All memberships of a person in an account, live ones and ended ones, in the order they began."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id, Membership.account_id == account_id)
        .order_by(Membership.id)
    ).all()


def live_of(person: Person, account_id: int) -> list[Membership]:
    """Those of them that go on."""
    return [one for one in memberships_of(person, account_id) if one.state in _LIVE]


def open_offer(person: Person, *, at: dt.datetime) -> Takeover | None:
    """The link that was made for a person and still opens."""
    found = db.session.scalar(select(Takeover).where(Takeover.person_id == person.id, Takeover.state == "offered"))
    return found if found is not None and found.expires_at > at else None


def offer(person: Person, *, by: Account, at: dt.datetime) -> Takeover:
    """Make a link for a person who is of age; a link made before opens nothing any more.

    Raises `NotOfAge` and `NothingToTakeOver`.
    """
    db.session.refresh(person, with_for_update={"of": Person})  # two tabs: one offer is there at a time
    if person.account_id != by.id or person.relation != "child" or not live_of(person, by.id):
        raise NothingToTakeOver
    if not majority.is_of_age(person.birth_on, day_of(at)):
        raise NotOfAge(majority.of_age_on(person.birth_on))
    _withdraw(person, at=at)
    ref = new_ref()
    made = Takeover(
        ref=ref, person_id=person.id, from_account_id=by.id, token_hash=_hash(token_of(ref)),
        offered_at=at, expires_at=at + majority.LINK_LIVES, state="offered",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.note("offer-takeover", "person", person.ref, by=by.id, role="member", at=at)
    return made


def withdraw(person: Person, *, by: Account, at: dt.datetime) -> None:
    """The link opens nothing any more. Raises `TakeoverOver` when none was open."""
    if person.account_id != by.id or not _withdraw(person, at=at):
        raise TakeoverOver
    audit.note("withdraw-takeover", "person", person.ref, by=by.id, role="member", at=at)


def _withdraw(person: Person, *, at: dt.datetime) -> bool:
    ended = db.session.execute(
        update(Takeover)
        .where(Takeover.person_id == person.id, Takeover.state == "offered")
        .values(state="withdrawn", ended_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def token_of(ref: str) -> str:
    """The token of a link: nobody makes it without the pepper."""
    return base64.urlsafe_b64encode(vault.keyed_hash("takeover-token", ref)).rstrip(b"=").decode()


def opened(token: str, *, by: Account, at: dt.datetime, for_use: bool = False) -> Takeover:
    """The takeover this token opens; `for_use` locks it, inside a transaction.

    Raises `TakeoverOver`, `OwnLink` for whoever made it, and `NothingToTakeOver` when no membership goes on there.
    """
    wanted = select(Takeover).where(Takeover.token_hash == _hash(token), Takeover.state == "offered")
    if for_use:
        wanted = wanted.with_for_update(of=Takeover).execution_options(populate_existing=True)
    found = db.session.scalar(wanted)
    if found is None or found.expires_at <= at:
        raise TakeoverOver
    if found.from_account_id == by.id:
        raise OwnLink
    if found.person.account_id != found.from_account_id or not live_of(found.person, found.from_account_id):
        raise NothingToTakeOver
    return found


def prove(takeover: Takeover, document_type: str, number: str, *, by: Account, at: dt.datetime) -> None:
    """Whoever opened the link shows the person's number. Raises `AnotherPerson` and `SomebodyElsesAccount`."""
    shown = vault.keyed_hash(document_type, number)
    if not hmac.compare_digest(shown, takeover.person.identity_hash):
        raise AnotherPerson
    _check_owner(takeover, by)
    takeover.proved_by, takeover.proved_at = by.id, at
    db.session.flush()


def _check_owner(takeover: Takeover, by: Account) -> None:
    named = select(Person.identity_hash).where(Person.account_id == by.id, Person.relation == "self").limit(1)
    owner = db.session.scalar(named)
    if owner is not None and owner != takeover.person.identity_hash:
        raise SomebodyElsesAccount


def take_over(token: str, *, language: str, by: Account, at: dt.datetime) -> list[Membership]:
    """All memberships of the person go over, with consents given in person; returns those that go on.

    Waiting, thresholds and statements stay as they are. Raises what `opened` raises, `NotProved`,
    `SomebodyElsesAccount`, and `handing_over.NotHandedOver` for an account that is not confirmed.
    """
    takeover = opened(token, by=by, at=at, for_use=True)
    if takeover.proved_by != by.id:
        raise NotProved
    _check_owner(takeover, by)
    person, before = takeover.person, takeover.from_account_id
    takeover.state, takeover.to_account_id, takeover.ended_at = "done", by.id, at
    db.session.flush()
    _consent(live_of(person, before), language, by=by, at=at)
    audit.note("take-over", "person", person.ref, by=by.id, role="member", at=at)
    taken = []
    for membership in memberships_of(person, before):
        if membership.state in _LIVE:
            handing_over.hand_over(membership, by, why="came-of-age", by=by.id, at=at)
            taken.append(membership)
        else:
            handing_over.carry(membership, by, relation="self")
    return taken


def _consent(live: Sequence[Membership], language: str, *, by: Account, at: dt.datetime) -> None:
    """The consents the memberships rest on, given anew by whoever they are about; what a parent gave stays as proof."""
    behind = {leaving.application_behind(membership) for membership in live} - {None}
    db.session.add_all(
        Consent(
            account_id=by.id, application_id=number, kind=text.kind, text_version=text.version(language), given_at=at
        )
        for number in sorted(one for one in behind if one is not None)
        for text in AT_JOINING
    )
    db.session.flush()


def ask_to_announce(*, at: dt.datetime) -> bool:
    """Ask once a day that accounts are told whose children come of age in a month; returns whether it was asked now."""
    key = f"{ANNOUNCE}:{day_of(at).isoformat()}"
    if outbox.is_asked(key):
        return False
    outbox.ask(ANNOUNCE, key, at=at, day=day_of(at).isoformat())
    return True


def is_due(*, at: dt.datetime) -> bool:
    """Whether today's announcement has somebody to tell and was not asked for yet."""
    return not outbox.is_asked(f"{ANNOUNCE}:{day_of(at).isoformat()}") and bool(_come_of_age(day_of(at)))


def announce(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Tell each account once for each person; days on which nobody was told are made up for."""
    for person in _come_of_age(dt.date.fromisoformat(payload["day"])):
        live = live_of(person, person.account_id)
        if live:
            messages.tell(
                person.account_id, "of-age-ahead", key=f"of-age-ahead:{person.ref}", at=at,
                membership=live[0].ref, day=majority.of_age_on(person.birth_on).isoformat(),
            )  # fmt: skip


def _come_of_age(on: dt.date) -> list[Person]:
    first, last = majority.births_told(on, _LOOKED_BACK)
    born = select(Person).where(
        Person.relation == "child", Person.birth_on >= first, Person.birth_on <= last, Person.died_on.is_(None)
    )
    return [one for one in db.session.scalars(born) if majority.is_told(one.birth_on, on, _LOOKED_BACK)]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
