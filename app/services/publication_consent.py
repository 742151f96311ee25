"""The consent to publication: its wording, what each level means in one line, and how it is given and changed.

A wording is never edited: a new one gets the next number. Its first stood on the form of the claim.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from app.db import db
from app.domain.terms import Words
from app.models import Account, Claim, Consent
from app.services import claim_file, public_reading, taking_away
from app.services.consents import ConsentText

KIND: Final = "publication"
PUBLICATION: Final = ConsentText(
    kind=KIND,
    number=2,
    title=Words("公开", "Publication"),
    paragraphs=(
        Words(
            "结清的案例都会公开计划、金额和日期，账目才能核对。除此之外公开什么，由我单独决定；选择哪一档都不影响金额。",
            "Every settled case is public with plan, amount and date, because the sums must add up. What is public "
            "beyond that I decide separately; whichever level I choose, the amount stays the same.",
        ),
        Words(
            "一年内相似的案例不足五个时，年龄段、地区和病种会公开得更笼统，只会比我看到的预览更粗，不会更细。",
            "Where fewer than five cases of a year are alike, age band, area and group are shown more coarsely than in "
            "the preview I saw, never more finely.",
        ),
        Words(
            "细节公开 90 天，之后连同我写的故事一起删除；金额和日期保留。我可以随时撤回，撤回后细节立即不再显示。",
            "Details are shown for 90 days and then erased, with the story I wrote; amount and dates stay. I may take "
            "this consent back at any time; the details are then no longer shown, at once.",
        ),
    ),
    tick=Words("我同意按所选的一档公开。", "I agree to publication at the level I chose."),
)
LEVELS: Final = {
    0: Words("只公开计划、金额和日期", "Plan, amount and date only"),
    1: Words("再公开病种、年龄段和省份", "Also disease group, age band and province"),
    3: Words(
        "再加我的故事和姓氏，仅本计划登录会员可见", "Also my story and family name, for signed-in members of the plan"
    ),
    2: Words("再加我的故事和姓氏，所有人可见", "Also my story and family name, for everybody"),
}
"""What each level means, from the least to the most open; part of the wording."""


def version(level: int, language: str) -> str:
    """How the wording is named where a consent is kept, e.g. "publication-2-level-1-zh"."""
    return f"{PUBLICATION.kind}-{PUBLICATION.number}-level-{level}-{language}"


def give(claim: Claim, level: int, *, language: str, by: Account, at: dt.datetime) -> None:
    """Agree to publication at a level; level 0 is no consent. What stood before is taken back where it changes.

    Hold the claim first. Raises `CannotBeOpener` when the case is public already at a less open level.
    """
    standing = claim_file.consents_of(claim).get(KIND)
    if level == claim.publication_level and (standing is not None) == (level > 0):
        remember_preview(claim, at=at)
        return
    taking_away.lower(claim, level, at=at)
    if standing is not None and level and claim.state == "draft":
        standing.text_version, standing.given_at = version(level, language), at  # nobody has acted on it yet
    else:
        if standing is not None:
            standing.withdrawn_at = at
        if level:
            text = version(level, language)
            db.session.add(Consent(account_id=by.id, claim_id=claim.id, kind=KIND, text_version=text, given_at=at))
    remember_preview(claim, at=at)
    db.session.flush()


def remember_preview(claim: Claim, *, at: dt.datetime) -> None:
    """Keep how coarsely the claimant sees the case now: it is never published more finely than that."""
    true = public_reading.true_of(claim)
    if true is not None and claim.state not in {"published", "settled", "paid", "returned"}:
        claim.previewed_step = public_reading.previewed_step(claim, true, at=at)
