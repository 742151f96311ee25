"""What members do: join, pay in, agree to new rules. And what an organiser does for a whole list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, new_ref, transaction
from app.memberships.joining import actions as joining
from app.memberships.joining import queries as offers
from app.memberships.joining.forms import NewPerson
from app.memberships.own import actions as own
from app.models import Account, Membership, Plan, Pool
from app.services import enrolment, list_topups, pins, rulebook
from app.services.days import day_of
from app.services.joining import pool_of
from app.story import cast, people, plot
from app.story.cast import Enrolled, Household, birthday_years_ago
from app.story.deeds.gate import sign_up, somebody

if TYPE_CHECKING:
    from app.story.telling import Story


def settle_in(story: Story, household: Household, *, played: bool, at: dt.datetime) -> None:
    """A household opens its account and joins its plans."""
    with transaction():
        sign_up(household.label, household.email, household.name, household.language, at=at, played=played)
    for index, slug, fen in household.joins:
        if slug not in plot.LATE_LISTS:
            join(story, household, index=index, slug=slug, fen=fen, at=at)


def join_later(story: Story, household: Household, *, at: dt.datetime) -> None:
    """What a household joins when nobody was there on the opening day."""
    for index, slug, fen in household.joins:
        if slug in plot.LATE_LISTS:
            join(story, household, index=index, slug=slug, fen=fen, at=at)


def join(  # noqa: PLR0913 -- who, with whom, where, for how much, when
    story: Story, household: Household, *, index: int, slug: str, fen: int, at: dt.datetime
) -> Membership | None:
    """One person of a household joins one plan, step by step as in the browser; None when it is looked at first."""
    person = household.people[index]
    birth_on = _birth_date(story, household, index)
    held = story.people.get((household.label, index))
    number = person.number(story.people) or (held.number if held else story.numbers.next(birth_on))
    with transaction():
        account = somebody(household.label)
        named = joining.name_person(
            NewPerson(person.name, birth_on, person.relation, person.province, "resident", number), by=account, at=at
        )
        offered = offers.offer(slug, on=day_of(at))
        if offered is None:
            raise LookupError(f"{slug} is not open")
        application = joining.begin(offered, named, by=account, at=at)
        items = offered.member.declaration
        joining.declare(application, items, {item.key: False for item in items}, language=account.language, at=at)
        joining.agree(application, language=account.language, at=at)
        joining.submit(application, offered, fen, by=account, at=at)
        membership = db.session.scalar(select(Membership).where(Membership.application_id == application.id))
        known = story.people.setdefault((household.label, index), Enrolled(number, {}))
        if membership is not None:
            known.memberships[slug] = membership.id
        return membership


def _birth_date(story: Story, household: Household, index: int) -> dt.date:
    person = household.people[index]
    if person.same_as is not None:
        return _birth_date(story, people.called(person.same_as[0]), person.same_as[1])
    if person.completes is not None:
        period, years = person.completes
        return birthday_years_ago(story.published(period), years)
    return person.birth_on or birthday_years_ago(story.times.opening, person.age) - dt.timedelta(days=40 + index)


def membership_of(story: Story, label: str, slug: str, index: int = 0) -> Membership:
    """The membership of a person of the cast in a plan."""
    return db.session.get_one(Membership, story.people[label, index].memberships[slug])


def top_up(membership: Membership, fen: int, *, at: dt.datetime) -> None:
    """A member pays in."""
    with transaction():
        account = db.session.get_one(Account, membership.account_id)
        own.top_up(membership, fen, ref=new_ref(), by=account, at=at)


def tend_households(story: Story, at: dt.datetime) -> None:
    """Everybody of the cast whose balance is low pays in, but those whose plot wants it otherwise."""
    for (label, _index), known in list(story.people.items()):
        for slug, membership_id in known.memberships.items():
            if (label, slug) in people.UNTENDED:
                continue
            held = db.session.get_one(Membership, membership_id)
            if held.state == "sharing" and (held.threshold_fen or 0) < held.pool.index_fen + plot.LOW_FEN:
                top_up(held, plot.TOP_UP_FEN, at=at)


def agrees(story: Story, who: str, at: dt.datetime) -> None:
    """A member reads what is new and agrees to it."""
    label, slug = who.split("/")
    with transaction():
        held = membership_of(story, label, slug)
        newest = rulebook.newest_version(held.plan_id)
        if newest is None:
            raise LookupError(f"{slug} has no rules")
        pins.acknowledge(held, newest.number, by=held.account_id, at=at)


def enrol(slug: str, lines: Iterable[enrolment.Row], *, at: dt.datetime) -> int:
    """The organiser hands in a list."""
    enrolled = 0
    plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one()
    for piece in enrolment.checked(plan, lines, at=at):
        with transaction():
            account = somebody(people.ORGANISER[0])
            enrolled += enrolment.enrol_checked(plan, piece, account=account, at=at).members
    return enrolled


def tend_lists(at: dt.datetime) -> int:
    """The organiser pays in for everybody whose balance is low, and forgets the same few every time."""
    paid = 0
    for pool_id in db.session.scalars(select(Pool.id).order_by(Pool.id)).all():
        pool, account = db.session.get_one(Pool, pool_id), somebody(people.ORGANISER[0])
        low = db.session.scalars(
            select(Membership.ref)
            .where(
                Membership.pool_id == pool_id,
                Membership.account_id == account.id,
                Membership.state == "sharing",
                Membership.threshold_fen < pool.index_fen + plot.LOW_FEN,
                Membership.id % plot.FORGOTTEN_OF != 0,
            )
            .order_by(Membership.id)
        ).all()
        for piece in list_topups.chunks(low):
            with transaction():
                held, by = db.session.get_one(Pool, pool_id), somebody(people.ORGANISER[0])
                paid += list_topups.top_up(held, piece, plot.TOP_UP_FEN, account=by, at=at).memberships
    return paid


def lists_lines(story: Story, count: int, youngest: int, oldest: int) -> Iterator[enrolment.Row]:
    """The lines of one list, as they are read."""
    return cast.rows(story.chance, story.numbers, count=count, youngest=youngest, oldest=oldest, on=story.times.opening)


def pool_called(slug: str) -> Pool:
    """The pool of a plan."""
    return pool_of(db.session.scalars(select(Plan.id).where(Plan.slug == slug)).one())
