"""What the questions about the money found, kept: for the public page, for the treasury, and for the day after."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.db import db
from app.models import CheckRun
from app.services import audit, outbox

AUDIT: Final = "audit"
"""The kind of work that asks every question; its payload says what asked for it."""
SHOWN: Final = 20
"""So many rows of a question are kept; how many there were is kept too."""
_LATEST: Final = 12

Asks = dict[str, Callable[[], Iterable[str]]]
"""Questions by their names; each answers with what should not be there."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question by its name, and the rows that should not be there."""

    name: str
    rows: tuple[str, ...]


class MoneyDisagrees(Exception):
    """A question before or after a settlement found something: nothing is settled until it is explained."""

    def __init__(self, trigger: str, about: str, asked: Asked) -> None:
        super().__init__(", ".join(question.name for question in asked.wrong))
        self.trigger, self.about, self.asked = trigger, about, asked


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions that were asked together, and how long that took."""

    questions: tuple[Question, ...]
    duration_ms: int

    @property
    def wrong(self) -> list[Question]:
        """Those that found something."""
        return [question for question in self.questions if question.rows]


def ask(questions: Asks, *, began: int | None = None) -> Asked:
    """Ask these questions now, one after the other. `began` (`monotonic_ns`): when reading what they look at began."""
    began = began or time.monotonic_ns()
    answers = tuple(Question(name, tuple(question())) for name, question in questions.items())
    return Asked(answers, (time.monotonic_ns() - began) // 1_000_000)


def keep(trigger: str, asked: Asked, *, at: dt.datetime, about: str = "") -> CheckRun:
    """Write down a run. `about` is the period that was about to settle, or had."""
    run = CheckRun(
        trigger=trigger,
        about=about,
        at=at,
        duration_ms=asked.duration_ms,
        questions=len(asked.questions),
        findings=sum(len(question.rows) for question in asked.questions),
        answers=_answers(asked),
    )
    db.session.add(run)
    return run


def _answers(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"name": question.name, "found": len(question.rows), "rows": list(question.rows[:SHOWN])}
        for question in asked.questions
    ]


def keep_refusal(found: MoneyDisagrees, *, at: dt.datetime) -> None:
    """Write down the run that refused a settlement; tried again with the same finding, it is written down once."""
    last = _last_about(found.about)
    if last is None or (last.trigger, last.answers) != (found.trigger, _answers(found.asked)):
        keep(found.trigger, found.asked, at=at, about=found.about)


def refusal_of(period_name: str) -> CheckRun | None:
    """The run that keeps a period from settling; None when the last one found nothing, or there was none."""
    last = _last_about(period_name)
    return last if last is not None and last.findings else None


def _last_about(period_name: str) -> CheckRun | None:
    return db.session.scalar(
        select(CheckRun).where(CheckRun.about == period_name).order_by(CheckRun.id.desc()).limit(1)
    )


def ask_for(*, by: int, at: dt.datetime) -> None:
    """Ask for a run over everything; asked for again before it has run, it runs once."""
    outbox.ask(AUDIT, _next_key(), at=at, trigger="by-hand")
    audit.note("ask-questions", "money", "all", by=by, role="treasurer", at=at)


def is_asked_for() -> bool:
    """Whether a run was asked for by hand and has not been kept yet."""
    return outbox.is_asked(_next_key())


def _next_key() -> str:
    last = last_whole()
    return f"{AUDIT}:by-hand:{last.id if last is not None else 0}"


def last_whole() -> CheckRun | None:
    """The last run over everything."""
    return db.session.scalar(select(CheckRun).where(CheckRun.about == "").order_by(CheckRun.id.desc()).limit(1))


def latest() -> Sequence[CheckRun]:
    """The last few runs of any kind, newest first."""
    return db.session.scalars(select(CheckRun).order_by(CheckRun.id.desc()).limit(_LATEST)).all()


def of_settlements() -> Sequence[CheckRun]:
    """The last few runs before and after settlements, newest first."""
    return db.session.scalars(
        select(CheckRun).where(CheckRun.about != "").order_by(CheckRun.id.desc()).limit(_LATEST)
    ).all()
