"""One top-up for several memberships: each gets a payment order of its own, all of them or none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from app.db import db
from app.domain import topups
from app.memberships.own.actions import NotOurReference
from app.memberships.together import queries
from app.models import Account, Membership, Payment
from app.services import closings, payments, pools, standings

_REF = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")


def top_up(parts: Mapping[Membership, int], *, ref: str, by: Account, at: dt.datetime) -> Sequence[Payment]:
    """Ask for one payment for each membership; `ref` is what they have in common. Sent twice, it is one top-up.

    Each payment arrives, fails, waits in suspense and is taken back by itself, like any other. Raises `MembershipEnded`
    when one of them has ended by now (nothing is asked for then), `PlanCloses`, `NoPaymentAdapter`, `NotOurReference`.
    """
    topups.together(list(parts.values()))
    if not _REF.fullmatch(ref):
        raise NotOurReference
    # Two tabs that send the same wait for each other here.
    db.session.get_one(Account, by.id, with_for_update={"key_share": True}, populate_existing=True)
    made = queries.payments_together(ref)
    if made:
        if any(one.account_id != by.id for one in made):
            raise NotOurReference
        return made
    how = standings.standings_of(list(parts), at=at)
    for membership in parts:
        if how[membership.id].kind == "ended":
            raise pools.MembershipEnded
        closings.check_open(membership.pool.plan)
    return [
        payments.ask(amount_fen, account_id=by.id, membership=membership, at=at, together=ref)
        for membership, amount_fen in sorted(parts.items(), key=lambda part: (part[0].pool_id, part[0].id))
    ]
