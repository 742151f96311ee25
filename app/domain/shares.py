"""A settlement: what every case receives and what every member of the pool shares, to the fen.

The five steps, with r the fee in basis points, n the members locked, c the surplus carried in, κ the cap per case
(the fee inside it) and A = room · n + c everything this period may move under the yearly cap:

1. a case above its own cap is cut to floor(κ·n·10,000 / (10,000 + r));
2. if all of them with the fee exceed A, the largest total that fits is split over them by largest remainder;
3. unpaid shares of earlier periods get only the room that is left, and none in a period without cases;
4. share = max(0, ceil((need − c) / n)); what rounding up collected too much is carried into the next period;
5. what a case is short of is filled in the plan's written order, without fee; the rest is not owed.

All cases of a period are charged together: rounding happens once, whatever their number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from app.domain.money import WHOLE_BP, ceil_div, fee_fen, most_with_fee_within, split_by_largest_remainder
from app.domain.terms import PoolTerms, Shortfall


class NobodyShares(ValueError):
    """A pool without members cannot settle: its way is dissolution."""

    def __init__(self) -> None:
        super().__init__("a pool without members cannot settle")


class SameCaseTwice(ValueError):
    """One case number stands twice in a period; `number` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(f"case {number} stands twice in this period")
        self.number = number


class QuoteBroken(ValueError):
    """The parts of a quote do not add up; `law` is the equation that fails."""

    def __init__(self, law: str) -> None:
        super().__init__(f"this quote breaks: {law}")
        self.law = law


@dataclass(frozen=True, slots=True)
class Case:
    """What one approved case asks of a period. The number orders the cases; the amount is positive."""

    number: int
    asked_fen: int

    def __post_init__(self) -> None:
        if self.asked_fen <= 0:
            raise ValueError(f"case {self.number} asks for nothing")


