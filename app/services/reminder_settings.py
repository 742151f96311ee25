"""How a member wants to be reminded of a low balance: earlier than the rules do, or on the page alone; never later.

Whatever is set, the notices of the rules stay: below their level everybody is told, and that days of grace begin is
told by mail as well. A setting belongs to the account that made it: whoever takes a membership over begins anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from app.db import db
from app.domain.money import MOST_TOPUP_FEN
from app.models import Membership, ReminderSetting, Settlement
from app.services import audit


class LevelBelowTheRules(Exception):
    """A reminder cannot come later than the rules demand; `least_fen` is their level."""

    def __init__(self, least_fen: int) -> None:
        super().__init__(f"not below {least_fen} fen")
        self.least_fen = least_fen


class LevelTooHigh(Exception):
    """The level is more than one top-up may be; `most_fen` is that."""

    def __init__(self) -> None:
        super().__init__("a level above everything that is paid in at a time")
        self.most_fen = MOST_TOPUP_FEN


@dataclass(frozen=True, slots=True)
class Wish:
    """How one is to be reminded: below an amount (None: as the rules do), and by mail or on the page alone."""

    below_fen: int | None = None
    by_mail: bool = True


def current_of(membership_ids: Collection[int]) -> dict[int, ReminderSetting]:
    """The setting that counts for each of a few memberships; none where nothing was set by its account."""
    rows = db.session.scalars(
        select(ReminderSetting)
        .join(Membership, Membership.id == ReminderSetting.membership_id)
        .where(
            ReminderSetting.id.in_(_newest().where(ReminderSetting.membership_id.in_(membership_ids))),
            ReminderSetting.account_id == Membership.account_id,
        )
    )
    return {row.membership_id: row for row in rows}


def history_of(membership: Membership) -> Sequence[ReminderSetting]:
    """Everything this account has set for a membership, newest first."""
    return db.session.scalars(
        select(ReminderSetting)
        .where(ReminderSetting.membership_id == membership.id, ReminderSetting.account_id == membership.account_id)
        .order_by(ReminderSetting.id.desc())
    ).all()


def keep(membership: Membership, wish: Wish, *, least_fen: int, by: int, at: dt.datetime) -> bool:
    """Keep what a member wishes; returns whether it is something new. `least_fen` is the level of the rules.

    Raises `LevelBelowTheRules` and `LevelTooHigh`.
    """
    if wish.below_fen is not None and wish.below_fen < least_fen:
        raise LevelBelowTheRules(least_fen)
    if wish.below_fen is not None and wish.below_fen > MOST_TOPUP_FEN:
        raise LevelTooHigh
    now = current_of([membership.id]).get(membership.id)
    if Wish(now.below_fen, now.by_mail) == wish if now is not None else wish == Wish():
        return False
    db.session.add(
        ReminderSetting(
            membership_id=membership.id, pool_id=membership.pool_id, account_id=by,
            below_fen=wish.below_fen, by_mail=wish.by_mail, set_at=at,
        )
    )  # fmt: skip
    db.session.flush()
    audit.note("set-reminder", "membership", membership.ref, by=by, role="member", at=at)
    return True


def early(settlement: Settlement, earlier: Settlement | None, level_fen: int) -> Select[Membership, int | None]:
    """Whom a settlement brought below a level of their own, above the one everybody is reminded at (`level_fen`).

    Each with that level. It reads the settings of one pool and nothing else: who set nothing costs nothing.
    """
    newest = _newest().where(ReminderSetting.pool_id == settlement.pool_id)
    before_fen, after_fen = settlement.index_before_fen, settlement.index_after_fen
    was_above: ColumnElement[bool] = Membership.threshold_fen >= before_fen + ReminderSetting.below_fen
    set_since = ReminderSetting.set_at > earlier.at if earlier is not None else true()
    return (
        select(Membership, ReminderSetting.below_fen)
        .join(ReminderSetting, ReminderSetting.membership_id == Membership.id)
        .where(
            ReminderSetting.id.in_(newest),
            ReminderSetting.account_id == Membership.account_id,
            ReminderSetting.below_fen.is_not(None),
            Membership.state == "sharing",
            Membership.join_seq < settlement.seq,
            Membership.ends_after_seq.is_(None),
            and_(
                Membership.threshold_fen >= after_fen + level_fen,
                Membership.threshold_fen < after_fen + ReminderSetting.below_fen,
            ),
            or_(was_above, set_since, Membership.join_seq == settlement.seq - 1),
        )
        .order_by(Membership.id)
    )


def _newest() -> Select[int]:
    return select(func.max(ReminderSetting.id)).group_by(ReminderSetting.membership_id)
