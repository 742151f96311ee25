"""What caseworkers do at their desk, each step ending where the page says that it was done."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from tests.journeys import stage
from tests.journeys.walker import PATIENCE, Walker


def take_up(app: Flask, caseworker: Walker, ref: str, *, papers_brought: int) -> None:
    """Find the claim in the queue, begin the review, and look at every document."""
    caseworker.arrives("Claims to review")
    caseworker.link_called(ref).first.click()
    caseworker.arrives_at(ref)
    caseworker.press("Begin the review")
    caseworker.told(caseworker.say("The review has begun."))
    shown = caseworker.page.get_by_role("navigation", name=caseworker.say("Documents"), exact=True).get_by_role("link")
    assert shown.count() == papers_brought
    addresses = [tab.get_attribute("href") or "" for tab in shown.all()]
    for address in addresses:
        caseworker.go(address)
        assert caseworker.page.get_by_role("figure").count() == 1
    stage.a_worker_looks(app)  # draws their pages
    for address in addresses:
        caseworker.go(address)
        look_at_what_is_shown(caseworker)


def look_at_what_is_shown(caseworker: Walker) -> None:
    """The page of a photograph or of a PDF is there as a picture, and really drawn."""
    picture = caseworker.page.locator("figure .page image")
    expect(picture).to_have_count(1, timeout=PATIENCE)
    address = picture.get_attribute("href")
    assert address is not None
    answer = caseworker.page.context.request.get(address)
    assert (answer.status, answer.headers["content-type"].partition("/")[0]) == (200, "image")
    if caseworker.scripts:
        measured = (
            "image => fetch(image.href.baseVal).then(a => a.blob()).then(createImageBitmap).then(drawn => drawn.width)"
        )
        assert picture.evaluate(measured) > 500


def judge(caseworker: Walker, answer: str = "fits", **others: str) -> None:
    """Answer every point that a person has to judge; `others` by the beginning of the point's sentence."""
    say = caseworker.say
    for point, sentence in {
        "identity": "The papers are this member's",
        "event": "The papers show what the plan helps with",
        "severity": "The benefit asked for is the right one",
        "exclusions": "None of the exclusions applies",
        "declaration": "Nothing was left out of the health declaration",
    }.items():
        caseworker.choose(say(sentence), say(others.get(point, answer)))


def recommend_refusing(caseworker: Walker, clause: str, reason: str) -> None:
    """Paying is what the dates forbid; then refuse with the clause, and keep what was written meanwhile."""
    say = caseworker.say
    judge(caseworker)
    caseworker.choose(say("Verdict"), say("pay"))
    caseworker.fill("Reason (the claimant reads this)", reason)
    caseworker.press("Keep the recommendation")
    caseworker.told(say("Clause %(clause)s rules this claim out: it can only be refused.", clause=clause))
    assert caseworker.field("Reason (the claimant reads this)").input_value() == reason
    caseworker.choose(say("Verdict"), say("refuse"))
    caseworker.field("Clause of a refusal").select_option(value=clause)
    caseworker.press("Keep the recommendation")
    caseworker.told(say("Your recommendation is kept. Another caseworker decides."))


def decide_refusing(caseworker: Walker, clause: str, reason: str, would_change: str) -> None:
    """A refusal must say what would change it before it is one."""
    say = caseworker.say
    caseworker.choose(say("Verdict"), say("refuse"))
    caseworker.field("Clause of a refusal").select_option(value=clause)
    caseworker.fill("Reason (the claimant reads this)", reason)
    caseworker.press("Decide")
    caseworker.told(
        say("Say what would lead to another decision. The sentence of the clause stands here now: check it.")
    )
    caseworker.fill("What would change it (for a refusal)", would_change)
    caseworker.press("Decide")
    caseworker.told(say("Decided. The claimant has been told and gets a decision notice."))


def recommend_paying(caseworker: Walker, ref: str) -> None:
    """Judge every point, recommend the amount of the table, and see that the same person may not decide."""
    say = caseworker.say
    caseworker.go(f"/review/{ref}")
    judge(caseworker)
    caseworker.choose(say("Verdict"), say("pay"))
    caseworker.press("Keep the recommendation")
    caseworker.told(say("Your recommendation is kept. Another caseworker decides."))
    caseworker.told(say("This needs another person."))
    assert caseworker.button("Decide").count() == 0


def decide_paying(caseworker: Walker, ref: str) -> None:
    """Another caseworker follows the recommendation."""
    say = caseworker.say
    caseworker.arrives("Claims to review")
    caseworker.link_called(ref).first.click()
    caseworker.arrives_at(ref)
    caseworker.choose(say("Verdict"), say("pay"))
    caseworker.press("Decide")
    caseworker.told(say("Decided. The claimant has been told and gets a decision notice."))
