"""What members ask about themselves: complaints, a correction, their data; and a look-up that they can see."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.accounts.correcting import actions as correcting
from app.accounts.exporting import actions as exporting
from app.db import db, transaction
from app.front.complaints import actions as complaining
from app.models import Complaint, Person, PersonCorrection
from app.review.complaints import actions as answering
from app.review.corrections import actions as looking
from app.review.people import actions as people
from app.services import evidence
from app.services.complaints import Said
from app.services.person_corrections import asking, values
from app.story import papers
from app.story.bad_day import Deed
from app.story.deeds.gate import somebody
from app.web import proofs

if TYPE_CHECKING:
    from app.story.telling import Story


def complains(text: str, about: str = "") -> Deed:
    """Somebody complains."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            complaining.file(Said(text, about, ""), account=somebody(who), language="zh", at=at)

    return deed


def is_answered(text: str, *, by: str) -> Deed:
    """A caseworker takes up the last complaint of this account and answers it."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        found = db.session.scalars(
            select(Complaint).where(Complaint.account_id == somebody(who).id).order_by(Complaint.id.desc()).limit(1)
        ).one()
        with transaction():
            answering.take(found, by=somebody(by), at=at)
        with transaction():
            answering.answer(found, text, by=somebody(by), at=at)

    return deed


def corrects_name(name: str, *, accepted_by: str | None) -> Deed:
    """A member corrects the own name with a document; a caseworker looks, or it waits."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        account = somebody(who)
        own = select(Person).where(Person.account_id == account.id, Person.relation == "self")
        person = db.session.scalars(own).one()
        page = papers.picture("居民身份证", ("姓名有误，已由派出所更正。", "（样本）"))
        brought, _refused = proofs.take_in(
            [FileStorage(io.BytesIO(page), filename="身份证.jpg")], kind=asking.PROOF, at=at
        )
        correcting.ask(person, replace(values.present(person), name=name), brought, by=account, at=at)
        if accepted_by is not None:
            _accepts(account.id, accepted_by, at + dt.timedelta(hours=3))

    return deed


def _accepts(account_id: int, label: str, at: dt.datetime) -> None:
    by = somebody(label)
    found = db.session.scalars(
        select(PersonCorrection).where(PersonCorrection.account_id == account_id, PersonCorrection.state == "asked")
    ).one()
    for paper in found.papers:
        evidence.open_view(paper, by=by, role="caseworker", at=at)
    with transaction():
        looking.accept(found, by=by, at=at)


def is_looked_up(reason: str, *, by: str) -> Deed:
    """A caseworker looks this account up by its address."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            people.look_up(("e-mail", somebody(who).email, "", reason), by=somebody(by), role="caseworker", at=at)

    return deed


def takes_data_along(_story: Story, who: str, at: dt.datetime) -> None:
    """A member asks for the file of the own data; the worker makes it when it comes round."""
    with transaction():
        exporting.ask(by=somebody(who), language="zh", at=at)
