"""The life of a claim: one table of moves with the role that may make each, and the guards of the moves that need more.

The table answers "is this a move, and is it yours". The guards answer what a table cannot: whether the second reviewer
is another person than the first, whether a refusal says all it must, whether an appeal comes in time. The claimant may
withdraw at any time before settlement while the answer is open or favourable; a refusal stays counted as a refusal, so
from there only the appeal is withdrawn. A claim that is paid in parts comes back from `paid` for each further part;
once a part was settled its claimant withdraws the part that waits, not the claim (`withdrawal`). Appeal days that
passed unused are a matter of the date, not of a state.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from app.domain.calendar import period_after
from app.domain.moves import MoveTable, row
from app.domain.terms import Calendar, MemberTerms

ClaimState = Literal[
    "draft",
    "submitted",
    "evidence_asked",
    "in_review",
    "recommended",
    "approved",
    "refused",
    "published",
    "settled",
    "paid",
    "returned",
    "closed_unpaid",
    "appealed",
    "refused_finally",
    "withdrawn",
]

TABLE: MoveTable[ClaimState] = MoveTable(
    "draft",
    (
        row("draft", "submit", "submitted", "member"),
        row("submitted", "ask_evidence", "evidence_asked", "caseworker"),
        row("evidence_asked", "answer", "submitted", "member"),
        row("evidence_asked", "drop_question", "in_review", "caseworker"),
        row("evidence_asked", "go_on", "in_review", "caseworker"),
        row("submitted", "begin_review", "in_review", "caseworker"),
        row("in_review", "ask_evidence", "evidence_asked", "caseworker"),
        row("in_review", "recommend", "recommended", "caseworker"),
        row("recommended", "send_back", "in_review", "caseworker"),
        row("recommended", "approve", "approved", "caseworker"),
        row("recommended", "refuse", "refused", "caseworker"),
        row("approved", "publish", "published", "system", "treasurer"),
        row("published", "admit_objection", "in_review", "caseworker"),
        row("published", "defer", "approved", "system", "treasurer"),
        row("published", "settle", "settled", "system", "treasurer"),
        row("published", "settle_with_nothing", "closed_unpaid", "system", "treasurer"),
        row("settled", "pay", "paid", "system", "treasurer"),
        row("paid", "return", "returned", "system", "treasurer"),
        row("returned", "pay", "paid", "system", "treasurer"),
        row("paid", "award_more", "approved", "system", "treasurer"),
        row("closed_unpaid", "award_more", "approved", "system", "treasurer"),
        row("refused", "appeal", "appealed", "member"),
        row("appealed", "approve", "approved", "caseworker"),
        row("appealed", "refuse", "refused_finally", "caseworker"),
        row("appealed", "withdraw_appeal", "refused_finally", "member"),
        row("draft", "withdraw", "withdrawn", "member"),
        row("submitted", "withdraw", "withdrawn", "member"),
        row("evidence_asked", "withdraw", "withdrawn", "member"),
        row("in_review", "withdraw", "withdrawn", "member"),
        row("recommended", "withdraw", "withdrawn", "member"),
        row("approved", "withdraw", "withdrawn", "member"),
        row("published", "withdraw", "withdrawn", "member"),
        row("approved", "withdraw_part", "paid", "member"),
        row("published", "withdraw_part", "paid", "member"),
    ),
)

REMIND_AFTER_DAYS: Final = (7, 21)
REMIND_EVERY_DAYS: Final = 30
"""When a claimant is reminded of evidence that was asked for (chosen by us)."""

PUBLIC_STATES: frozenset[ClaimState] = frozenset({"published", "settled", "paid", "returned", "closed_unpaid"})
"""The states in which a claim is a public case. Everything else is between the claimant and the staff."""

Fate = Literal["approved", "refused", "withdrawn", "open"]
"""What became of a claim that was handed in, as it is counted in public: each claim has exactly one."""


def fate_of(state: ClaimState | str) -> Fate:
    """Under which of the four a claim in this state is counted. A draft was not handed in and is not asked about."""
    if state in PUBLIC_STATES or state == "approved":
        return "approved"
    if state in {"refused", "refused_finally"}:
        return "refused"
    return "withdrawn" if state == "withdrawn" else "open"


OPEN_STATES: frozenset[ClaimState] = frozenset(
    {"submitted", "evidence_asked", "in_review", "recommended", "approved", "published", "appealed"}
)
"""Submitted and neither settled, refused nor withdrawn: what received = settled + refused + withdrawn + open counts."""


class SamePerson(PermissionError):
    """Somebody who had a hand in this claim before may not decide it now."""

    def __init__(self) -> None:
        super().__init__("this needs a person who had no hand in the claim before")


class RefusalIncomplete(ValueError):
    """A refusal lacks something it must say; `missing` names the parts in their order."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("this refusal lacks: " + ", ".join(missing))
        self.missing = missing


