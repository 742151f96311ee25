"""Stories for the public: written with a claim, read at the desk, shown, given back, taken down; older ones expired."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import select

from app.claims.publication import actions as telling
from app.db import db, transaction
from app.models import Account, Award, Case, Claim
from app.review.stories import actions as reading
from app.services import public_stories
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.claims_plot import ClaimPlot
    from app.story.telling import Story

_Y, _C, _S = "young-cancer", "child-health", "senior-cancer"
Fate = Literal["accepted", "late", "given_back", "waiting"]
"""`late` is accepted when the case is public already."""


@dataclass(frozen=True, slots=True)
class _Told:
    level: int
    words: str
    fate: Fate = "accepted"


_TOLD: Final[dict[tuple[int, str, str], _Told]] = {
    (8, _Y, "breast"): _Told(2, "手术那天家人都在。化疗很难受，但每次看到大家的分摊，都觉得不是一个人。"),
    (12, _S, "lung"): _Told(2, "我们这个年纪，最怕拖累孩子。这笔互助金让我安心治病，谢谢每一位。"),
    (15, _Y, "stomach"): _Told(3, "现在每天少量多餐，慢慢恢复。想告诉会员朋友：体检不要拖。"),
    (20, _Y, "breast"): _Told(2, "发现得早，是因为一次普通的体检。治疗结束了，头发也长出来了。谢谢大家。"),
    (21, _Y, "stomach"): _Told(3, "手术切了一大半，体重掉了三十斤，如今能上班半天了。谢谢各位会员。"),
    (22, _Y, "bone_soft_tissue"): _Told(2, "从疼痛到确诊走了不少弯路。现在在做康复训练，一步一步来。"),
    (23, _Y, "leukaemia"): _Told(2, "还在等配型的结果。每天数着窗外的树叶过日子，也数着来自陌生人的心意。"),
    (23, _C, "leukaemia"): _Told(3, "孩子很勇敢，打针已经不哭了。我们替他谢谢每一位家长。"),
    (24, _Y, "stomach"): _Told(2, "以前总说忙，胃疼就吃片药。希望看到这里的人，早点去做一次胃镜。"),
    (24, _Y, "breast"): _Told(2, "隔壁床的病友总给我打气。治疗还要半年，我有信心。", "late"),
    (25, _Y, "lymphoma"): _Told(2, "六个疗程做完了四个，医生说效果很好。等好了，我也想这样帮别人。"),
    (25, _S, "lung"): _Told(3, "老伴陪我走完了这几个月。谢谢计划里的老朋友们。"),
    (26, _Y, "colorectal"): _Told(2, "做肠镜之前害怕，做完才知道该谢谢自己去了。现在已经能散步了。"),
    (26, _Y, "stomach"): _Told(2, "感谢第一人民医院的王医生，是他坚持让我做了检查。", "given_back"),
    (26, _Y, "head_neck"): _Told(2, "说话还不太清楚，就写在这里：谢谢大家，也谢谢我的家人。", "waiting"),
    (26, _Y, "thyroid"): _Told(3, "手术之后嗓子哑了一阵，现在好多了。", "waiting"),
}
_BACK: Final = "请去掉医院和医生的姓名：读者据此可能找到您。其余可以保留。"
_NAMES_ANOTHER: Final = "故事写到了另一位病友，对方没有同意。"
_WRONG_GROUP: Final = "类别登记有误，金额和决定不受影响。"
_DESK: Final = "caseworker-4"


def level_of(plotted: ClaimPlot) -> int:
    """The level of a claim of the plot: as the plot says, or with a story."""
    told = _of(plotted)
    return told.level if told else plotted.level


def tell(claim: Claim, plotted: ClaimPlot, *, by: Account, at: dt.datetime) -> None:
    """Write the story of a claim while it is filled in."""
    told = _of(plotted)
    if told is not None:
        telling.write_story(claim, told.words, by=by, at=at)


def write_readings(story: Story, plotted: ClaimPlot, filed: dt.date) -> None:
    """Write the scenes in which a story is read, and what becomes of it."""
    told = _of(plotted)
    if told is None or told.fate == "waiting":
        return
    day = story.published(plotted.period, 1) if told.fate == "late" else filed + dt.timedelta(days=2)
    story.add(story.at(day, 17), lambda at: _is_read(plotted, told, at))
    if told.fate == "late":
        story.add(story.at(day + dt.timedelta(days=6), 11), lambda at: _is_taken_down(plotted, at))
    if plotted.group == "bone_soft_tissue":
        story.add(story.at(story.published(plotted.period, 5), 11), lambda at: _is_corrected(plotted, at))


def _of(plotted: ClaimPlot) -> _Told | None:
    if plotted.fate == "removed":
        return None
    return _TOLD.get((plotted.period, plotted.plan, plotted.group))


def _claim(plotted: ClaimPlot) -> Claim:
    account = somebody(plotted.member)
    wanted = select(Claim).where(Claim.account_id == account.id, Claim.disease_group == plotted.group)
    return db.session.scalars(wanted.order_by(Claim.id.desc()).limit(1)).one()


def _is_read(plotted: ClaimPlot, told: _Told, at: dt.datetime) -> None:
    found = public_stories.current(_claim(plotted))
    if found is None:
        raise LookupError("the story that was to be read is not there")
    with transaction():
        reading.note_look(found, by=somebody(_DESK), at=at)
        if told.fate == "given_back":
            reading.give_back(found, _BACK, by=somebody(_DESK), at=at)
        else:
            reading.accept(found, by=somebody(_DESK), at=at)


def _case(claim: Claim) -> Case:
    return db.session.scalars(
        select(Case).join(Award, Case.award_id == Award.id).where(Award.claim_id == claim.id)
    ).one()


def _is_taken_down(plotted: ClaimPlot, at: dt.datetime) -> None:
    claim = _claim(plotted)
    with transaction():
        reading.take_down(
            _case(claim), claim, only_story=True, reason=_NAMES_ANOTHER, by=somebody(_DESK), at=at
        )  # fmt: skip


def _is_corrected(plotted: ClaimPlot, at: dt.datetime) -> None:
    claim = _claim(plotted)
    with transaction():
        reading.correct(
            _case(claim), claim, group="skin_melanoma", reason=_WRONG_GROUP, by=somebody(_DESK), at=at
        )  # fmt: skip
