"""Which member terms a membership is pinned to on a day, what a newer version would change, and agreeing to it.

A membership keeps what was agreed to at joining; each acknowledgement adds a row from a day on. Nobody is written a row
to be told of a change: what is new for a membership is derived from the versions whenever somebody looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.rule_changes import Changes, changes_between
from app.models import Acknowledgement, Membership, MemberTermsRow, RuleVersion
from app.services import audit, rulebook, standings
from app.services.days import day_of


class AcknowledgedBefore(Exception):
    """This membership agreed to this version already, or began with it."""


class NotTheNewest(Exception):
    """A newer version was published since; `number` is the one to read."""

    def __init__(self, number: int) -> None:
        super().__init__(f"version {number} is the newest")
        self.number = number


class NothingToAcknowledge(Exception):
    """The membership has ended, or the version changes nothing that a member agrees to."""


@dataclass(frozen=True, slots=True)
class News:
    """What a newer version means for one membership."""

    before: RuleVersion
    """What the membership agreed to last."""
    after: RuleVersion
    changes: Changes
    """From `before` to `after`."""
    agreed: Acknowledgement | None
    """The acknowledgement of `after`, when it was given."""
    is_coming: bool
    """Whether `after` does not hold yet for the pool."""

    @property
    def is_asked(self) -> bool:
        """Whether the member may acknowledge something."""
        return self.agreed is None and bool(self.changes.member)


@dataclass(frozen=True, slots=True)
class AskedTogether:
    """Memberships of one account for which a newer version changes the same."""

    before: RuleVersion
    after: RuleVersion
    changes: Changes
    memberships: Sequence[Membership]


def terms_on(membership: Membership, day: dt.date) -> MemberTermsRow:
    """The member terms by which an event of that day is judged."""
    steps = _steps([membership]).get(membership.id, ())
    return next((step.member_terms for step in reversed(steps) if step.from_on <= day), membership.member_terms)


def versions_on(memberships: Sequence[Membership], day: dt.date) -> dict[int, RuleVersion]:
    """For each of a few memberships, by its number, the version it is pinned to on a day. One question for all."""
    steps = _steps(memberships)
    return {
        one.id: next(
            (step.member_terms for step in reversed(steps.get(one.id, ())) if step.from_on <= day), one.member_terms
        ).version
        for one in memberships
    }


def history(membership: Membership) -> list[tuple[RuleVersion, dt.date]]:
    """Every version a membership was bound by, oldest first, with the first day of events it judges."""
    steps = _steps([membership]).get(membership.id, ())
    agreed = [(step.member_terms.version, step.from_on) for step in steps]
    return [(membership.member_terms.version, membership.joined_on), *agreed]


def news_of(memberships: Sequence[Membership], *, at: dt.datetime) -> dict[int, News]:
    """What is new for each of a few live memberships, by its number: until it holds and, if asked, is acknowledged."""
    live = [one for one in memberships if one.state in ("pending", "sharing")]
    newest = {plan_id: rulebook.newest_version(plan_id) for plan_id in {one.plan_id for one in live}}
    behind = [one for one in live if (last := newest[one.plan_id]) and last.number > one.member_terms.version.number]
    steps = _steps(behind)
    found = {}
    for one in behind:
        after = newest[one.plan_id]
        if after is None:
            continue
        news = _news(one, after, steps.get(one.id, ()), on=day_of(at))
        if news.is_coming or news.is_asked:
            found[one.id] = news
    return found


def news_whatever(membership: Membership, *, at: dt.datetime) -> News | None:
    """What the newest version changed against what was agreed to at joining or before it; None without a newer one."""
    after = rulebook.newest_version(membership.plan_id)
    if after is None or after.number <= membership.member_terms.version.number:
        return None
    return _news(membership, after, _steps([membership]).get(membership.id, ()), on=day_of(at))


def asked_together(
    account_id: int, plan_id: int, *, most: int, before: int | None = None
) -> tuple[AskedTogether | None, int]:
    """The first memberships of an account that may acknowledge the newest version of a plan with one reading.

    What is new is the same for all of them: they agreed to one version last, to `before` when its number is given. The
    number beside them is how many more of the account there are, whatever they agreed to last.
    """
    after = rulebook.newest_version(plan_id)
    if after is None:
        return None, 0
    newest = rulebook.member_terms_row(after).id
    steps = select(func.max(Acknowledgement.member_terms_id)).where(Acknowledgement.membership_id == Membership.id)
    agreed_last = func.coalesce(steps.scalar_subquery(), Membership.member_terms_id)
    behind = (
        Membership.account_id == account_id,
        Membership.plan_id == plan_id,
        Membership.state.in_(("pending", "sharing")),
        agreed_last < newest,
    )
    groups = db.session.execute(
        select(agreed_last, func.count()).where(*behind).group_by(agreed_last).order_by(agreed_last)
    ).all()
    asked, total = None, 0
    for terms_id, count in groups:
        version = db.session.get_one(MemberTermsRow, terms_id).version
        changes = changes_between(rulebook.rules_of(version), rulebook.rules_of(after))
        if not changes.member:
            continue
        total += count
        if asked is None and before in (None, version.number):
            found = db.session.scalars(
                select(Membership).where(*behind, agreed_last == terms_id).order_by(Membership.id).limit(most)
            ).all()
            asked = AskedTogether(version, after, changes, found)
    return asked, total - (len(asked.memberships) if asked else 0)


def acknowledge_together(asked: AskedTogether, refs: Collection[str], *, by: int, at: dt.datetime) -> int:
    """Agree for those of these memberships that were chosen, each in a row of its own; returns for how many.

    Who has ended, or agreed in the meantime, is left out. Raises `NotTheNewest`.
    """
    made = 0
    for membership in asked.memberships:
        if membership.ref in refs:
            with suppress(AcknowledgedBefore, NothingToAcknowledge):
                acknowledge(membership, asked.after.number, by=by, at=at)
                made += 1
    return made


def acknowledge(membership: Membership, number: int, *, by: int, at: dt.datetime) -> Acknowledgement:
    """Agree to the newest version of the plan for one membership, for events from the next day on at the earliest.

    An event of today is judged by what was agreed to before today. Raises `NotTheNewest`, `AcknowledgedBefore`, and
    `NothingToAcknowledge`.
    """
    db.session.refresh(membership, with_for_update={"of": Membership})
    after = rulebook.newest_version(membership.plan_id)
    if after is None or number != after.number:
        raise NotTheNewest(after.number if after else 0)
    if standings.standing_of(membership, at=at).kind == "ended":
        raise NothingToAcknowledge
    news = news_whatever(membership, at=at)
    if news is None or news.agreed is not None:
        raise AcknowledgedBefore
    if not news.changes.member:
        raise NothingToAcknowledge
    made = Acknowledgement(
        membership_id=membership.id,
        member_terms_id=rulebook.member_terms_row(after).id,
        replaces_id=rulebook.member_terms_row(news.before).id,
        from_on=max(after.valid_from, day_of(at) + dt.timedelta(days=1)),
        account_id=by,
        at=at,
    )
    db.session.add(made)
    audit.note(
        "acknowledge-rules", "membership", membership.ref, by=by, role="member", at=at, detail=f"version {number}"
    )
    db.session.flush()
    return made


def _news(membership: Membership, after: RuleVersion, steps: Sequence[Acknowledgement], *, on: dt.date) -> News:
    agreed = next((step for step in steps if step.member_terms.rule_version_id == after.id), None)
    earlier = [step.member_terms.version for step in steps if step is not agreed]
    before = earlier[-1] if earlier else membership.member_terms.version
    return News(
        before=before,
        after=after,
        changes=changes_between(rulebook.rules_of(before), rulebook.rules_of(after)),
        agreed=agreed,
        is_coming=after.valid_from > on,
    )


def _steps(memberships: Sequence[Membership]) -> Mapping[int, Sequence[Acknowledgement]]:
    """The acknowledgements of a few memberships, oldest first."""
    rows = db.session.scalars(
        select(Acknowledgement)
        .where(Acknowledgement.membership_id.in_([one.id for one in memberships]))
        .order_by(Acknowledgement.member_terms_id)
    ).all()
    found: dict[int, list[Acknowledgement]] = {}
    for row in rows:
        found.setdefault(row.membership_id, []).append(row)
    return found
