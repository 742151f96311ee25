"""The objections of the story: to whose case, when, and how they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from app.story.plot import OPEN


@dataclass(frozen=True, slots=True)
class ObjectionPlot:
    """One objection to the newest case of a member, filed so many days after the publication of a period."""

    member: str
    period: int
    days: int
    hour: int
    text: str
    name: str = ""
    contact: str = ""
    answer: Literal["dismissed", "admitted"] | None = None
    """None: nobody answers."""
    answered: tuple[int, int, int] = (0, 0, 0)
    """(period, days after its publication, hour) of the answer."""
    reason: str = ""
    """The public reason of the answer."""


OBJECTIONS: Final = (
    ObjectionPlot(
        "deferred-1", 9, 1, 21,
        "听说这位会员前年就做过胃镜，当时已经有问题，请核实首次发病的时间。",
        answer="dismissed", answered=(10, 1, 9),
        reason="已调取前年的胃镜报告：结论为浅表性胃炎，没有肿瘤或癌前病变。异议不成立，案例留在本期。",
    ),
    ObjectionPlot(
        "objected-1", 14, 0, 15,
        "公示的年龄段和我知道的不一样，请核对身份证件上的出生日期。",
        name="一位邻居",
        answer="admitted", answered=(14, 2, 11),
        reason="身份证件的出生日期需要重新核对，案例退回复审，不进入本期结算。",
    ),
    ObjectionPlot("removed-1", 20, 0, 12, "这笔申请的治疗医院没有这个科室，请核实。"),
    ObjectionPlot(
        "member-9", OPEN, 0, 11,
        "公示的病种里有些早期病变，按条款是不予互助的。请核实这个案例是不是原位癌。",
        answer="dismissed", answered=(OPEN, 0, 17),
        reason="已核对病理报告：报告写明存在浸润，不属于条款所列的原位癌。公示的金额与条款一致，案例留在本期。",
    ),
    ObjectionPlot(
        "member-12", OPEN, 0, 20,
        "听说当事人在加入之前就查出过结节，加入时的健康告知可能没有写。请查一查加入前的体检记录。",
        name="一位会员",
        contact="neighbour@demo.juntan.example",
    ),
)  # fmt: skip
