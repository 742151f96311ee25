"""What is agreed to, word for word. A wording is never edited: a new one gets the next number and stands beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from app.domain.majority import is_of_age
from app.domain.terms import Words


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One consent: its kind, the number of its wording, what is ticked, and the full text above the tick."""

    kind: str
    number: int
    title: Words
    paragraphs: tuple[Words, ...]
    tick: Words
    spoken_by: str = ""
    """Who says it where that is part of the wording: `guardian` for somebody under 18."""

    def version(self, language: str) -> str:
        """How the wording is named where a consent is kept, e.g. "joining-1-zh"."""
        return "-".join(part for part in (self.kind, self.spoken_by, str(self.number), language) if part)


JOINING: Final = ConsentText(
    kind="joining",
    number=1,
    title=Words("加入互助计划", "Joining the plan"),
    paragraphs=(
        Words(
            "我以本人名义，或作为这位互助成员的监护人、近亲属，申请加入本互助计划，并已阅读当前条款版本全文。",
            "I ask to join this plan in my own name, or as guardian or close relative of the person named, and I have "
            "read the present rule version in full.",
        ),
        Words(
            "我知道会员之间互相分摊：每一期从余额中扣除与其他会员完全相同的一份，不超过条款写明的封顶。"
            "没有人承诺互助金的数额；触及封顶或人数不足时，所有案例按同一比例减少。",
            "I know that members share among themselves: each period the balance is charged the same as everybody "
            "else's, never more than the caps of the rules. Nobody promises an amount; when a cap is reached or too "
            "few share, all cases shrink alike.",
        ),
        Words(
            "我知道等待期内照常分摊，但等待期内发生的疾病不予互助；"
            "也知道余额低于失效线且宽限期满仍未充值的，会员资格失效。",
            "I know that shares are charged during the waiting period while an illness within it is not helped with, "
            "and that a membership lapses when its balance stays below the floor until the days of grace are over.",
        ),
        Words(
            "为办理加入、分摊和通知，平台处理这位互助成员的姓名、出生日期、所在省份和证件号码；姓名和证件号码加密保存，"
            "不对外公开。我可以随时退出；退出后剩余余额退还。",
            "To carry out joining, sharing and notices, the person's name, birth date, province and document number "
            "are processed; name and number are kept encrypted and are not made public. I may leave at any time, and "
            "the remaining balance is then returned.",
        ),
    ),
    tick=Words("我同意按以上内容加入本计划。", "I agree to join on these terms."),
)

DECLARATION: Final = ConsentText(
    kind="declaration",
    number=1,
    title=Words("健康告知", "Health declaration"),
    paragraphs=(
        Words(
            "我确认健康告知的每一项均已如实回答；为他人作答的，已向本人或其监护人逐项核实。",
            "I confirm that every question of the health declaration was answered truthfully; where I answered for "
            "somebody else, I checked each one with that person or the guardian.",
        ),
        Words(
            "健康状况是敏感个人信息。我单独同意平台保存我看到的问题和我的回答，仅用于判断能否加入，"
            "以及日后处理这位互助成员的互助申请。",
            "Health is sensitive personal information. I separately consent to the questions I saw and my answers "
            "being kept, solely to judge whether joining is possible and, later, to handle a claim of this person.",
        ),
        Words(
            "我知道应告知而未告知的，互助申请不予互助，会员资格终止，余额退还。"
            "我可以撤回这项同意；撤回后会员资格无法继续，已经处理的不受影响。",
            "I know that where something that applied was not declared, no claim is helped with, the membership ends "
            "and the balance is returned. I may withdraw this consent; the membership cannot go on then, and what was "
            "done before stays valid.",
        ),
    ),
    tick=Words(
        "我已如实告知，并单独同意处理这些健康信息。",
        "I declared truthfully, and separately consent to this health information being processed.",
    ),
)

INVESTIGATOR: Final = ConsentText(
    kind="investigator",
    number=1,
    title=Words("转交调查员", "Passing to an investigator"),
    paragraphs=(
        Words(
            "有时仅凭材料看不清事情的经过。经我单独同意，审核员可以请一位调查员核实：调查员只能看到审核员为此挑选的材料，"
            "不参与决定；每次查看都有记录，我可以看到。调查开始和结束时都会告诉我。",
            "Sometimes the papers alone do not show what happened. If I separately agree, a caseworker may ask an "
            "investigator to find out: an investigator sees only the documents that were chosen for it and decides "
            "nothing; every look is written down, and I see that list. I am told when it begins and when it ends.",
        ),
        Words(
            "不同意也可以照常申请；以后可以在申请页面同意，也可以随时撤回。撤回后调查员立即不能再看任何材料，"
            "申请按已有的材料决定；绝不会仅因没有同意或撤回同意而不予互助。",
            "I may apply just the same without agreeing, agree later on the page of the claim, and take it back at any "
            "time. Then the investigator sees nothing any more at once, and the claim is decided on what is there; it "
            "is never refused because of that alone.",
        ),
    ),
    tick=Words(
        "我单独同意：需要时，可以把挑选出的材料转交一位调查员核实。",
        "I separately agree that, where it is needed, chosen documents are passed to an investigator.",
    ),
)
"""Asked among the consents of a claim, as a choice of its own that nothing else depends on."""

AS_GUARDIAN: Final = replace(
    JOINING,
    spoken_by="guardian",
    paragraphs=(
        Words(
            "我是这位未成年互助成员的监护人（父母或依法确定的其他监护人），以监护人身份为其申请加入本互助计划，"
            "并已阅读当前条款版本全文。年满 18 周岁起，由本人自行决定。",
            "I am the guardian of this person, who is under 18: a parent, or another guardian under the law. In that "
            "capacity I ask for the person to join this plan, and I have read the present rule version in full. From "
            "the 18th birthday on the person decides alone.",
        ),
        *JOINING.paragraphs[1:],
    ),
    tick=Words(
        "我是监护人，同意为这位未成年人按以上内容加入本计划。",
        "I am the guardian, and agree for this minor to join on these terms.",
    ),
)
"""What a guardian agrees to in the place of somebody under 18: the consent to joining, in words of its own."""


def at_joining(birth_on: dt.date, *, on: dt.date) -> tuple[ConsentText, ...]:
    """The consents asked for at joining: a guardian speaks for somebody who is under 18 on that day."""
    return (JOINING if is_of_age(birth_on, on) else AS_GUARDIAN, DECLARATION)


AT_JOINING: Final = (JOINING, DECLARATION)
"""The consents a membership begins with, in the order they are asked for."""
