"""The figures of claims as rows of a table that everybody may take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.db import db
from app.domain.terms import Rules
from app.models import Plan
from app.services import claim_figures
from app.services.claim_figures import Figures


@dataclass(frozen=True, slots=True)
class Published:
    """The figures of all plans together, and of each with its name."""

    together: Figures
    plans: tuple[tuple[Rules, Figures], ...]


def published(names: Mapping[str, Rules]) -> Published:
    """What stands on the page; `names` are the rules of every plan on this day."""
    together, by_plan = claim_figures.figures()
    numbers = dict(db.session.execute(db.select(Plan.id, Plan.slug)).all())
    slugs = {numbers[number]: figures for number, figures in by_plan.items()}
    return Published(together, tuple((rules, slugs[slug]) for slug, rules in names.items() if slug in slugs))


def table(shown: Published) -> str:
    """The same figures as CSV: plan, figure, value, number, median_days, p90_days.

    Why claims were refused is told of all plans together alone, as on the page: what one plan hides among the others
    could be found by subtracting.
    """
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(("plan", "figure", "value", "number", "median_days", "p90_days"))
    writer.writerows(("all", *row) for row in _rows(shown.together))
    writer.writerows(("all", "refused_by", group, number, "", "") for group, number in shown.together.refused_by)
    for rules, figures in shown.plans:
        writer.writerows((rules.slug, *row) for row in _rows(figures))
    return held.getvalue()


def _rows(of: Figures) -> Iterator[tuple[str, str, int | str, int | str, int | str]]:
    for step, took in of.took.items():
        median, p90 = (took.median_days, took.p90_days) if took.is_public else (None, None)
        yield step, "", took.number, "" if median is None else median, "" if p90 is None else p90
    yield "received", "", of.received, "", ""
    for kind, values in (("state", of.states.items()), ("appeal", of.appeals.items())):
        for value, number in values:
            yield kind, value, number, "", ""
