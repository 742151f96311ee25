"""Plans that must come first: which memberships count when a plan is open to members of another one only."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Plan
from app.services import rulebook


def successors(slug: str | None, *, on: dt.date) -> set[str]:
    """The plans that members of a plan move to at its upper age, one after the other: they count like it."""
    found: set[str] = set()
    while slug is not None:
        slug = _moves_to(slug, on=on)
        if slug is None or slug in found:
            break
        found.add(slug)
    return found


def opened_by(slug: str, *, on: dt.date) -> list[Plan]:
    """The plans that are open to members of this one only, in the order of the catalogue."""
    plans = db.session.scalars(select(Plan).where(Plan.opened_on <= on).order_by(Plan.position)).all()
    first = ((plan, rulebook.rules_of(rulebook.version_on(plan.id, on)).member.prerequisite) for plan in plans)
    return [plan for plan, wanted in first if wanted is not None and slug in {wanted, *successors(wanted, on=on)}]


def _moves_to(slug: str, *, on: dt.date) -> str | None:
    plan = db.session.scalar(select(Plan).where(Plan.slug == slug))
    if plan is None or plan.opened_on > on:
        return None
    return rulebook.rules_of(rulebook.version_on(plan.id, on)).member.moves_to
