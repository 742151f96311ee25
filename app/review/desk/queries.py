"""What the queue asks. A page costs a fixed number of questions, each answered from an index, whatever waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import lazyload

from app.db import Day, Instant, Key, db
from app.domain.terms import Words
from app.models import Absence, Account, Claim, Plan
from app.services import figures, hands, relations
from app.services.at_the_desk import AT_DESK, WAITING
from app.services.claim_figures import Figures
from app.services.days import day_of

PAGE_ROWS: Final = 20
MOST_AT_ONCE: Final = 100
"""How many claims are given to somebody at once, at most."""
MOST_COUNTED: Final = 1000
"""Beyond so many a queue says "more than": counting a million rows would take longer than reading a page of them."""
ME: Final = "me"
NOBODY: Final = "nobody"
_ASKED: Final = "evidence_asked"
_NO_PLAN: Final = Words("–", "–")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims of the queue to show, in which order, after which one."""

    plan: str | None = None
    state: str | None = None
    assigned: str | None = None
    """`me`, `nobody`, or the reference of a colleague."""
    late: bool = False
    by_age: bool = False
    """Handed in first at the top; otherwise what is promised first."""
    after: str | None = None
    """The place of the last claim of the page before (`Place`)."""

    @property
    def args(self) -> dict[str, str]:
        """As the address says it, without the page."""
        said = {"plan": self.plan, "state": self.state, "assigned": self.assigned}
        flags = {"late": "1" if self.late else None, "sort": "age" if self.by_age else None}
        return {name: value for name, value in (said | flags).items() if value}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One claim of the queue."""

    claim: Claim
    plan: Words
    age_days: int
    """Days since it was handed in."""
    due_on: dt.date
    """The day promised for the next step."""
    why: str
    """What is promised (`Claim.due_why`)."""
    late_days: int
    needs_another: bool
    """This caseworker had a hand in it and may not decide it."""
    left: tuple[str, ...]
    """When it needs another: the names of those who may decide it; empty when everybody had a hand in it."""
    looked_after_by: str
    """The name of who looks after it; empty when nobody does."""
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What one caseworker looks after now, and decided in twelve months."""

    name: str
    open: int
    """At most `MOST_COUNTED` + 1, like the next."""
    late: int
    decided: int
    away_until: dt.date | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, how many claims it has in all, and the place the next page comes after."""

    rows: tuple[Waiting, ...]
    total: int
    """At most `MOST_COUNTED` + 1."""
    next_after: str | None

    @property
    def more_than(self) -> int | None:
        """Set when there are more than were counted."""
        return MOST_COUNTED if self.total > MOST_COUNTED else None


@dataclass(frozen=True, slots=True)
class Around:
    """What every row of a page needs alike: the plans by their number, and everybody who is a caseworker."""

    plans: Mapping[int, tuple[str, Words]]
    people: Sequence[Account]


def around_the_desk(today: dt.date) -> Around:
    """Read once for a page."""
    return Around(plans(today), hands.caseworkers())


def plans(today: dt.date) -> dict[int, tuple[str, Words]]:
    """Every plan that has rules, by its number: its slug and its name, in their order."""
    named = figures.plan_names(today)
    numbers = db.session.execute(select(Plan.id, Plan.slug).order_by(Plan.position)).all()
    return {number: (slug, named[slug].name) for number, slug in numbers if slug in named}


def claims_waiting(
    wanted: Wanted, *, by: Account, today: dt.date, limit: int = PAGE_ROWS, desk: Around | None = None
) -> Queue:
    """The claims that wait for a caseworker, those promised first at the top; own ones are not among them.

    Pages go on from a place in the order, never by counting rows away, and no more than `MOST_COUNTED` are counted.
    """
    around = desk or around_the_desk(today)
    known = around.plans
    conditions = [*_conditions(wanted, by=by, today=today, known=known), hands.of_others(by.id)]
    counted = select(literal(1)).select_from(Claim).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    place = _place(wanted)
    found = db.session.scalars(
        _in_order(select(Claim), wanted)
        .where(*conditions, *([place] if place is not None else []))
        .options(lazyload(Claim.membership), lazyload(Claim.member_terms), lazyload(Claim.steps))
        .limit(limit + 1)
    ).all()
    rows = rows_of(found[:limit], by=by, today=today, desk=around)
    return Queue(rows, total, _after(rows[-1], wanted) if len(found) > limit else None)


def rows_of(claims: Sequence[Claim], *, by: Account, today: dt.date, desk: Around | None = None) -> tuple[Waiting, ...]:
    """These claims as the queue shows them; a fixed number of questions for all of them together."""
    around = desk or around_the_desk(today)
    people, known = around.people, around.plans
    names = {one.id: one.name for one in people}
    needing = [one for one in claims if one.state in {"recommended", "appealed"} and not hands.may_decide(one, by)]
    near = relations.near(needing)
    left = {one.id: tuple(who.name for who in hands.left_to_decide(one, people, near=near[one.id])) for one in needing}
    return tuple(_row(one, by=by, today=today, known=known, names=names, left=left.get(one.id)) for one in claims)


def claim_for(ref: str) -> Claim | None:
    """The claim with this reference, once it was handed in."""
    return db.session.scalar(select(Claim).where(Claim.ref == ref, Claim.submitted_at.is_not(None)))


def ticked(refs: Sequence[str], *, by: Account) -> list[Claim]:
    """The claims of these references that this caseworker may look after, what is promised first at the top."""
    wanted = (Claim.ref.in_(refs[:MOST_AT_ONCE]), Claim.submitted_at.is_not(None), hands.of_others(by.id))
    return list(db.session.scalars(select(Claim).where(*wanted).order_by(Claim.due_on, Claim.id)))


def names_of(accounts: Collection[int]) -> dict[int, str]:
    """The names of these accounts of the house."""
    return dict(db.session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts))).all())


def desks(of: Figures, *, today: dt.date) -> list[Desk]:
    """Every caseworker by name; each count ends at `MOST_COUNTED`, read from the index of who looks after what."""
    people = hands.caseworkers()
    counts = [_held(one.id).scalar_subquery() for one in people]
    late = [_held(one.id, Claim.due_on < today).scalar_subquery() for one in people]
    row = db.session.execute(select(*counts, *late)).one() if people else ()
    away = dict(
        db.session.execute(
            select(Absence.account_id, Absence.until_on).where(Absence.ended_at.is_(None), Absence.until_on >= today)
        ).all()
    )
    return [
        Desk(one.name, row[place], row[len(people) + place], of.decided_by.get(one.id, 0), away.get(one.id))
        for place, one in enumerate(people)
    ]


def _held(account_id: int, *more: ColumnElement[bool]) -> Select[int]:
    """How many claims that wait somebody looks after, counted to `MOST_COUNTED` + 1."""
    held = (_in_states(WAITING), Claim.assigned_to == account_id, Claim.assigned_to.is_not(None), *more)
    return select(func.count()).select_from(
        select(literal(1)).select_from(Claim).where(*held).limit(MOST_COUNTED + 1).subquery()
    )


def _row(  # noqa: PLR0913 -- what the page has read for all rows
    claim: Claim,
    *,
    by: Account,
    today: dt.date,
    known: Mapping[int, tuple[str, Words]],
    names: Mapping[int, str],
    left: tuple[str, ...] | None,
) -> Waiting:
    handed_in = day_of(claim.submitted_at) if claim.submitted_at else today
    due_on = claim.due_on or handed_in
    return Waiting(
        claim=claim,
        plan=known[claim.plan_id or 0][1] if claim.plan_id in known else _NO_PLAN,
        age_days=(today - handed_in).days,
        due_on=due_on,
        why=claim.due_why or "",
        late_days=max((today - due_on).days, 0) if claim.state in WAITING else 0,
        needs_another=left is not None,
        left=left or (),
        looked_after_by=names.get(claim.assigned_to or 0, ""),
        is_mine=claim.assigned_to == by.id,
    )


def _conditions(
    wanted: Wanted, *, by: Account, today: dt.date, known: Mapping[int, tuple[str, Words]]
) -> Iterable[ColumnElement[bool]]:
    """What was asked for. The states stand in the statement itself: an index for some states is used for no others."""
    yield _in_states(AT_DESK if wanted.state == _ASKED else WAITING)
    if wanted.state:
        yield Claim.state == bindparam("in_state", wanted.state, literal_execute=True)
    if wanted.plan:
        yield Claim.plan_id == next((number for number, (slug, _name) in known.items() if slug == wanted.plan), 0)
    if wanted.assigned == NOBODY:
        yield Claim.assigned_to.is_(None)
    elif wanted.assigned:
        person = by.id if wanted.assigned == ME else _number_of(wanted.assigned)
        yield (Claim.assigned_to == person) & Claim.assigned_to.is_not(None)
    if wanted.late:
        yield Claim.due_on < today


def _in_states(states: Sequence[str]) -> ColumnElement[bool]:
    return Claim.state.in_(bindparam("states", list(states), expanding=True, literal_execute=True))


def _number_of(ref: str) -> int:
    return db.session.scalar(select(Account.id).where(Account.ref == ref)) or 0


def _in_order(question: Select[Any], wanted: Wanted) -> Select[Any]:
    return question.order_by(Claim.submitted_at if wanted.by_age else Claim.due_on, Claim.id)


def _after(last: Waiting, wanted: Wanted) -> str:
    """The place of a row: its day where the order is by days, and its reference."""
    return last.claim.ref if wanted.by_age else f"{last.due_on.isoformat()}.{last.claim.ref}"


def _place(wanted: Wanted) -> ColumnElement[bool] | None:
    """The rows after a place of the order; from the top when the address names no such place.

    A claim that has moved since keeps its place: the day stands in the address, and numbers never change.
    """
    day, _dot, ref = (wanted.after or "").rpartition(".")
    found = db.session.execute(select(Claim.id, Claim.submitted_at).where(Claim.ref == ref)).first() if ref else None
    if found is None:
        return None
    if wanted.by_age:
        return tuple_(Claim.submitted_at, Claim.id) > tuple_(literal(found[1], Instant()), literal(found[0], Key()))
    try:
        due_on = dt.date.fromisoformat(day)
    except ValueError:
        return None
    return tuple_(Claim.due_on, Claim.id) > tuple_(literal(due_on, Day()), literal(found[0], Key()))
