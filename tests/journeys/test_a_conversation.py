"""Two conversations about a claim: a refusal, its appeal and the approval; a missing item, asked for and answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.db import db, transaction
from app.jobs.tick import set_clock
from app.models import StaffRole
from tests.domain.plan_files import plan as rules_of
from tests.journeys import desk, papers, people, stage
from tests.journeys.stage import Claimant
from tests.journeys.walker import Walker

WHO = Claimant()
EVENT = dt.date(2026, 8, 3)
"""After the waiting period of who joined in January."""
CLAUSE = rules_of(stage.SLUG).member.exclusions[0].number
THIRD = "meng@example.org"


def handed_in(app: Flask, locale: str) -> str:
    """Somebody joined long ago, fell ill, and handed a claim in; three caseworkers are there."""
    stage.open_house(app, locale)
    with stage.inside(app), transaction():
        third = stage.open_account(THIRD, "孟霞", locale, at=stage.noon(stage.OPENED))
        db.session.add(StaffRole(account_id=third.id, role="caseworker", appointed_at=stage.noon(stage.OPENED)))
    stage.let_join(app, WHO, locale)
    with stage.inside(app):
        set_clock(stage.noon(EVENT))
    ref = stage.let_claim(app, WHO, EVENT, locale)
    the_next_day(app, 1)
    return ref


def the_next_day(app: Flask, days: int) -> None:
    with stage.inside(app):
        set_clock(stage.noon(EVENT + dt.timedelta(days=days)))


@pytest.mark.parametrize("locale", ["zh"])
def test_a_refusal_is_read_before_it_is_sent_appealed_and_approved(
    app: Flask, new_page: Callable[..., Page], locale: str
) -> None:
    ref = handed_in(app, locale)
    first, second, third, claimant = (Walker(new_page(), locale) for _ in range(4))
    say = first.say
    people.sign_in(first, stage.CASEWORKERS[0], towards=f"/review/{ref}")
    first.press("Begin the review")
    first.told(say("The review has begun."))
    desk.judge(first, exclusions="does not fit")
    refuse(first, "病理报告为原位癌。")
    first.press("Keep the recommendation")
    first.told(say("Your recommendation is kept. Another caseworker decides."))
    the_next_day(app, 2)
    people.sign_in(second, stage.CASEWORKERS[1], towards=f"/review/{ref}")
    refuse(second, "病理报告为原位癌，未见浸润。")
    second.press("See the letter first")
    second.told(say("Say what would lead to another decision. The sentence of the clause stands here now: check it."))
    second.press("See the letter first")
    second.arrives("The letter before it is sent")
    would_change = say(
        "If a further report shows that what clause %(number)s excludes is not the case here, send it with an appeal.",
        number=CLAUSE,
    )
    second.reads(would_change, "病理报告为原位癌，未见浸润。")
    second.press("Decide and send it")
    second.told(say("Decided. The claimant has been told and gets a decision notice."))
    people.sign_in(claimant, WHO.email, towards=f"/claims/{ref}/decision")
    claimant.reads(would_change, "病理报告为原位癌，未见浸润。")
    claimant.follow("Appeal")
    claimant.arrives("Appeal")
    claimant.reads(would_change)
    claimant.fill("Why should the decision be another one?", "会诊报告写明有浸润。")
    claimant.press("Send the appeal")
    claimant.told(say("Your appeal has been received. Somebody who had no hand in the claim decides it."))
    the_next_day(app, 3)
    people.sign_in(third, THIRD, towards=f"/review/{ref}")
    third.choose(say("Verdict"), say("pay"))
    third.fill("Reason (the claimant reads this)", "会诊报告证实浸润。")
    third.press("Decide")
    third.told(say("Decided. The claimant has been told and gets a decision notice."))
    claimant.go(f"/claims/{ref}/decision")
    claimant.arrives("Decision on your appeal")
    claimant.reads("300,000.00")


def refuse(caseworker: Walker, reason: str) -> None:
    """Choose refusal, clause and reason; nothing of what would change it."""
    caseworker.choose(caseworker.say("Verdict"), caseworker.say("refuse"))
    caseworker.field("Clause of a refusal").select_option(value=CLAUSE)
    caseworker.fill("Reason (the claimant reads this)", reason)


@pytest.mark.parametrize("locale", ["en"])
def test_a_missing_item_is_asked_for_and_answered_without_scripts(
    app: Flask, new_page: Callable[..., Page], locale: str
) -> None:
    ref = handed_in(app, locale)
    caseworker, claimant = (Walker(new_page(java_script_enabled=False), locale, scripts=False) for _ in range(2))
    people.sign_in(caseworker, stage.CASEWORKERS[0], towards=f"/review/{ref}")
    caseworker.press("Begin the review")
    caseworker.follow("Ask the claimant for something")
    caseworker.arrives("Ask the claimant")
    caseworker.tick("Pathology report")
    caseworker.page.locator("[name=line_pathology_report_why]").fill("Page 2 cannot be read.")
    caseworker.page.locator("[name=words_1]").fill("When were you admitted?")
    caseworker.page.locator("[name=words_1_why]").fill("Two papers name different days.")
    caseworker.press("Ask the claimant")
    caseworker.told("The claimant was asked. The time until the answer does not count.")
    the_next_day(app, 3)
    people.sign_in(claimant, WHO.email, towards=f"/claims/{ref}")
    claimant.told("The reviewers need something more")
    claimant.follow("Answer the reviewers")
    claimant.arrives("Answer the reviewers")
    claimant.reads("Page 2 cannot be read.", "When were you admitted?", "2 of 2 are still open.")
    claimant.fill("Your answer", "On 1 August.")
    claimant.press("Hand everything in")
    claimant.told("Bring it, or say why you cannot get it.")
    claimant.page.get_by_role("button", name="Upload Pathology report").click()
    claimant.arrives("Pathology report")
    claimant.bring("Choose one or several files", ("new.pdf", people.REPORT, papers.report("Pathology report")))
    claimant.press("Send the files")
    claimant.follow("Back to what was asked")
    claimant.arrives("Answer the reviewers")
    claimant.reads("Nothing is open any more.")
    claimant.press("Hand everything in")
    claimant.told("Thank you. The reviewers have your answer, and their clock runs again.")
    caseworker.go(f"/review/{ref}")
    caseworker.reads("On 1 August.", "1 document came")
