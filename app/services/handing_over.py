"""A membership goes to another account: to the person it is about who has come of age, or to a relative.

There is one way to do it. What the account needs to act for the membership goes along: its person, its claims, its
notices, and money on its way back. What was paid, said and consented to before stays where it was: a payment belongs
to whoever paid it, and one that is kept apart goes back there.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, or_, select, update

from app.db import db
from app.models import (
    Account,
    Application,
    Award,
    Claim,
    ClaimQuestion,
    Decision,
    Membership,
    Notice,
    Payout,
    Person,
    Refund,
)
from app.services import audit, messages

Why = Literal["came-of-age", "death", "incapacity"]
_WAITING: Final = ("to_be_checked", "invited")
_IS_WAITING: Final = Application.state.in_(_WAITING)


class NotHandedOver(Exception):
    """Nobody can look after the membership there: the account is closed, or its address was never confirmed."""


class HandedOverAlready(Exception):
    """The membership belongs to that account, or left the account it was asked of in the meantime."""


def hand_over(  # noqa: PLR0913 -- what goes to whom, why, who did it, when; and what the person is there
    membership: Membership, to_account: Account, *, why: Why, by: int | None, at: dt.datetime, relation: str = "self"
) -> None:
    """Hand one membership to another account, in the caller's transaction; both accounts are told.

    `by` is the account that did it, None for the clock. `relation` is what the person is to the new account where
    that does not know the person yet. Open payments stay open: what arrives on them belongs to the membership. Raises
    `NotHandedOver` and `HandedOverAlready`.
    """
    before = membership.account_id
    carry(membership, to_account, relation=relation)
    role = "system" if by is None else "member" if by in {before, to_account.id} else "caseworker"
    audit.note("hand-over-membership", "membership", membership.ref, by=by, role=role, at=at, detail=why)
    key, plan = f"handed-over:{membership.ref}:{at.isoformat()}", membership.pool.plan.slug
    messages.tell(before, "membership-given", key=f"{key}:from", at=at, plan=plan, why=why)
    messages.tell(
        to_account.id, "membership-taken-over", key=f"{key}:to", at=at, plan=plan, why=why, membership=membership.ref
    )


def carry(membership: Membership, to_account: Account, *, relation: str) -> None:
    """The rows of one membership go over, and nobody is told yet. Raises what `hand_over` raises."""
    before = membership.account_id
    # Whoever hands over to the same account waits here, so that two never make the same person there.
    to = db.session.get_one(Account, to_account.id, with_for_update={"key_share": True}, populate_existing=True)
    if to.closed_at is not None or to.email_confirmed_at is None:
        raise NotHandedOver
    db.session.refresh(membership, with_for_update={"of": Membership})
    if membership.account_id != before or before == to.id:
        raise HandedOverAlready
    there = _person_there(membership, to, relation)
    _applications_follow(membership.person_id, there, before, to)
    membership.account_id, membership.person_id = to.id, there.id
    db.session.flush()
    claims = select(Claim.id).where(Claim.membership_id == membership.id)
    _follow(Notice, before, to, _notices_of(membership, claims))
    _follow(Refund, before, to, Refund.membership_id == membership.id, Refund.state != "paid")
    _follow(Claim, before, to, Claim.id.in_(claims))
    db.session.expire_all()


def everything(account: Account, to: int, *, relation: str) -> None:
    """Everything an account looks after goes to another one, by whole tables: it may be a list of many thousands.

    A person both accounts know becomes one. `relation` is what the old account's own person is to the new one. What
    was paid, said and consented to before stays where it was, and nobody is told yet.
    """
    known_there = {
        person.identity_hash: person.id for person in db.session.scalars(select(Person).where(Person.account_id == to))
    }
    for person in db.session.scalars(select(Person).where(Person.account_id == account.id)).all():
        twin = known_there.get(person.identity_hash)
        if twin is None:
            if person.relation == "self":
                person.relation = relation
            person.account_id = to
        else:
            db.session.execute(update(Membership).where(Membership.person_id == person.id).values(person_id=twin))
    db.session.flush()
    _claims_of_others_go_home(account)
    for of, more in ((Membership, ()), (Claim, ()), (Notice, ()), (Refund, ()), (Application, (_IS_WAITING,))):
        db.session.execute(
            update(of)
            .where(of.account_id == account.id, *more)
            .values(account_id=to)
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()


def _claims_of_others_go_home(account: Account) -> None:
    """What it filed as a relative of somebody else goes back to who owns that membership: proof is personal."""
    owner = select(Membership.account_id).where(Membership.id == Claim.membership_id).scalar_subquery()
    db.session.execute(
        update(Claim)
        .where(Claim.account_id == account.id, owner != account.id)
        .values(account_id=owner, filer_report_id=None)
        .execution_options(synchronize_session=False)
    )


def notices_follow(claim: Claim, before: int, to: int) -> None:
    """The decisions about one claim and its payouts are for the account that goes on with it."""
    db.session.execute(
        update(Notice)
        .where(Notice.account_id == before, _notices_of_claims(select(Claim.id).where(Claim.id == claim.id)))
        .values(account_id=to)
        .execution_options(synchronize_session=False)
    )


def _person_there(membership: Membership, to: Account, relation: str) -> Person:
    """The person in the new account: known there, brought along, or in both while memberships here still name it."""
    here = membership.person
    twin = db.session.scalar(
        select(Person).where(Person.account_id == to.id, Person.identity_hash == here.identity_hash)
    )
    if twin is not None:
        return twin
    if not _is_named_here(membership):
        here.account_id, here.relation = to.id, relation
        return here
    twin = Person(
        account_id=to.id, relation=relation, name_sealed=here.name_sealed, birth_on=here.birth_on,
        province=here.province, document_type=here.document_type, document_sealed=here.document_sealed,
        identity_hash=here.identity_hash, created_at=here.created_at, died_on=here.died_on,
    )  # fmt: skip
    db.session.add(twin)
    db.session.flush()
    return twin


def _is_named_here(membership: Membership) -> bool:
    """Whether another membership of the same person, live or ended, stays in the account."""
    found = db.session.scalar(
        select(Membership.id)
        .where(
            Membership.person_id == membership.person_id,
            Membership.account_id == membership.account_id,
            Membership.id != membership.id,
        )
        .limit(1)
    )
    return found is not None


def _applications_follow(person_id: int, there: Person, before: int, to: Account) -> None:
    """What waits to be checked goes with the person, unless the same waits there; a draft asks anew whom it is for."""
    mine = (Application.person_id == person_id, Application.account_id == before)
    waits_there = select(Application.plan_id).where(
        Application.account_id == to.id,
        Application.person_id == there.id,
        Application.state.in_(("draft", *_WAITING)),
    )
    db.session.execute(
        update(Application)
        .where(*mine, _IS_WAITING, Application.plan_id.not_in(waits_there))
        .values(account_id=to.id, person_id=there.id)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Application)
        .where(*mine, Application.state == "draft")
        .values(person_id=None)
        .execution_options(synchronize_session=False)
    )


def _notices_of(membership: Membership, claims: Select[int]) -> ColumnElement[bool]:
    """The certificate of the membership, the decisions about its claims, and the payouts of them."""
    certificate = (Notice.kind == "certificate") & (Notice.about == membership.id)
    return or_(certificate, _notices_of_claims(claims))


def _notices_of_claims(claims: Select[int]) -> ColumnElement[bool]:
    decided = select(Decision.id).where(Decision.claim_id.in_(claims))
    paid = select(Payout.id).join(Award, Payout.award_id == Award.id).where(Award.claim_id.in_(claims))
    asked = select(ClaimQuestion.id).where(ClaimQuestion.claim_id.in_(claims))
    return or_(
        (Notice.kind == "decision") & Notice.about.in_(decided),
        (Notice.kind == "payout") & Notice.about.in_(paid),
        (Notice.kind == "receipt") & Notice.about.in_(claims),
        (Notice.kind == "question") & Notice.about.in_(asked),
    )


def _follow(of: type[Claim | Notice | Refund], before: int, to: Account, *which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(of)
        .where(of.account_id == before, *which)
        .values(account_id=to.id)
        .execution_options(synchronize_session=False)
    )
