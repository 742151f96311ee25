"""What has to be written anew: the parts about which something was numbered, and those with details that are over."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Executable, select, union, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, engine_name
from app.domain.calendar import NotAPeriodName, parse_period_name
from app.domain.open_data import LATEST
from app.models import Case, Dataset, DatasetDue, Period, Plan
from app.services.days import day_of
from app.services.public_log import sequencing
from app.services.public_log.sequencing import Numbered
from app.services.visibility import SEEN

_REF: Final = re.compile("[0-9A-HJKMNP-TV-Z]{12}")
_OF_NO_TABLE: Final = frozenset({"dataset", "objection", "claim-counted", "log-key"})
"""Facts about files make nothing due, and no table tells these others."""
_AT_ONCE: Final = 500


def follow(numbered: Sequence[Numbered], at: dt.datetime) -> None:
    """Whatever a numbered fact is about is due."""
    named, cases = set[str](), set[str]()
    for fact in numbered:
        if fact.type in _OF_NO_TABLE:
            continue
        said = json.loads(fact.body)
        period = _period_in(said)
        if period is None and _REF.fullmatch(fact.about):
            cases.add(fact.about)
        else:
            named.add(period or str(said.get("plan") or fact.about))
    mark(_known(named) | _periods_of(cases), at)


def mark(parts: Iterable[str], at: dt.datetime) -> None:
    """These parts have to be written anew, since now if not since earlier."""
    rows = [{"part": part, "since": at} for part in sorted(parts)]
    if rows:
        db.session.execute(_marking(engine_name()), rows)


def mark_all(at: dt.datetime) -> int:
    """Everything has to be written anew: a folder was lost, or restored from an older copy; returns how many parts."""
    parts = {*db.session.scalars(select(Dataset.part).where(Dataset.part.not_in(("", LATEST))).distinct()), *_all()}
    mark({*parts, LATEST}, at)
    anew = update(Dataset).where(Dataset.part == LATEST).values(made_of="")
    db.session.execute(anew.execution_options(synchronize_session=False))
    return len(parts)


def is_due(at: dt.datetime) -> bool:
    """Whether a part that is seen has to be written anew."""
    return bool(parts(at, most=1)) or latest_is_due()


def latest_is_due() -> bool:
    """Whether a part was written since all of them were put together."""
    return db.session.get(DatasetDue, LATEST) is not None


def parts(at: dt.datetime, *, most: int) -> list[str]:
    """Up to `most` parts to write anew, by name: due and seen, or with something in them whose days are over."""
    seen = select(Period.name).where(SEEN, Period.state != "planned")
    plans = select(Plan.slug)
    marked = select(DatasetDue.part).where(DatasetDue.part.in_(seen) | DatasetDue.part.in_(plans))
    over = select(Dataset.part).where(Dataset.ends_on <= day_of(at), Dataset.part.not_in(("", LATEST)))
    either = union(marked, over).subquery()
    return list(db.session.scalars(select(either.c.part).order_by(either.c.part).limit(most)))


def since() -> dt.datetime | None:
    """Since when the oldest part waits to be written anew; None when nothing waits."""
    return db.session.scalar(select(DatasetDue.since).order_by(DatasetDue.since).limit(1))


def _period_in(said: dict[str, Any]) -> str | None:
    for text in (said.get("period"), said["about"]):
        if isinstance(text, str) and _is_period(text):
            return text
    return None


def _is_period(text: str) -> bool:
    try:
        parse_period_name(text)
    except NotAPeriodName:
        return False
    return True


def _periods_of(cases: set[str]) -> set[str]:
    wanted, found = sorted(cases), set[str]()
    for at in range(0, len(wanted), _AT_ONCE):
        named = select(Period.name).join(Case, Case.period_id == Period.id)
        found |= set(db.session.scalars(named.where(Case.ref.in_(wanted[at : at + _AT_ONCE]))))
    return found


def _known(named: set[str]) -> set[str]:
    """Those that are the name of a period or of a plan."""
    plans = set(db.session.scalars(select(Plan.slug)))
    return {one for one in named if one in plans or _is_period(one)}


def _all() -> set[str]:
    periods = select(Period.name).where(SEEN, Period.state != "planned")
    return {*db.session.scalars(periods), *db.session.scalars(select(Plan.slug))}


@cache
def _marking(engine: str) -> Executable:
    insert = sqlite.insert if engine == "sqlite" else postgresql.insert
    return insert(DatasetDue).on_conflict_do_nothing(index_elements=["part"])


sequencing.AFTER.append(follow)
