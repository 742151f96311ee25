"""Bills of claims paid in parts: one claim whose bills come to its whole total, one with bills in every state."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.db import db, transaction
from app.models import Bill, Claim
from app.services import bill_papers, bills
from app.services.bills import BillValue, BillVerdict
from app.story import papers
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story

_GOOD: Final = BillVerdict(accepts=True)
_NO_BILL: Final = BillVerdict(accepts=False, clause="5.8", reason="这是保健品的购物小票，不是医院的单据。")


@dataclass(frozen=True, slots=True)
class BillPlot:
    """One bill: whose, so many days after the settle day of a period, and what becomes of it."""

    member: str
    period: int
    days: int
    number: str
    incurred_fen: int
    paid_by_others_fen: int
    fate: str
    """submitted, judged, accepted, refused or withdrawn."""


BILLS: Final = (
    BillPlot("bills-1", 6, 4, "0031877", 780_000, 460_000, "accepted"),
    BillPlot("bills-1", 7, 3, "0032215", 1_310_000, 360_000, "accepted"),
    BillPlot("bills-1", 9, 2, "0033904", 1_620_000, 420_000, "accepted"),
    BillPlot("member-41", 22, 4, "7710026", 560_000, 320_000, "accepted"),
    BillPlot("member-41", 22, 5, "7710027", 68_000, 0, "refused"),
    BillPlot("member-41", 23, 1, "7710380", 1_240_000, 460_000, "accepted"),
    BillPlot("member-41", 23, 2, "7710381", 95_000, 20_000, "withdrawn"),
    BillPlot("member-41", 25, 1, "7710955", 430_000, 170_000, "judged"),
    BillPlot("member-41", 25, 2, "7711012", 210_000, 80_000, "submitted"),
)


def write_bills(story: Story) -> None:
    """Write the scenes of every bill: brought, and two days later judged as far as its fate goes."""
    for minute, plotted in enumerate(BILLS):
        brought = story.settled(plotted.period, plotted.days)
        story.add(story.at(brought, 20, minute), partial(_bring, plotted))
        if plotted.fate != "submitted":
            story.add(story.at(brought + dt.timedelta(days=1), 10, minute), partial(_first, plotted))
        if plotted.fate in {"accepted", "refused"}:
            story.add(story.at(brought + dt.timedelta(days=2), 15, minute), partial(_second, plotted))


def _bring(plotted: BillPlot, at: dt.datetime) -> None:
    account = somebody(plotted.member)
    claim = db.session.scalars(
        select(Claim).where(Claim.account_id == account.id, Claim.benefit == "documented_costs")
    ).one()
    said = BillValue(
        "演示省人民医院",
        plotted.number,
        at.date() - dt.timedelta(days=1),
        plotted.incurred_fen,
        plotted.paid_by_others_fen,
    )
    with transaction():
        bill = bills.hand_in(claim, said, by=account, at=at)
    picture = papers.picture("医疗收费票据", ("医院：（样本）", f"号码：{plotted.number}", "姓名：（样本）"))
    bill_papers.receive(io.BytesIO(picture), bill=bill, filename="票据.jpg", account=somebody(plotted.member), at=at)


def _load(plotted: BillPlot) -> Bill:
    found = select(Bill).join(Claim, Bill.claim_id == Claim.id)
    owned = db.session.scalars(found.where(Claim.account_id == somebody(plotted.member).id)).all()
    return next(bill for bill in owned if bill.number == plotted.number)


def _first(plotted: BillPlot, at: dt.datetime) -> None:
    """A caseworker recommends, or the claimant takes the bill back first."""
    bill = _load(plotted)
    with transaction():
        if plotted.fate == "withdrawn":
            bills.withdraw(bill, by=somebody(plotted.member), at=at)
        else:
            bills.recommend(bill, _verdict(plotted), by=somebody("caseworker-1"), at=at)


def _second(plotted: BillPlot, at: dt.datetime) -> None:
    """Another caseworker decides."""
    bill = _load(plotted)
    with transaction():
        bills.decide(bill, _verdict(plotted), by=somebody("caseworker-2"), at=at)


def _verdict(plotted: BillPlot) -> BillVerdict:
    return _NO_BILL if plotted.fate == "refused" else _GOOD
