"""A claim made by a relative: the person has died, the report was confirmed, and the illness before it is claimed."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.claims import actions as claiming
from app.claims.forms import Event
from app.db import db, transaction
from app.models import Claim, Report
from app.services import claim_file, evidence, filing
from app.services.claim_file import BankAccount
from app.story import papers
from app.story.bad_day import Deed
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story

_TOLD = "去世前一个月确诊，住院治疗期间由我陪护。办完后事才知道可以申请。"
_HOSPITAL = "演示市第一人民医院"
_BEFORE = dt.timedelta(days=30)


def for_who_died(group: str, benefit: str) -> Deed:
    """The relative whose report of a death was confirmed applies for the illness before it: late, and accepted."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        account = somebody(who)
        report = db.session.scalars(select(Report).where(Report.account_id == account.id, filing.standing())).one()
        with transaction():
            held = next(one for one in filing.memberships_of(account) if one.identity_hash == report.identity_hash)
            claim = claiming.open_claim(held, by=account, at=at)
            place = held.person.province
            event = Event(report.happened_on - _BEFORE, group, benefit, place, _TOLD, _HOSPITAL)
            claiming.tell_event(claim, event, by=account, at=at)
            number = claim.id
        for line in claim_file.checklist(db.session.get_one(Claim, number)):
            if line.wanted.required:
                page = papers.picture(line.wanted.name.zh, ("（样本）",))
                claim = db.session.get_one(Claim, number)
                evidence.receive(io.BytesIO(page), claim=claim, kind=line.wanted.key,
                                 filename=f"{line.wanted.name.zh}.jpg", account=account, at=at)  # fmt: skip
        with transaction():
            claim = db.session.get_one(Claim, number)
            claiming.name_bank_account(
                claim, BankAccount(account.name, "演示银行", "6217000011112222"), by=account, at=at
            )
            claiming.give_consents(claim, level=1, language=account.language, by=account, at=at)
            claiming.submit(claim, by=account, at=at)

    return deed
