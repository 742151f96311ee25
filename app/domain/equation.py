"""The signature of the house: a share as the sum it is, with what the caps did to it.

    ( payouts + fee + unpaid shares − credits − surplus used ) ÷ members, rounded up to the fen = share

A settlement at rest and a quote that is not settled yet give the same equation, for the page, the bulletin and the
member's statement alike: nobody derives these figures a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from app.domain.money import WHOLE_BP
from app.domain.terms import PoolTerms

TermKey = Literal["payouts", "fee", "unpaid", "credits", "surplus"]

_MILLIONTHS_OF_A_YUAN_IN_A_FEN = 10_000


class Amounts(Protocol):
    """What a settlement and a quote both know, under the same names."""

    @property
    def members(self) -> int:
        """Those locked."""

    @property
    def share_fen(self) -> int:
        """What each of them is charged."""

    @property
    def approved_fen(self) -> int:
        """What all cases asked for."""

    @property
    def shared_payouts_fen(self) -> int:
        """What the cases receive from the shares."""

    @property
    def fee_fen(self) -> int:
        """The fee on the shared payouts."""

    @property
    def unpaid_fen(self) -> int:
        """Unpaid shares of earlier periods, carried by this one."""

    @property
    def need_fen(self) -> int:
        """Shared payouts, fee and unpaid shares together."""

    @property
    def surplus_before_fen(self) -> int:
        """The surplus carried in."""

    @property
    def credits_fen(self) -> int:
        """What of it are credits for settlements that charged too much."""

    @property
    def surplus_after_fen(self) -> int:
        """The surplus carried out."""

    @property
    def from_reserve_fen(self) -> int:
        """What the reserve adds to cases that a cap has cut."""

    @property
    def from_operator_fen(self) -> int:
        """What the operator adds to them."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term above the bar."""

    key: TermKey
    amount_fen: int
    """Never negative; the sign says whether it is added or taken off."""
    sign: Literal["+", "−"]


@dataclass(frozen=True, slots=True)
class Equation:
    """One share with everything it follows from. All amounts in fen."""

    terms: tuple[Term, ...]
    """The terms that are not zero, in the order of the sum; in a period that needs nothing the payouts of 0 alone."""
    members: int
    share_fen: int
    need_fen: int
    surplus_before_fen: int
    surplus_used_fen: int
    """The part of the surplus this period needs: all of it, unless it is more than the need; credits among it."""
    credits_fen: int
    """What of the surplus carried in are credits."""
    credits_used_fen: int
    """What of the surplus used are credits: they are used first."""
    surplus_after_fen: int
    approved_fen: int
    shared_payouts_fen: int
    fee_fen: int
    unpaid_fen: int
    from_reserve_fen: int
    from_operator_fen: int

    @property
    def to_share_fen(self) -> int:
        """What stands above the bar: the need less the surplus used."""
        return self.need_fen - self.surplus_used_fen

    @property
    def charged_fen(self) -> int:
        """Share times members: what all of them together are charged."""
        return self.share_fen * self.members

    @property
    def rounded_up_fen(self) -> int:
        """What rounding up collects beyond the need."""
        return self.charged_fen - self.to_share_fen

    @property
    def surplus_left_fen(self) -> int:
        """What of the surplus carried in was not needed and stays."""
        return self.surplus_before_fen - self.surplus_used_fen

    @property
    def divides_exactly(self) -> bool:
        """Whether the division leaves nothing to round."""
        return self.rounded_up_fen == 0

    @property
    def quotient_millionths(self) -> int:
        """The share before rounding, in millionths of a yuan, the rest dropped: what "¥6.479753…" shows."""
        return self.to_share_fen * _MILLIONTHS_OF_A_YUAN_IN_A_FEN // self.members

    @property
    def quotient_ends(self) -> bool:
        """Whether six decimals tell the share before rounding exactly."""
        return self.to_share_fen * _MILLIONTHS_OF_A_YUAN_IN_A_FEN % self.members == 0

    @property
    def cut_fen(self) -> int:
        """What the caps took off what all cases asked, before reserve and operator add anything."""
        return self.approved_fen - self.shared_payouts_fen

    @property
    def received_fen(self) -> int:
        """What all cases together receive, from whomever."""
        return self.shared_payouts_fen + self.from_reserve_fen + self.from_operator_fen

    @property
    def not_met_fen(self) -> int:
        """What all cases together asked for and do not receive."""
        return self.approved_fen - self.received_fen


def equation_of(amounts: Amounts) -> Equation:
    """The equation of a settlement, or of the quote of a preview."""
    used_fen = min(amounts.surplus_before_fen, amounts.need_fen)
    credits_used_fen = min(amounts.credits_fen, used_fen)
    every = (
        Term("payouts", amounts.shared_payouts_fen, "+"),
        Term("fee", amounts.fee_fen, "+"),
        Term("unpaid", amounts.unpaid_fen, "+"),
        Term("credits", credits_used_fen, "−"),
        Term("surplus", used_fen - credits_used_fen, "−"),
    )
    return Equation(
        terms=tuple(term for term in every if term.amount_fen) or every[:1],
        members=amounts.members,
        share_fen=amounts.share_fen,
        need_fen=amounts.need_fen,
        surplus_before_fen=amounts.surplus_before_fen,
        surplus_used_fen=used_fen,
        credits_fen=amounts.credits_fen,
        credits_used_fen=credits_used_fen,
        surplus_after_fen=amounts.surplus_after_fen,
        approved_fen=amounts.approved_fen,
        shared_payouts_fen=amounts.shared_payouts_fen,
        fee_fen=amounts.fee_fen,
        unpaid_fen=amounts.unpaid_fen,
        from_reserve_fen=amounts.from_reserve_fen,
        from_operator_fen=amounts.from_operator_fen,
    )


@dataclass(frozen=True, slots=True)
class Caps:
    """What the two caps mean for one period, and whether they were reached."""

    most_a_case_fen: int | None
    """The most one case can receive from the shares under the cap a case; None: no such cap."""
    case_reached: bool
    year_reached: bool


def most_a_case_fen(terms: PoolTerms, members: int) -> int | None:
    """What a case can receive at most under the cap a case, the fee inside; None: the plan has no such cap."""
    if terms.cap_case_fen is None:
        return None
    return terms.cap_case_fen * members * WHOLE_BP // (WHOLE_BP + terms.fee_bp)


def caps_of(amounts: Amounts, terms: PoolTerms, asked_fen: Iterable[int]) -> Caps:
    """What the caps did: each case was first cut to its own cap, then all of them alike to the room of the year.

    `asked_fen` is what every case asked. Where nothing was cut it may be left empty.
    """
    if amounts.members == 0:  # after a closing nobody is charged, so no cap is reached
        return Caps(None, case_reached=False, year_reached=False)
    most = most_a_case_fen(terms, amounts.members)
    if amounts.approved_fen == amounts.shared_payouts_fen:
        return Caps(most, case_reached=False, year_reached=False)
    asked = tuple(asked_fen)
    within = asked if most is None else tuple(min(amount, most) for amount in asked)
    return Caps(most, case_reached=within != asked, year_reached=sum(within) != amounts.shared_payouts_fen)