class AppealTooLate(ValueError):
    """The appeal days are over; `last_day` was the last."""

    def __init__(self, last_day: date) -> None:
        super().__init__(f"appeals were possible until {last_day}")
        self.last_day = last_day


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal must tell the claimant."""

    clause: str
    """The number of the clause it rests on."""
    evidence: tuple[str, ...]
    """The documents it rests on."""
    would_change_it: str
    """What would lead to another decision."""
    appeal_last_day: date | None


@dataclass(frozen=True, slots=True)
class PromisedDates:
    """The days promised to a claimant, for the time line. The payment day holds if the claim is approved in time."""

    first_look_by: date
    decision_by: date
    payment_by: date


def after(state: str, move: str, by: str) -> ClaimState:
    """The state a claim reaches by a move of a role. Raises `MoveNotAllowed` or `NotYourMove`."""
    return TABLE.after(state, move, by)


def moves_from(state: str, role: str) -> tuple[str, ...]:
    """The moves a role may make from a state."""
    return TABLE.moves_from(state, role)


def check_second_reviewer(first: Hashable, second: Hashable) -> None:
    """A decision needs another person than the recommendation. Raises `SamePerson`."""
    check_independent(second, (first,))


def check_independent(person: Hashable, earlier: Collection[Hashable]) -> None:
    """An appeal, and a claim back from an admitted objection, need somebody who is not among `earlier`.

    Those are the people who decided and, for an appeal, those who recommended too. Raises `SamePerson`.
    """
    if person in earlier:
        raise SamePerson


def check_refusal(refusal: Refusal) -> None:
    """A refusal cites clause and evidence, says what would change it and until when to appeal.

    Raises `RefusalIncomplete` with the names of the parts that are missing.
    """
    said = {
        "clause": bool(refusal.clause.strip()),
        "evidence": any(document.strip() for document in refusal.evidence),
        "would_change_it": bool(refusal.would_change_it.strip()),
        "appeal_last_day": refusal.appeal_last_day is not None,
    }
    missing = tuple(part for part, is_there in said.items() if not is_there)
    if missing:
        raise RefusalIncomplete(missing)


def withdrawal(state: str, *, has_settled_part: bool) -> str:
    """The move by which a claimant takes back what can be taken back from this state."""
    if state == "appealed":
        return "withdraw_appeal"
    return "withdraw_part" if has_settled_part and state in {"approved", "published"} else "withdraw"


def appeal_last_day(decided_on: date, terms: MemberTerms) -> date:
    """The last local day on which an appeal against a decision of `decided_on` is in time."""
    return decided_on + timedelta(days=terms.appeal_within_days)


def check_appeal_in_time(on: date, last_day: date) -> None:
    """An appeal comes on its last day at the latest. Raises `AppealTooLate`."""
    if on > last_day:
        raise AppealTooLate(last_day)


def promised_dates(
    submitted_on: date, terms: MemberTerms, calendar: Calendar, *, waited_for_claimant_days: int = 0
) -> PromisedDates:
    """What is promised on submission. The clock of the decision stands still while evidence is asked of the claimant.

    The payment day is that of the first period published after the decision day.
    """
    decision_by = submitted_on + timedelta(days=terms.decision_days + waited_for_claimant_days)
    return PromisedDates(
        first_look_by=submitted_on + timedelta(days=terms.first_look_days),
        decision_by=decision_by,
        payment_by=period_after(calendar, decision_by).pay_by_day,
    )


def reminders_due(asked_on: date, on: date) -> int:
    """How many reminders of a question of `asked_on` are due by a day: after 7 and 21 days, then every 30 days.

    The days are our own choice. The claim stays open however long it takes.
    """
    days = (on - asked_on).days
    early = sum(days >= after for after in REMIND_AFTER_DAYS)
    return early + max(0, (days - REMIND_AFTER_DAYS[-1]) // REMIND_EVERY_DAYS)


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    return TABLE.mermaid()


def document() -> str:
    """The text of docs/claim-states.md."""
    return TABLE.document(
        "The states of a claim",
        "Drawn from the table in `app/domain/claim_states.py`; a test keeps both equal. In brackets stands the role\n"
        "whose move it is. A decision needs a second person, an appeal one who had no hand in the claim before, and a\n"
        "refusal must cite clause and evidence, say what would change it and until when to appeal.",
    )
