"""Closing a plan: its stages, its days, and what becomes of what is left.

A closing is proposed by one and announced by another. From the announcement on nobody joins, nothing more is paid in
and nobody lapses. The last period published up to the closing day is the last one that members share; then memberships
end and balances go back. For the days of the run-off, claims for events before the closing day may still be made.
They are settled together out of surplus and reserve; what is left after them goes where the rules say, never to the
operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.domain.money import split_by_largest_remainder
from app.domain.moves import MoveTable, row
from app.domain.shares import Case, CaseShare, Quote
from app.domain.terms import PoolTerms

Stage = Literal["proposed", "announced", "last_period", "run_off", "remainder", "closed", "dropped", "taken_back"]

TABLE: MoveTable[Stage] = MoveTable(
    "proposed",
    (
        row("proposed", "announce", "announced", "treasurer", "operator"),
        row("proposed", "drop", "dropped", "treasurer", "operator"),
        row("announced", "take_back", "taken_back", "treasurer", "operator"),
        row("announced", "begin_last_period", "last_period", "system"),
        row("last_period", "end_memberships", "run_off", "system"),
        row("run_off", "finish_claims", "remainder", "system"),
        row("remainder", "close", "closed", "system"),
    ),
)

OVER: frozenset[Stage] = frozenset({"dropped", "taken_back"})
"""Nothing comes of a closing in these stages: another one may be proposed."""
BINDING: frozenset[Stage] = frozenset({"announced", "last_period", "run_off", "remainder", "closed"})
"""From the announcement on: nobody joins, nothing is paid in, nobody lapses."""


class ClosingDayTooSoon(ValueError):
    """The closing day is announced further ahead; `earliest` is the first that may be named."""

    def __init__(self, earliest: date) -> None:
        super().__init__(f"not before {earliest}")
        self.earliest = earliest


class ClosingNeedsReason(ValueError):
    """Closing a plan, or taking that back, without telling the public why."""

    def __init__(self) -> None:
        super().__init__("a closing needs a public reason")


@dataclass(frozen=True, slots=True)
class ClosingDays:
    """Every day of one closing, as it is foreseen."""

    announced_on: date
    last_publication_day: date | None
    """The last period that members share is published on it; None: there is none any more."""
    last_settle_day: date | None
    closing_day: date
    """Claims are for events before this day."""
    memberships_end_on: date
    """The closing day, or the day of the last settlement where that is later."""
    claims_until: date
    """The last day on which a claim may be made."""


def earliest_closing_day(announced_on: date, terms: PoolTerms) -> date:
    """The first closing day that may be announced on a day."""
    return announced_on + timedelta(days=terms.closing.ahead_days)


def check(closing_day: date, reason: str, *, announced_on: date, terms: PoolTerms) -> None:
    """Raises `ClosingNeedsReason` and `ClosingDayTooSoon`."""
    if not reason.strip():
        raise ClosingNeedsReason
    earliest = earliest_closing_day(announced_on, terms)
    if closing_day < earliest:
        raise ClosingDayTooSoon(earliest)


def days_of(
    announced_on: date, closing_day: date, terms: PoolTerms, periods: Iterable[tuple[date, date]]
) -> ClosingDays:
    """The days that follow; `periods` are publication and settle day of every period not settled or cancelled.

    Only those published up to the closing day are still shared.
    """
    shared = [days for days in periods if days[0] <= closing_day]
    last = max(shared, default=None)
    ends_on = max([closing_day, *(settle for _publish, settle in shared)])
    return ClosingDays(
        announced_on=announced_on,
        last_publication_day=last[0] if last else None,
        last_settle_day=max(settle for _publish, settle in shared) if shared else None,
        closing_day=closing_day,
        memberships_end_on=ends_on,
        claims_until=claims_until(closing_day, terms),
    )


def claims_until(closing_day: date, terms: PoolTerms) -> date:
    """The last day of the run-off."""
    return closing_day + timedelta(days=terms.closing.run_off_days)


def settle_run_off(  # noqa: PLR0913 -- one settlement has this many inputs
    cases: Iterable[Case],
    *,
    terms: PoolTerms,
    surplus_fen: int,
    reserve_fen: int,
    unpaid_fen: int = 0,
    credits_fen: int = 0,
) -> Quote:
    """Settle the claims of a run-off out of what is left: nobody is charged, and there is no fee.

    Unpaid shares, which nobody will share any more, come first: they are money that is not there. They are taken from
    the surplus; `reserve_fen` is what the reserve holds after it has borne its part of them. Where surplus and reserve
    do not reach, all cases are cut alike by largest remainder, the surplus used first. A surplus below zero, or any
    other negative amount, raises ValueError.
    """
    if min(surplus_fen, reserve_fen, unpaid_fen) < 0:
        raise ValueError("a run-off takes no negative amount")
    ordered = sorted(cases, key=lambda case: case.number)
    asked = [case.asked_fen for case in ordered]
    borne_fen = min(unpaid_fen, surplus_fen)
    left_fen = surplus_fen - borne_fen
    received = split_by_largest_remainder(min(sum(asked), left_fen + reserve_fen), asked)
    shared = split_by_largest_remainder(min(sum(received), left_fen), received)
    need_fen = sum(shared) + borne_fen
    return Quote(
        terms=terms,
        members=0,
        room_fen=None,
        unpaid_waiting_fen=unpaid_fen,
        reserve_fen=reserve_fen,
        operator_fen=0,
        credits_fen=credits_fen,
        cases=tuple(
            CaseShare(case.number, case.asked_fen, part, whole - part, 0)
            for case, part, whole in zip(ordered, shared, received, strict=True)
        ),
        approved_fen=sum(asked),
        shared_payouts_fen=sum(shared),
        fee_fen=0,
        unpaid_fen=borne_fen,
        need_fen=need_fen,
        share_fen=0,
        surplus_before_fen=surplus_fen,
        surplus_after_fen=surplus_fen - need_fen,
        from_reserve_fen=sum(received) - sum(shared),
        from_operator_fen=0,
        cap_case_bound=False,
        cap_year_bound=False,
    )


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Who bears unpaid shares that nobody will share any more: the reserve, the surplus, then the operator's fee."""

    from_reserve_fen: int
    from_surplus_fen: int
    from_fee_fen: int
    still_unpaid_fen: int
    """What nobody could bear: it waits for money from outside."""


def write_off(unpaid_fen: int, *, reserve_fen: int, surplus_fen: int, fee_fen: int) -> WriteOff:
    """Spread unpaid shares in their written order; what is borne and what is still unpaid is the whole of it."""
    from_reserve_fen = min(unpaid_fen, max(0, reserve_fen))
    from_surplus_fen = min(unpaid_fen - from_reserve_fen, max(0, surplus_fen))
    from_fee_fen = min(unpaid_fen - from_reserve_fen - from_surplus_fen, max(0, fee_fen))
    borne_fen = from_reserve_fen + from_surplus_fen + from_fee_fen
    return WriteOff(from_reserve_fen, from_surplus_fen, from_fee_fen, unpaid_fen - borne_fen)


def is_balanced(held_then_fen: int, gone_fen: Mapping[str, int], held_now_fen: int) -> bool:
    """The equation of the final report: what was held = everything that went since, of each kind + what is held."""
    return held_then_fen == sum(gone_fen.values()) + held_now_fen
