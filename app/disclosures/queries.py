"""What the public asks about periods and cases. Each page asks a fixed number of questions, whatever the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import aliased, lazyload

from app.db import Whole, db
from app.disclosures.forms import Wanted
from app.domain.calendar import PeriodName, parse_period_name
from app.domain.equation import Caps, most_a_case_fen
from app.domain.masking import NOTHING_LEFT
from app.domain.period_states import LOCKED_STATES, PUBLIC_STATES
from app.domain.terms import Rules
from app.models import (
    Award,
    Case,
    Claim,
    Notice,
    Payout,
    Period,
    PeriodChange,
    PublicStory,
    Settlement,
    SettlementAward,
)
from app.services import forecasts, public_reading, rulebook
from app.services.public_reading import Reading
from app.services.visibility import SEEN

PERIODS_A_PAGE = 20
CASES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One period in the list."""

    period: Period
    cases: int
    share_fen: int | None
    """What each member was charged; in a period that is not settled yet, what it would be at most; None: unknown."""


@dataclass(frozen=True, slots=True)
class PeriodsPage:
    """One page of the list, newest first."""

    rows: list[Listed]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One period with its neighbours and its bulletin."""

    period: Period
    settlement: Settlement | None
    bulletin: str | None
    before: PeriodName | None
    before_name: str | None
    after: PeriodName | None
    after_name: str | None
    changes: list[PeriodChange]
    """What became of its days, oldest first."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the table of a period."""

    case: Case
    reading: Reading
    """What is shown of it."""
    received_fen: int | None
    """What it receives; None while the period is not settled."""
    paid: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of the cases of a period."""

    rows: list[CaseRow]
    total: int
    page: int
    pages: int

    @property
    def asked_fen(self) -> int:
        """What the cases of this page asked for."""
        return sum(row.case.amount_fen for row in self.rows)

    @property
    def received_fen(self) -> int:
        """What the cases of this page receive; 0 while nothing is settled."""
        return sum(row.received_fen or 0 for row in self.rows)

    @property
    def expired(self) -> bool:
        """Whether the details of all cases of this page have expired."""
        return bool(self.rows) and all(row.reading.shown == NOTHING_LEFT for row in self.rows if row.case.level)

    def expected_of(self, expected_fen: Mapping[int, int]) -> int:
        """What the cases of this page would receive, of what each case would."""
        return sum(expected_fen[row.case.number] for row in self.rows)


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """One case with what came of it."""

    case: Case
    settled: SettlementAward | None
    settlement: Settlement | None
    payout: Payout | None

    @property
    def caps(self) -> Caps | None:
        """What the caps did to this one; None before the settlement."""
        terms = self.case.period.pool_terms
        if self.settlement is None or terms is None or self.settled is None:
            return None
        asked = self.settled.asked_fen
        most = most_a_case_fen(rulebook.pool_terms(terms), self.settlement.members)
        within = asked if most is None else min(asked, most)
        return Caps(most, case_reached=within < asked, year_reached=self.settled.shared_fen < within)


def periods(wanted: Wanted, *, page: int, at: dt.datetime) -> PeriodsPage:
    """The published periods that were asked for, newest first; a page that does not exist is empty."""
    conditions = list(asked_of(wanted))
    total = db.session.scalar(select(func.count(Period.id)).where(*conditions)) or 0
    newest = (Period.publication_day.desc(), Period.id.desc())
    of_page = (
        select(Period.id).where(*conditions).order_by(*newest).limit(PERIODS_A_PAGE).offset((page - 1) * PERIODS_A_PAGE)
    )  # counted off in the index alone, before anything is joined
    rows = db.session.execute(
        select(Period, Settlement.share_fen, cases_published())
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .where(Period.id.in_(of_page))
        .order_by(*newest)
    ).all()
    expected = forecasts.previews([row[0] for row in rows], at=at)
    listed = [
        Listed(period, cases, expected[period.id].quote.share_fen if period.id in expected else share_fen)
        for period, share_fen, cases in rows
    ]
    return PeriodsPage(listed, total, page, _pages(total, PERIODS_A_PAGE))


def cases_published() -> ColumnElement[int]:
    """How many cases a period has: settled, or waiting for its settlement. Its settlement is joined from outside."""
    waiting = (
        select(func.count(Award.id))
        .join(Claim, Award.claim_id == Claim.id)
        .where(Award.period_id == Period.id, Claim.state == "published")
        .scalar_subquery()
    )
    return func.coalesce(Settlement.cases, waiting)


def asked_of(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """What is asked of periods: only those the public sees."""
    yield Period.state.in_(wanted.states or PUBLIC_STATES)
    yield SEEN
    if wanted.plan:
        yield Period.plan.has(slug=wanted.plan)
    if wanted.month:
        yield Period.year == wanted.month[0]
        yield Period.month == wanted.month[1]


def _pages(total: int, a_page: int) -> int:
    return max(1, -(-total // a_page))


def period(name: str) -> Opened | None:
    """The period of this name with its settlement, its bulletin and its neighbours; None when there is none."""
    found = db.session.execute(_OPENED, {"name": name}).all()
    if not found:
        return None
    row, settlement, bulletin, before_name, after_name, _change = found[0]
    return Opened(
        row,
        settlement,
        bulletin,
        before=parse_period_name(before_name) if before_name else None,
        before_name=before_name,
        after=parse_period_name(after_name) if after_name else None,
        after_name=after_name,
        changes=[one.PeriodChange for one in found if one.PeriodChange is not None],
    )


def _opened() -> Any:
    """Put together once: joining costs this process more than the question costs the database."""
    before, after = aliased(Period), aliased(Period)
    return (
        select(Period, Settlement, Notice.ref, before.name, after.name, PeriodChange)
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .outerjoin(Notice, and_(Notice.kind == "bulletin", Notice.about == Period.id))
        .outerjoin(before, _counted(before, Period.seq - 1))
        .outerjoin(after, _counted(after, Period.seq + 1))
        .outerjoin(PeriodChange, PeriodChange.period_id == Period.id)
        .where(Period.name == bindparam("name"))
        .order_by(PeriodChange.id)
    )


def _counted(other: Any, seq: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(
        other.pool_id == Period.pool_id, other.seq == seq, other.state != "cancelled", other.visible_at.is_not(None)
    )


def cases(opened: Opened, *, total: int, page: int, on: dt.date) -> CasePage:
    """One page of the `total` cases of a period as they are read on a day, in the order of the decisions."""
    rows = db.session.execute(
        _CASES, {"period": opened.period.id, "before": (page - 1) * CASES_A_PAGE, "a_page": CASES_A_PAGE}
    ).all()
    listed = [CaseRow(row[0], public_reading.listed(row[0], row[3], on=on), row[1], row[2] == "paid") for row in rows]
    return CasePage(listed, total, page, _pages(total, CASES_A_PAGE))


def _cases() -> Any:
    received = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    return (
        public_cases(select(Case, received, Payout.state, PublicStory.audience))
        .outerjoin(PublicStory, and_(PublicStory.case_id == Case.id, PublicStory.state == "published"))
        .where(Case.period_id == bindparam("period"))
        .options(lazyload(Case.award), lazyload(Case.period))
        .order_by(Case.number)
        .limit(bindparam("a_page", type_=Whole()))
        .offset(bindparam("before", type_=Whole()))
    )


def public_cases(question: Any) -> Any:
    """Only cases that wait for their settlement or are settled: one that went back to review is nobody's business.

    The question then knows `Award`, `Claim`, `SettlementAward`, `Payout` and `Period`.
    """
    return (
        question.join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .outerjoin(SettlementAward, SettlementAward.award_id == Award.id)
        .outerjoin(Payout, Payout.award_id == Award.id)
        .join(Period, Case.period_id == Period.id)
        .where(
            SettlementAward.award_id.is_not(None)
            | ((Claim.state == "published") & Period.state.in_(LOCKED_STATES) & Period.visible_at.is_not(None))
        )
    )


def public_case(ref: str) -> OpenedCase | None:
    """One public case; None when there is none, or not any more."""
    found = db.session.execute(
        public_cases(select(Case, SettlementAward, Settlement, Payout))
        .outerjoin(
            Settlement, and_(Settlement.pool_id == SettlementAward.pool_id, Settlement.seq == SettlementAward.seq)
        )
        .where(Case.ref == ref)
        .options(
            lazyload(SettlementAward.award), lazyload(Payout.settled)
        )  # their inner joins would undo the outer ones
    ).first()
    return OpenedCase(*found) if found else None


def rules_of_period(period: Period) -> Rules:
    """The rules a period is locked under; before its lock those of its publication day."""
    row = period.pool_terms
    return rulebook.rules_of(row.version if row else rulebook.version_on(period.plan_id, period.publication_day))


_OPENED, _CASES = _opened(), _cases()
