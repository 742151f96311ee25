"""Reminders: whoever a settlement brought below the reminding level or below the floor is told once, after it is done.

Who crossed is a range of thresholds, fixed by two neighbouring settlements, so it can be enumerated at any later time,
in pieces, and begun again after an interruption: the key of each message lets it be said once. The reminding level is
the rules' own band, or two shares like the last one when that is more. Who has set an earlier level of their own is
found among the settings of the pool (app/services/reminder_settings.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.db import db, transaction
from app.domain.standing import deadline
from app.domain.terms import PoolTerms
from app.models import Audit, Membership, Period, Pool, PoolTermsRow, Settlement
from app.services import audit, closings, expected_share, messages, reminder_settings, rulebook
from app.services.days import day_of, midnight, zone

_CHUNK = 500
_INDIVIDUAL = "low-balance"
_LIST = "low-balance-list"


@dataclass(frozen=True, slots=True)
class _Crossing:
    """Everybody one settlement brought below one level: thresholds from `from_fen` up to, not including, `to_fen`.

    Who joined since the settlement before had no earlier word, and belongs here from `newcomers_from_fen` on.
    """

    band: str
    from_fen: int
    to_fen: int
    newcomers_from_fen: int


def remind(pool_id: int, at: dt.datetime, *, chunk: int = _CHUNK) -> int:
    """Tell everybody the last settlement of a pool brought low; returns how many messages it took. Done once.

    Each piece is a transaction of its own. Memberships enrolled by list are told to their organiser as one count.
    """
    settlement = db.session.scalar(
        select(Settlement).where(Settlement.pool_id == pool_id).order_by(Settlement.seq.desc()).limit(1)
    )
    if settlement is None or settlement.share_fen == 0:
        return 0
    if closings.holds_everybody(db.session.get_one(Pool, pool_id)):  # nothing can be paid in any more
        return 0
    name = f"{db.session.get_one(Pool, pool_id).name}:{settlement.seq}"
    if db.session.scalar(select(Audit.id).where(Audit.about_kind == "settlement", Audit.about_ref == name)) is not None:
        return 0
    low, seq = crossings(settlement), settlement.seq
    told = sum(_remind_members(pool_id, seq, crossing, chunk, at=at) for crossing in low)
    told += _remind_early(pool_id, seq, chunk, at=at)
    with transaction():
        told += sum(_remind_organisers(pool_id, seq, crossing, at=at) for crossing in low)
        audit.note("remind", "settlement", name, by=None, role="system", at=at, detail=f"{told} messages")
    return told


def crossings(settlement: Settlement) -> tuple[_Crossing, ...]:
    """Below the floor, and below the reminding level but not below the floor: nobody is told both of one settlement."""
    terms = _terms(settlement)
    was_at_floor, at_floor = settlement.index_before_fen + terms.floor_fen, settlement.index_after_fen + terms.floor_fen
    earlier = db.session.get(Settlement, (settlement.pool_id, settlement.seq - 1))
    before_fen = settlement.index_before_fen + (_level_fen(earlier) if earlier is not None else terms.remind_below_fen)
    level_fen = settlement.index_after_fen + _level_fen(settlement)
    return (
        _Crossing("floor", was_at_floor, at_floor, was_at_floor),
        _Crossing("remind", max(before_fen, at_floor), level_fen, at_floor),
    )


def _level_fen(settlement: Settlement) -> int:
    return max(_terms(settlement).remind_below_fen, 2 * settlement.share_fen)


def _terms(settlement: Settlement) -> PoolTerms:
    return rulebook.pool_terms(db.session.get_one(PoolTermsRow, settlement.pool_terms_id))


def brought_low(pool_id: int, seq: int, crossing: _Crossing) -> ColumnElement[bool]:
    """Members charged by settlement `seq` whose threshold lies in the crossing."""
    newcomer = and_(Membership.join_seq == seq - 1, Membership.threshold_fen >= crossing.newcomers_from_fen)
    return and_(
        Membership.pool_id == pool_id,
        Membership.state == "sharing",
        Membership.threshold_fen < crossing.to_fen,
        Membership.join_seq < seq,
        Membership.ends_after_seq.is_(None),
        or_(Membership.threshold_fen >= crossing.from_fen, newcomer),
    )


def _remind_members(pool_id: int, seq: int, crossing: _Crossing, chunk: int, *, at: dt.datetime) -> int:
    told, last = 0, 0
    while True:
        with transaction():
            found = db.session.scalars(
                select(Membership)
                .where(
                    brought_low(pool_id, seq, crossing), Membership.application_id.is_not(None), Membership.id > last
                )
                .order_by(Membership.id)
                .limit(chunk)
            ).all()
            settlement = db.session.get_one(Settlement, (pool_id, seq))
            quiet, next_charge = _on_the_page_alone(found), _next_charge(settlement)
            for membership in found:
                by_mail = crossing.band == "floor" or membership.id not in quiet
                _tell_member(membership, settlement, crossing.band, next_charge, at=at, by_mail=by_mail)
            if not found:
                return told
            told, last = told + len(found), found[-1].id


def _on_the_page_alone(found: Sequence[Membership]) -> set[int]:
    """Who of a piece wants no mail about a low balance; that the days of grace begin is told by mail all the same."""
    settings = reminder_settings.current_of([one.id for one in found])
    return {one for one, setting in settings.items() if not setting.by_mail}


def _next_charge(settlement: Settlement) -> dt.date:
    """The day of the next charge after a settlement, as planned."""
    pool = db.session.get_one(Pool, settlement.pool_id)
    return expected_share.next_settle_day(pool, day_of(settlement.at))


def _remind_early(pool_id: int, seq: int, chunk: int, *, at: dt.datetime) -> int:
    """Tell who fell below a level of their own that lies above the one everybody is reminded at."""
    told, last = 0, 0
    while True:
        with transaction():
            settlement = db.session.get_one(Settlement, (pool_id, seq))
            earlier = db.session.get(Settlement, (pool_id, seq - 1))
            wanted = reminder_settings.early(settlement, earlier, _level_fen(settlement))
            rows = db.session.execute(wanted.where(Membership.id > last).limit(chunk)).all()
            quiet = _on_the_page_alone([row.Membership for row in rows])
            next_charge = _next_charge(settlement)
            for row in rows:
                one, by_mail = row.Membership, row.Membership.id not in quiet
                _tell_member(one, settlement, "early", next_charge, at=at, by_mail=by_mail, below_fen=row.below_fen)
            if not rows:
                return told
            told, last = told + len(rows), rows[-1].Membership.id


def _tell_member(  # noqa: PLR0913 -- whom, of what, which band, when next, and which way
    membership: Membership,
    settlement: Settlement,
    band: str,
    next_charge: dt.date,
    *,
    at: dt.datetime,
    by_mail: bool,
    **more: object,
) -> None:
    plan = membership.pool.plan.slug
    values: dict[str, object] = {
        "plan": plan,
        "membership": membership.ref,
        "band": band,
        "balance_fen": (membership.threshold_fen or 0) - settlement.index_after_fen,
        "share_fen": settlement.share_fen,
        "period": _period_name(settlement),
        **more,
    }
    terms = _terms(settlement)
    if band == "floor":
        values["last_day"] = _last_day(settlement.at, terms)
    elif (membership.threshold_fen or 0) - settlement.index_after_fen - settlement.share_fen < terms.floor_fen:
        values["ends_earliest"] = _last_day(midnight(next_charge), terms)
    key = f"{_INDIVIDUAL}:{membership.ref}:{band}:{membership.pool.name}:{settlement.seq}"
    tell = messages.tell if by_mail else messages.tell_on_the_page
    tell(membership.account_id, _INDIVIDUAL, key=key, at=at, **values)


def _last_day(below_since: dt.datetime, terms: PoolTerms) -> str:
    """The last day of whoever falls below the floor at an instant and pays nothing in."""
    return day_of(deadline(below_since, terms.grace_days, zone()) - dt.timedelta(microseconds=1)).isoformat()


def _remind_organisers(pool_id: int, seq: int, crossing: _Crossing, *, at: dt.datetime) -> int:
    pool = db.session.get_one(Pool, pool_id)
    settlement = db.session.get_one(Settlement, (pool_id, seq))
    rows = db.session.execute(
        select(Membership.account_id, func.count(Membership.id).label("members"))
        .where(brought_low(pool_id, seq, crossing), Membership.application_id.is_(None))
        .group_by(Membership.account_id)
    ).all()
    for row in rows:
        messages.tell(
            row.account_id,
            _LIST,
            key=f"{_LIST}:{pool.name}:{seq}:{crossing.band}:{row.account_id}",
            at=at,
            plan=pool.plan.slug,
            band=crossing.band,
            members=row.members,
            period=_period_name(settlement),
        )
    return len(rows)


def _period_name(settlement: Settlement) -> str:
    return db.session.get_one(Period, settlement.period_id).name
