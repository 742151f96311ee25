"""What a bank answers to a batch of transfers, judged line by line before anything is booked.

A line is booked when it names a transfer of the batch with its amount and says something new of it. Every other line
stays as it is and says why. The judgement of a file is a function of the file and of where the transfers stand: the
same file again finds everything answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from app.domain import bank_tables
from app.domain.bank_tables import Line

Result = Literal["paid", "returned", "failed"]
Verdict = Literal[
    "book", "booked", "unreadable", "ahead", "unknown", "other_batch", "amount", "reference_used", "moved"
]

RESULTS: Final = ("paid", "returned", "failed")
REASONS: Final = ("account_unknown", "account_closed", "name_differs", "other")


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a bank's answer, as far as it could be read."""

    number: int
    """The line of the file; the heading is 1."""
    reference: str
    amount_fen: int | None
    result: str
    bank_reference: str
    day: dt.date | None
    reason: str

    @property
    def is_readable(self) -> bool:
        """Whether everything that is needed stands in it. Only a transfer that failed may have no bank reference."""
        return bool(
            self.reference
            and self.amount_fen
            and self.result in RESULTS
            and (self.bank_reference or self.result == "failed")
            and len(self.bank_reference) <= bank_tables.MOST_LETTERS
            and self.day is not None
        )

    @property
    def why(self) -> str:
        """The reason as one of ours; what we do not know is `other`."""
        return self.reason if self.reason in REASONS else "other"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where one transfer of the batch stands."""

    amount_fen: int
    state: str
    """`released` (on its way), `paid`, or anything else when it is over."""
    answered: frozenset[str] = field(default_factory=frozenset)
    """The results that were booked."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line and what is done with it."""

    answer: Answer
    verdict: Verdict


def read(lines: Iterable[Line]) -> list[Answer]:
    """The lines of an answer; what cannot be read stays empty and is judged so."""
    return [
        Answer(
            number=number,
            reference=cells["our_reference"].replace(" ", "").upper(),
            amount_fen=bank_tables.amount_fen(cells["amount_yuan"]),
            result=cells["result"].lower(),
            bank_reference=cells["bank_reference"],
            day=bank_tables.day(cells["day"]),
            reason=cells["reason"],
        )
        for number, cells in lines
    ]


def judge(
    answers: Iterable[Answer],
    transfers: Mapping[str, Transfer],
    *,
    elsewhere: frozenset[str],
    used: Mapping[str, str],
    today: dt.date,
) -> list[Judged]:
    """What would become of each line, in its order, were those before it booked.

    `transfers` are those of the batch by our reference, `elsewhere` the references of other batches, `used` whose
    transfer a bank reference belongs to already.
    """
    standing, taken = dict(transfers), dict(used)
    judged = []
    for answer in answers:
        verdict = _verdict(answer, standing, taken, elsewhere=elsewhere, today=today)
        if verdict == "book":
            standing[answer.reference] = _after(standing[answer.reference], answer.result)
            if answer.bank_reference:
                taken[answer.bank_reference] = answer.reference
        judged.append(Judged(answer, verdict))
    return judged


def _verdict(  # noqa: PLR0911 -- one thing after another that a line may lack
    answer: Answer,
    standing: Mapping[str, Transfer],
    taken: Mapping[str, str],
    *,
    elsewhere: frozenset[str],
    today: dt.date,
) -> Verdict:
    if not answer.is_readable or answer.day is None:
        return "unreadable"
    if answer.reference in elsewhere:
        return "other_batch"
    transfer = standing.get(answer.reference)
    if transfer is None:
        return "unknown"
    if transfer.amount_fen != answer.amount_fen:
        return "amount"
    if answer.result in transfer.answered:
        return "booked"
    if taken.get(answer.bank_reference, answer.reference) != answer.reference:
        return "reference_used"
    if answer.day > today:
        return "ahead"
    possible = ("released", "paid") if answer.result == "returned" else ("released",)
    return "book" if transfer.state in possible else "moved"


def _after(transfer: Transfer, result: str) -> Transfer:
    """Where a transfer stands once this is booked. What is returned had been paid, whether the bank said so or not."""
    said = {"returned": {"paid", "returned"}}.get(result, {result})
    state = "paid" if result == "paid" else "over"
    return replace(transfer, state=state, answered=transfer.answered | said)
