"""A village invites its people: a caseworker admits the group, the worker reads and sends the list, people answer."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.db import db, transaction
from app.jobs.tick import sweep
from app.memberships.invited import actions as answering
from app.memberships.joining import actions as joining
from app.memberships.joining import queries as offers
from app.models import Group, Invitation, MemberList, Plan
from app.organising import actions as organising
from app.review.groups import actions as admitting
from app.services.days import day_of
from app.story.cast import Enrolled
from app.story.deeds.gate import sign_up, somebody

if TYPE_CHECKING:
    from app.story.telling import Story

_SLUG: Final = "young-cancer"
_HEADER: Final = "姓名,出生日期,省份,证件类型,证件号码,邮箱"
_VILLAGE: Final = "青山村"
_PEOPLE: Final = (
    ("石磊", dt.date(1988, 3, 9)), ("㛃䶮·阿不都", dt.date(1991, 6, 21)), ("韩冬", dt.date(1979, 11, 2)),
    ("白露", dt.date(2001, 9, 8)), ("康宁", dt.date(1995, 2, 17)), ("秦岭", dt.date(1983, 7, 30)),
)  # fmt: skip
"""Who is invited: the first two join, the third stops on the way, the fourth declines, the others say nothing yet."""
_TOPUP_FEN: Final = 3000


def asks(_story: Story, who: str, at: dt.datetime) -> None:
    """An organiser names the village; a caseworker admits it."""
    with transaction():
        group = organising.register("village", _VILLAGE, "村委会，021-0000 0000", by=somebody(who), at=at)
        admitting.admit(group, by=somebody("caseworker-3"), at=at)


def asks_and_waits(_story: Story, who: str, at: dt.datetime) -> None:
    """A school asks; nobody has looked at it yet."""
    with transaction():
        organising.register("school", "滨江第二中学", "教务处，021-0000 0001", by=somebody(who), at=at)


def invites(story: Story, who: str, at: dt.datetime) -> None:
    """The list is handed in, read by the worker and sent."""
    lines = []
    for place, (name, birth_on) in enumerate(_PEOPLE, start=1):
        number = story.numbers.next(birth_on)
        story.people[f"invited-{place}", 0] = Enrolled(number, {})
        lines.append(f"{name},{birth_on},浙江,居民身份证,{number},")
    taken = _handed_in(who, lines, at=at)
    with transaction():
        organising.send(db.session.get_one(MemberList, taken), by=somebody(who), at=at)
    sweep(at)


def hands_in_a_list_with_mistakes(story: Story, who: str, at: dt.datetime) -> None:
    """A second list waits to be corrected: somebody is too young, a number is wrong, a line breaks off."""
    born, young = dt.date(1990, 4, 12), dt.date(2012, 4, 12)
    _handed_in(who, [
        f"方圆,{born},浙江,居民身份证,{story.numbers.next(born)},",
        f"小满,{young},浙江,居民身份证,{story.numbers.next(young)},",
        "尤勇,1990-04-13,浙江,居民身份证,330106199004130000,",
        "路遥,1990-04-14",
    ], at=at)  # fmt: skip


def _handed_in(who: str, lines: list[str], *, at: dt.datetime) -> int:
    file = io.BytesIO("\r\n".join((_HEADER, *lines)).encode())
    with transaction():
        group = db.session.scalars(select(Group).where(Group.name == _VILLAGE)).one()
        plan = db.session.scalars(select(Plan).where(Plan.slug == _SLUG)).one()
        taken = organising.hand_in(group, plan, file, language="zh", by=somebody(who), at=at).id
    sweep(at)
    return taken


def answers(story: Story, _who: str, at: dt.datetime) -> None:
    """Four of them answer, each with an account of their own; the one who declines needs none."""
    invited = db.session.scalars(
        select(Invitation).where(Invitation.state == "invited").order_by(Invitation.line)
    ).all()
    for place in (1, 2, 3):
        label, name = f"invited-{place}", _PEOPLE[place - 1][0]
        with transaction():
            sign_up(label, f"invited{place}@demo.juntan.example", name, "zh", at=at, played=False)
        _takes(story, invited[place - 1], label, goes_on=place < 3, at=at)  # noqa: PLR2004 -- the third one stops
    with transaction():
        answering.decline(invited[3], at=at)


def _takes(story: Story, invitation: Invitation, label: str, *, goes_on: bool, at: dt.datetime) -> None:
    """Take one invitation, and join or stop on the way."""
    with transaction():
        account, offered = somebody(label), offers.offer(_SLUG, on=day_of(at))
        if offered is None:
            raise LookupError(_SLUG)
        application = answering.take(invitation, story.people[label, 0].number, "self", offered, by=account, at=at)
        if not goes_on:
            return
        items = offered.member.declaration
        joining.declare(application, items, {item.key: False for item in items}, language="zh", at=at)
        joining.agree(application, language="zh", at=at)
        joining.submit(application, offered, _TOPUP_FEN, by=account, at=at)
