"""Rule versions and shares as files, and two versions held against each other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select

from app.db import db
from app.models import Period, Plan, RuleVersion, Settlement
from app.plans.queries import Change, change_between
from app.services.days import day_of

COLUMNS: Final = (
    "period", "settled_on", "members", "cases", "asked_fen", "paid_fen", "fee_fen", "surplus_in_fen", "share_fen",
)  # fmt: skip
_MOST: Final = 2_000
"""More settlements than a plan can have in eighty years."""


class NotTwoVersions(Exception):
    """Two different versions of the plan are needed, and these are not."""


def between(every: Sequence[RuleVersion], first: str, second: str) -> Change:
    """What the later of two versions changed against the earlier, in whichever order they were named.

    Raises `NotTwoVersions` when they are the same, or not both versions of the plan.
    """
    numbers = {str(version.number): version.number for version in every}
    if first == second or first not in numbers or second not in numbers:
        raise NotTwoVersions
    return change_between(every, *sorted((numbers[first], numbers[second])))


def plan_with(slug: str) -> Plan | None:
    """The plan of this slug."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))


def shares_table(plan_id: int) -> Iterator[str]:
    """Every settlement of a plan as lines of CSV, oldest first: what was asked, what was paid, what each paid."""
    rows = db.session.execute(
        select(Period.name, Settlement)
        .join(Settlement, Settlement.period_id == Period.id)
        .where(Period.plan_id == plan_id)
        .order_by(Settlement.at, Settlement.seq)
        .limit(_MOST)
    ).all()
    yield _line(COLUMNS)
    for name, one in rows:
        paid_fen = one.shared_payouts_fen + one.from_reserve_fen + one.from_operator_fen
        yield _line(
            (
                name,
                day_of(one.at).isoformat(),
                one.members,
                one.cases,
                one.approved_fen,
                paid_fen,
                one.fee_fen,
                one.surplus_before_fen,
                one.share_fen,
            )
        )


def _line(cells: Sequence[object]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue()
