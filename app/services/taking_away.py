"""What is shown of a case is taken away in one way, whatever the cause.

Its days are over, its claimant took the consent back, or it had to be taken down. Amount and dates stay; a row and a
public fact say what went, and why.

With the text its salt is destroyed, so that nobody can guess from the earlier facts what was shown. A bulletin that was
written already is let go, and written anew of what is shown now when somebody asks for it.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import exists, select, update

from app.db import db, new_salt
from app.domain.masking import (
    COUNTED_DAYS,
    NOTHING_LEFT,
    NOTHING_SHOWN,
    Alike,
    Attributes,
    Shown,
    shown_at_step,
    step_of,
)
from app.domain.publication import WITH_STORY, Cause, NothingShown, check_change, is_opener
from app.models import Account, Award, Case, CaseCorrection, Claim, Fact, PublicStory, TakenAway
from app.services import audit, facts, messages, notices, public_reading, public_stories
from app.services.days import day_of

BATCH: Final = 500
"""So many cases lose their details in one transaction."""


def take_detail(
    case: Case, cause: Cause, *, at: dt.datetime, reason: str = "", by: Account | None = None
) -> TakenAway | None:
    """Show no more of a case than plan, amount and date; None when there was nothing left to take away."""
    story = _story_of(case)
    if case.detail_ends_on is None and story is None:
        return None
    if story is not None:
        take_story(story, case, cause, at=at, reason=reason, by=by, stated=False)
    left = NOTHING_LEFT if cause == "expired" else NOTHING_SHOWN
    case.age_band, case.place, case.disease_group = left.age_band, left.place, left.disease_group
    case.detail_ends_on, case.salt = None, ""
    if cause == "withdrawn":
        case.level = 0
    _erase_corrections(case)
    notices.write_anew("bulletin", case.period_id)
    return _write_down(case, None, cause, "detail", reason=reason, by=by, at=at)


def take_story(  # noqa: PLR0913 -- a deed with a cause, a reason and somebody who answers for it
    story: PublicStory, case: Case, cause: Cause, *, at: dt.datetime, reason: str = "", by: Account | None = None,
    stated: bool = True,
) -> TakenAway:  # fmt: skip
    """Show the story of a case no more, and erase it; what else is shown of the case stays.

    It is `stated` as a fact of its own, unless its details go with it.
    """
    public_stories.end(story, at=at)
    return _write_down(case, story, cause, "story" if stated else "", reason=reason, by=by, at=at)


def withdraw(claim: Claim, *, at: dt.datetime) -> int:
    """The consent to publication was taken back: every case of the claim shows plan, amount and date only.

    Returns how many said more. What was written for the public and not shown yet is erased.
    """
    claim.publication_level = 0
    public_stories.end_all_unshown(claim, at=at)
    return sum(take_detail(case, "withdrawn", at=at) is not None for case in _shown_of(claim))


def erase(account_id: int, *, at: dt.datetime) -> None:
    """An account is closed: what its claims tell the public beyond amount and dates goes, shown or not."""
    told = exists().where(PublicStory.claim_id == Claim.id, PublicStory.text_sealed.is_not(None))
    shown = exists().where(Award.claim_id == Claim.id, Case.award_id == Award.id, Case.detail_ends_on.is_not(None))
    for claim in db.session.scalars(select(Claim).where(Claim.account_id == account_id, told | shown)).all():
        withdraw(claim, at=at)


def lower(claim: Claim, level: int, *, at: dt.datetime) -> None:
    """Show the cases of a claim at a less open level from now on. Raises `CannotBeOpener` once one was published.

    A story for everybody becomes one for members, under a new salt, or goes.
    """
    cases = _shown_of(claim)
    check_change(claim.publication_level, level, published=bool(cases))
    if level == 0:
        withdraw(claim, at=at)
        return
    claim.publication_level = level
    for case in cases:
        story = _story_of(case)
        if is_opener(case.level, level):
            case.level = level
        if story is None or story.audience == WITH_STORY.get(level):
            continue
        _write_down(case, story, "withdrawn", "story", reason="", by=None, at=at)
        if level in WITH_STORY:
            again = public_stories.narrowed(story, case, at=at)
            facts.state(
                "story", case.ref, at=at, story_for=again.audience,
                story=facts.commitment(again.salt, *public_reading.story_parts(again)),
            )  # fmt: skip
        else:
            public_stories.end(story, at=at)
    db.session.flush()


def take_down(case: Case, *, only_story: bool, reason: str, by: Account, at: dt.datetime) -> None:
    """Staff take the story of a case down, or all its details, for a public reason. Raises `NothingShown`."""
    db.session.refresh(case, with_for_update={"of": Case})
    story = _story_of(case)
    if only_story and story is not None:
        take_story(story, case, "takedown", at=at, reason=reason, by=by)
    elif only_story or take_detail(case, "takedown", at=at, reason=reason, by=by) is None:
        raise NothingShown
    audit.note("case.taken_down", "case", case.ref, by=by.id, role="caseworker", at=at)
    _tell(case, "case-taken-down", at=at)


def taken_down_before(claim: Claim) -> TakenAway | None:
    """The last time staff took down all details of a case of this claim; None when they never did."""
    return db.session.scalar(
        select(TakenAway)
        .join(Case, TakenAway.case_id == Case.id)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id, TakenAway.cause == "takedown", TakenAway.story_id.is_(None))
        .order_by(TakenAway.id.desc())
        .limit(1)
    )


def stay_down(case: Case, before: TakenAway, *, at: dt.datetime) -> TakenAway:
    """A claim is published in a new case that shows no details either: for the same reason, which stands here too."""
    by = db.session.get(Account, before.by) if before.by is not None else None
    return _write_down(case, None, "takedown", "detail", reason=before.reason, by=by, at=at)


def correct(case: Case, group: str, *, reason: str, by: Account, at: dt.datetime) -> CaseCorrection:
    """A published case stands in the wrong group: a new public entry that points to the old one. Raises `NothingShown`.

    It is never shown more finely than before, and coarser where the right group has too few cases that are alike: then
    the old entry is shown as coarsely, and a new salt keeps what was finer from being guessed from its fact.
    """
    db.session.refresh(case, with_for_update={"of": Case})
    before = Shown(case.age_band, case.place, case.disease_group)
    if case.detail_ends_on is None or case.true_province == "" or case.true_disease_group == group:
        raise NothingShown
    true = Attributes(case.true_age_band, case.true_province, group)
    claim_id = case.award.claim_id
    lately = public_reading.published_attributes(
        case.period.plan_id, since=public_reading.counted_since(at), without=[claim_id]
    )
    shown = shown_at_step(Alike([*lately, true]).step(true, least=step_of(before)), true)
    row = CaseCorrection(
        case_id=case.id, age_band=shown.age_band, place=shown.place, disease_group=before.disease_group,
        corrects=last_entry(case), reason=reason, by=by.id, at=at,
    )  # fmt: skip
    db.session.add(row)
    if (shown.age_band, shown.place) != (before.age_band, before.place):
        case.salt = new_salt()
    case.true_disease_group = group
    case.age_band, case.place, case.disease_group = shown.age_band, shown.place, shown.disease_group
    facts.state(
        "case-corrected", case.ref, at=at, corrects=row.corrects, reason=reason,
        text=facts.commitment(case.salt, *public_reading.parts_of(case)),
    )  # fmt: skip
    audit.note("case.corrected", "case", case.ref, by=by.id, role="caseworker", at=at)
    notices.write_anew("bulletin", case.period_id)
    db.session.flush()
    _tell(case, "case-corrected", at=at)
    return row


def last_entry(case: Case) -> str:
    """The fingerprint of the newest public entry about what a case says."""
    stated = (
        select(Fact.body)
        .where(Fact.about == case.ref, Fact.type.in_(("disclosure", "case-corrected")))
        .order_by(Fact.id.desc())
        .limit(1)
    )
    return facts.digest(db.session.scalars(stated).one())


def is_due(at: dt.datetime) -> bool:
    """Whether the days of any detail are over, or something true is remembered longer than it is counted."""
    today = day_of(at)
    return bool(
        db.session.scalar(
            select(
                exists().where(Case.detail_ends_on <= today)
                | exists().where(Case.published_on <= _forgotten_on(today), Case.true_province != "")
            )
        )
    )


def expire(*, at: dt.datetime, most: int = BATCH) -> int:
    """Take away the details whose last day has come, the oldest first; returns how many cases. Done again, nothing."""
    due = db.session.scalars(
        select(Case)
        .where(Case.detail_ends_on <= day_of(at))
        .order_by(Case.detail_ends_on, Case.id)
        .limit(most)
        .with_for_update(of=Case, skip_locked=True)
    ).all()
    for case in due:
        take_detail(case, "expired", at=at)
    return len(due)


def forget(*, at: dt.datetime, most: int = BATCH) -> int:
    """Forget what is true of cases that count no longer among those that are alike; returns how many."""
    due = db.session.scalars(
        select(Case.id)
        .where(Case.published_on <= _forgotten_on(day_of(at)), Case.true_province != "", Case.detail_ends_on.is_(None))
        .order_by(Case.published_on, Case.id)
        .limit(most)
    ).all()
    db.session.execute(
        update(Case)
        .where(Case.id.in_(due))
        .values(true_age_band="", true_province="", true_disease_group="")
        .execution_options(synchronize_session="fetch")
    )
    return len(due)


def _forgotten_on(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=COUNTED_DAYS)


def _shown_of(claim: Claim) -> list[Case]:
    wanted = select(Case).join(Award, Case.award_id == Award.id).where(Award.claim_id == claim.id)
    return list(db.session.scalars(wanted.where(Case.detail_ends_on.is_not(None)).order_by(Case.id)))


def _story_of(case: Case) -> PublicStory | None:
    wanted = select(PublicStory).where(PublicStory.case_id == case.id, PublicStory.state == "published")
    return db.session.scalar(wanted)


def _erase_corrections(case: Case) -> None:
    db.session.execute(
        update(CaseCorrection)
        .where(CaseCorrection.case_id == case.id)
        .values(age_band=None, place=None, disease_group=None)
        .execution_options(synchronize_session="fetch")
    )


def _write_down(  # noqa: PLR0913 -- as `take_story`
    case: Case, story: PublicStory | None, cause: Cause, what: str, *, reason: str, by: Account | None,
    at: dt.datetime,
) -> TakenAway:  # fmt: skip
    row = TakenAway(
        case_id=case.id, story_id=story.id if story else None, cause=cause, reason=reason,
        by=by.id if by else None, at=at,
    )  # fmt: skip
    db.session.add(row)
    if what:
        kind = "expired" if cause == "expired" else "takedown"
        why = {} if cause == "expired" else {"cause": cause, "reason": reason}
        facts.state(kind, case.ref, at=at, period=case.period.name, number=case.number, what=what, **why)
    db.session.flush()
    return row


def _tell(case: Case, kind: str, *, at: dt.datetime) -> None:
    claim = db.session.get_one(Claim, case.award.claim_id)
    key = f"{kind}:{case.ref}:{at.isoformat()}"
    messages.tell(claim.account_id, kind, key=key, at=at, claim=claim.ref, case=case.ref)
