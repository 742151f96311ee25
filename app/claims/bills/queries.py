"""What a claimant asks of a claim that is paid in parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.db import db
from app.domain.reimbursement import Closed, Parts
from app.models import Award, Bill, Case, Claim
from app.services import bills, lifetime, parts


@dataclass(frozen=True, slots=True)
class BillsShown:
    """The money of a claim in parts, its bills, and until when more are taken."""

    money: Parts
    received_fen: int
    """What the settled parts really gave."""
    bills: Sequence[Bill]
    closed: Closed | None
    """Why no more bills are taken; None while they are."""
    last_day: dt.date
    cases: Sequence[Case]
    """Each part as the public sees it, in their order."""

    @property
    def waiting(self) -> int:
        """How many bills wait for the caseworkers."""
        return sum(bill.state in {"submitted", "judged"} for bill in self.bills)


def shown(claim: Claim, *, on: dt.date) -> BillsShown | None:
    """What the page of a claim tells of its parts on a day; None for a lump sum, and before an approval."""
    money, until = parts.of_claim(claim), parts.last_day(claim)
    if money is None or until is None:
        return None
    return BillsShown(
        money=money,
        received_fen=lifetime.received_fen([claim.id])[claim.id],
        bills=bills.of_claim(claim),
        closed=parts.why_closed(claim, on=on),
        last_day=min(until, parts.run_off_until(claim) or until),
        cases=db.session.scalars(
            db.select(Case)
            .join(Award, Case.award_id == Award.id)
            .where(Award.claim_id == claim.id, ~lifetime.removed())
            .order_by(Award.id)
        ).all(),
    )
