"""The figures as rows of files that everybody may take along: whole numbers, fen, ISO dates; empty where not told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from app.disclosures.figures.queries import OfPlan, Payouts, Together
from app.domain.incidence import in_tenths
from app.services.period_figures.reading import PlanFigures

Cell = str | int | None
Rows = Iterator[tuple[Cell, ...]]
REST: Final = "not-told-apart"

_MEMBERS: Final = ("plan", "period", "locked_on", "band", "standing", "members")
_MOVEMENT: Final = ("plan", "period", "locked_on", "members", "joined", "left")
_SHARES: Final = ("plan", "period", "locked_on", "share_fen", "charged_fen", "to_cases_fen")
_YUAN: Final = (
    "plan", "since", "until", "periods", "charged_fen", "to_cases_fen", "fee_fen", "unpaid_fen", "carried_fen",
    "asked_fen", "received_fen",
)  # fmt: skip
_PAYOUTS: Final = ("cases", "received_fen")


def text(columns: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> bytes:
    """A table as a file."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(tuple(columns))
    writer.writerows(tuple("" if cell is None else cell for cell in row) for row in rows)
    return held.getvalue().encode()


def _members(plans: Mapping[str, PlanFigures]) -> Rows:
    for slug, one in plans.items():
        for told in one.members:
            yield slug, one.newest.name, one.newest.on.isoformat(), told.band, told.standing, told.members


def _movement(plans: Mapping[str, PlanFigures]) -> Rows:
    for slug, one in plans.items():
        for point in one.points:
            yield slug, point.name, point.on.isoformat(), point.members, point.joined, point.left


def _shares(plans: Mapping[str, PlanFigures]) -> Rows:
    for slug, one in plans.items():
        for point in one.points:
            if point.share_fen is not None:
                money = (point.share_fen, point.charged_fen, point.shared_fen)
                yield slug, point.name, point.on.isoformat(), *money


def _yuan(plans: Mapping[str, PlanFigures]) -> Rows:
    for slug, one in plans.items():
        if one.so_far is not None:
            told = one.so_far
            where = (told.charged_fen, told.shared_fen, told.fee_fen, told.unpaid_fen, told.carried_fen)
            yield slug, told.since.isoformat(), told.until, told.periods, *where, told.asked_fen, told.received_fen


def _payouts(of: Payouts) -> Rows:
    for value, received in of.named.items():
        yield value, received.cases, received.fen
    if of.rest.cases or of.rest.fen:
        yield REST, of.rest.cases, of.rest.fen


def _held(shown: Together) -> Rows:
    for one in shown.accounts:
        cover = one.cover
        lines = {
            "in_custody": cover.bank_fen,
            "arrears": cover.arrears_fen,
            "unpaid_shares": one.unpaid_shares_fen,
            "operators_promise": one.subsidy_fen,
            "held": one.held_fen,
            "owed": one.owed_fen,
            "may_leave_for_payouts": cover.left_fen,
        }
        for line, fen in lines.items():
            yield one.name, line, fen
        for slug, fen in one.reserves_fen.items():
            yield one.name, f"reserve:{slug}", fen


def _checks(shown: Together) -> Rows:
    if shown.run is not None:
        for answer in shown.run.answers:
            yield answer["name"], answer["found"], shown.run.at.isoformat()


def _incidence(shown: OfPlan) -> Rows:
    for one in shown.incidence:
        exact = one.per_10_000
        yield shown.slug, one.band, one.cases, one.half_days, None if exact is None else in_tenths(exact)


def _cross_subsidy(shown: OfPlan) -> Rows:
    for one in shown.bands:
        told = (one.cases, one.received_fen, one.difference_fen) if one.is_told else (None, None, None)
        yield shown.slug, one.band, one.paid_fen, *told


def _of(shown: OfPlan) -> Mapping[str, PlanFigures]:
    return {shown.slug: shown.figures} if shown.figures else {}


TOGETHER: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Together], Rows]]]] = {
    "members": (_MEMBERS, lambda shown: _members(shown.plans)),
    "movement": (_MOVEMENT, lambda shown: _movement(shown.plans)),
    "shares": (_SHARES, lambda shown: _shares(shown.plans)),
    "yuan": (_YUAN, lambda shown: _yuan(shown.plans)),
    "groups": (("group", *_PAYOUTS), lambda shown: _payouts(shown.groups)),
    "places": (("place", *_PAYOUTS), lambda shown: _payouts(shown.places)),
    "held": (("account", "line", "amount_fen"), _held),
    "checks": (("question", "found", "asked_at"), _checks),
}
"""The files over all plans, by name: columns, and the rows."""
OF_PLAN: Final[Mapping[str, tuple[tuple[str, ...], Callable[[OfPlan], Rows]]]] = {
    "members": (_MEMBERS, lambda shown: _members(_of(shown))),
    "movement": (_MOVEMENT, lambda shown: _movement(_of(shown))),
    "shares": (_SHARES, lambda shown: _shares(_of(shown))),
    "yuan": (_YUAN, lambda shown: _yuan(_of(shown))),
    "incidence": (("plan", "band", "cases", "half_member_days", "per_10000_member_years_tenths"), _incidence),
    "cross-subsidy": (("plan", "band", "paid_fen", "cases", "received_fen", "difference_fen"), _cross_subsidy),
}
"""The files of one plan."""