@dataclass(frozen=True, slots=True)
class CaseShare:
    """What one case receives, and from whom."""

    number: int
    asked_fen: int
    shared_fen: int
    """From the members' shares."""
    from_reserve_fen: int
    from_operator_fen: int

    @property
    def received_fen(self) -> int:
        """Everything this case is paid."""
        return self.shared_fen + self.from_reserve_fen + self.from_operator_fen

    @property
    def not_met_fen(self) -> int:
        """What it asked for and does not receive: not owed, printed on the case, and never made good later."""
        return self.asked_fen - self.received_fen


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole arithmetic of one settlement: its inputs, its results, and nothing that does not add up.

    A quote whose parts contradict each other cannot be made: it raises `QuoteBroken`. That holds for one read back from
    storage as well as for a new one.
    """

    terms: PoolTerms
    members: int
    room_fen: int | None
    """The most a member may be charged now under the yearly cap; None: there is no such cap."""
    unpaid_waiting_fen: int
    reserve_fen: int
    operator_fen: int
    """What reserve and operator could have given."""
    cases: tuple[CaseShare, ...]
    """In the order of their numbers."""
    approved_fen: int
    """What all cases asked for."""
    shared_payouts_fen: int
    fee_fen: int
    unpaid_fen: int
    need_fen: int
    share_fen: int
    surplus_before_fen: int
    surplus_after_fen: int
    from_reserve_fen: int
    from_operator_fen: int
    cap_case_bound: bool
    cap_year_bound: bool
    credits_fen: int = 0
    """What of the surplus carried in are credits for settlements that charged too much."""

    def __post_init__(self) -> None:
        laws = {
            "members > 0, or nobody is charged": self.members > 0
            or (self.members == self.share_fen == self.fee_fen == 0),
            "approved = what the cases asked": self.approved_fen == sum(case.asked_fen for case in self.cases),
            "shared payouts = what the cases share": self.shared_payouts_fen
            == sum(case.shared_fen for case in self.cases),
            "from reserve = its parts": self.from_reserve_fen == sum(case.from_reserve_fen for case in self.cases),
            "from operator = its parts": self.from_operator_fen == sum(case.from_operator_fen for case in self.cases),
            "no case receives more than it asked": all(case.not_met_fen >= 0 for case in self.cases),
            "need = shared payouts + fee + unpaid": self.need_fen
            == self.shared_payouts_fen + self.fee_fen + self.unpaid_fen,
            "share · members + surplus before = need + surplus after": self.share_fen * self.members
            + self.surplus_before_fen
            == self.need_fen + self.surplus_after_fen,
            "nothing is negative": min(self.share_fen, self.surplus_before_fen, self.surplus_after_fen, self.unpaid_fen)
            >= 0
            and all(min(case.shared_fen, case.from_reserve_fen, case.from_operator_fen) >= 0 for case in self.cases),
            "credits are part of the surplus": 0 <= self.credits_fen <= self.surplus_before_fen,
            "reserve and operator give what they have": self.from_reserve_fen <= self.reserve_fen
            and self.from_operator_fen <= self.operator_fen,
        }
        for law, holds in laws.items():
            if not holds:
                raise QuoteBroken(law)

    @property
    def charged_fen(self) -> int:
        """What all members together are charged."""
        return self.share_fen * self.members

    @property
    def not_met_fen(self) -> int:
        """What all cases together asked for and do not receive."""
        return sum(case.not_met_fen for case in self.cases)

    @property
    def moves_nothing(self) -> bool:
        """True when there is nothing to book: the settlement still has its row, so that the sequence has no holes."""
        return self.need_fen == self.from_reserve_fen == self.from_operator_fen == 0

    @property
    def digest(self) -> str:
        """SHA-256 in hex over every input and result; an approved preview with another digest is void."""
        text = json.dumps(asdict(self), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(f"settlement quote 1\n{text}\n".encode("ascii")).hexdigest()


def room_fen(terms: PoolTerms, index_fen: int, index_at_new_year_fen: int, settlements_left: int) -> int | None:
    """The most a member may be charged in this settlement under the yearly cap; None when the plan has none.

    `settlements_left` counts this settlement too (`calendar.settlements_left`). Without a glide the room is all that is
    left of the year; gliding, it is an even part of it times the glide. A cap lowered below what was already shared
    leaves 0.
    """
    if settlements_left < 1:
        raise ValueError("the settlement at hand counts among those left")
    if terms.cap_year_fen is None:
        return None
    left_fen = max(0, terms.cap_year_fen - (index_fen - index_at_new_year_fen))
    if terms.glide_bp is None:
        return left_fen
    return min(left_fen, left_fen * terms.glide_bp // (WHOLE_BP * settlements_left))


def settle_period(  # noqa: PLR0913  one settlement has this many inputs, each of them printed
    cases: Iterable[Case],
    *,
    members: int,
    terms: PoolTerms,
    surplus_in_fen: int,
    room_fen: int | None,
    unpaid_waiting_fen: int = 0,
    reserve_fen: int = 0,
    operator_fen: int = 0,
    credits_fen: int = 0,
) -> Quote:
    """Settle one period of one pool: the five steps above.

    `surplus_in_fen` holds the credits since the last settlement (`credits_fen`, only printed). `reserve_fen` and
    `operator_fen` can go to cases a cap has cut. Raises `NobodyShares`, `SameCaseTwice`, `ValueError` below zero.
    """
    ordered = _in_order(cases)
    _check_amounts(members, surplus_in_fen, room_fen, unpaid_waiting_fen, reserve_fen, operator_fen)
    asked = [case.asked_fen for case in ordered]
    within_case_cap = _cut_to_case_cap(asked, members, terms)
    available_fen = None if room_fen is None else room_fen * members + surplus_in_fen
    shared = _cut_to_year_cap(within_case_cap, available_fen, terms.fee_bp)
    fee, caps_fen = fee_fen(sum(shared), terms.fee_bp), _case_caps_fen(len(ordered), members, terms)
    unpaid_fen = _unpaid_in_the_room_left(unpaid_waiting_fen, sum(shared) + fee, available_fen, caps_fen)
    need_fen = sum(shared) + fee + unpaid_fen
    share_fen = max(0, ceil_div(need_fen - surplus_in_fen, members))
    received = _receive(ordered, shared, terms.shortfall_order, {"reserve": reserve_fen, "operator": operator_fen})
    return Quote(
        terms=terms,
        members=members,
        room_fen=room_fen,
        unpaid_waiting_fen=unpaid_waiting_fen,
        reserve_fen=reserve_fen,
        operator_fen=operator_fen,
        cases=received,
        approved_fen=sum(asked),
        shared_payouts_fen=sum(shared),
        fee_fen=fee,
        unpaid_fen=unpaid_fen,
        need_fen=need_fen,
        share_fen=share_fen,
        surplus_before_fen=surplus_in_fen,
        surplus_after_fen=surplus_in_fen + share_fen * members - need_fen,
        from_reserve_fen=sum(case.from_reserve_fen for case in received),
        from_operator_fen=sum(case.from_operator_fen for case in received),
        cap_case_bound=within_case_cap != asked,
        cap_year_bound=shared != within_case_cap,
        credits_fen=credits_fen,
    )


def _receive(
    cases: Sequence[Case], shared: Sequence[int], order: Sequence[Shortfall], purses: dict[Shortfall, int]
) -> tuple[CaseShare, ...]:
    """What each case receives: its part of the shares, and what reserve and operator fill up."""
    given = _fill([case.asked_fen - got for case, got in zip(cases, shared, strict=True)], order, purses)
    parts = zip(cases, shared, given["reserve"], given["operator"], strict=True)
    return tuple(CaseShare(case.number, case.asked_fen, *amounts) for case, *amounts in parts)


def _in_order(cases: Iterable[Case]) -> list[Case]:
    ordered = sorted(cases, key=lambda case: case.number)
    for earlier, later in pairwise(ordered):
        if earlier.number == later.number:
            raise SameCaseTwice(later.number)
    return ordered


def _check_amounts(members: int, *amounts: int | None) -> None:
    if members < 1:
        raise NobodyShares
    if any(amount is not None and amount < 0 for amount in amounts):
        raise ValueError("a settlement takes no negative amount")


def _case_caps_fen(cases: int, members: int, terms: PoolTerms) -> int | None:
    """What the caps of all cases together let the members carry, the fee inside; None: no cap, so no end."""
    if cases == 0:
        return 0
    return None if terms.cap_case_fen is None else terms.cap_case_fen * members * cases


def _cut_to_case_cap(asked: Sequence[int], members: int, terms: PoolTerms) -> list[int]:
    """Step 1. The floor is deliberate: payout and fee together never exceed the cap."""
    if terms.cap_case_fen is None:
        return list(asked)
    most_fen = terms.cap_case_fen * members * WHOLE_BP // (WHOLE_BP + terms.fee_bp)
    return [min(amount, most_fen) for amount in asked]


def _cut_to_year_cap(amounts: list[int], available_fen: int | None, fee_bp: int) -> list[int]:
    """Step 2. When the year's room does not hold them all, all shrink alike."""
    total_fen = sum(amounts)
    if available_fen is None or total_fen + fee_fen(total_fen, fee_bp) <= available_fen:
        return amounts
    return list(split_by_largest_remainder(most_with_fee_within(available_fen, fee_bp), amounts))


def _unpaid_in_the_room_left(waiting_fen: int, gross_fen: int, *limits_fen: int | None) -> int:
    """Step 3. Payouts come first: old debts get what every limit leaves beside them."""
    return min([waiting_fen, *(max(0, limit - gross_fen) for limit in limits_fen if limit is not None)])


def _fill(
    missing: Sequence[int], order: Sequence[Shortfall], purses: dict[Shortfall, int]
) -> dict[Shortfall, tuple[int, ...]]:
    """Step 5. Each purse in the written order gives what it can; when that is too little, the cases shrink alike."""
    given: dict[Shortfall, tuple[int, ...]] = dict.fromkeys(purses, (0,) * len(missing))
    for purse in dict.fromkeys(order):
        given[purse] = split_by_largest_remainder(min(purses[purse], sum(missing)), missing)
        missing = [lack - part for lack, part in zip(missing, given[purse], strict=True)]
    return given
