"""A relative files for a member who has died: the report, its proof at the desk, and the claim with its documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.jobs.tick import set_clock
from tests.journeys import papers, people, stage
from tests.journeys.people import PHOTOGRAPH, RULES
from tests.journeys.stage import CASEWORKERS, Claimant
from tests.journeys.walker import Walker

DEAD = Claimant()
RELATIVE = Claimant(email="zhou@example.org", name="周宁", bank_number="6222 0202 0001 2345 670")
EVENT, DIED, TODAY = "2026-07-20", ("2026", "8", "10"), dt.date(2026, 8, 20)
"""The illness after the waiting, the death, and the day on which the relative comes."""


@pytest.mark.parametrize(("locale", "scripts"), [("zh", True), ("en", False)])
def test_a_relative_files_for_a_dead_member(
    app: Flask, new_page: Callable[..., Page], locale: str, *, scripts: bool
) -> None:
    stage.open_house(app, locale)
    stage.let_join(app, DEAD, locale)
    with stage.inside(app):
        set_clock(stage.noon(TODAY))
    relative, desk = (Walker(new_page(java_script_enabled=scripts), locale, scripts=scripts) for _ in range(2))
    relative.go("/me/reports/new")
    people.open_account(relative, RELATIVE)
    report(relative)
    confirm(desk)
    relative.go("/me/reports")
    relative.page.get_by_role("link", name=relative.say("Apply for what happened before")).click()
    relative.arrives("Apply for mutual aid")
    ref = people.begin_claim(relative, EVENT, who=DEAD)
    relative.reads(relative.say("relative of somebody who has died or cannot act"))
    bring(app, relative)
    people.hand_in(relative, ref, RELATIVE)
    desk.go(f"/review/{ref}")
    desk.reads(
        desk.say("relative of somebody who has died or cannot act"),
        desk.say("husband or wife"),
        desk.say("proof confirmed on %(day)s", day=desk.tongue.day(TODAY)),
    )


def report(relative: Walker) -> None:
    """What happened, about whom, where balances go, and the proof."""
    say = relative.say
    relative.arrives("Report for a relative")
    relative.choose(say("What has happened?"), say("a death"))
    for label, value in zip(("year", "month", "day"), DIED, strict=True):
        relative.page.get_by_label(say(label), exact=True).fill(value)
    relative.fill("Full name of the person", DEAD.name)
    relative.choose(say("Identity document"), say("resident identity card"))
    relative.fill("Number of the document", DEAD.number)
    relative.choose(say("What are you to this person?"), say("husband or wife"))
    relative.fill("Name of the account's holder", RELATIVE.name)
    relative.fill("Bank and branch", "中国银行")
    relative.fill("Account or card number", RELATIVE.bank_number)
    proof = {"name": "证明.jpg", "mimeType": PHOTOGRAPH, "buffer": papers.photograph("死亡证明")}
    relative.page.get_by_role("button", name=say("Proof"), exact=True).set_input_files(proof)  # type: ignore[arg-type]
    relative.press("Send the report")
    relative.arrives("Reports for relatives")
    relative.told(say("being compared"))


def bring(app: Flask, relative: Walker) -> None:
    """A photograph for each required line; with scripts it arrives in pieces and a worker checks it."""
    for wanted in (kind for kind in RULES.member.checklist if kind.required):
        name, file = relative.tongue.of(wanted.name), f"{wanted.key}.jpg"
        relative.follow("Upload", about=name)
        relative.arrives_at(name)
        relative.reads(relative.say("What must be readable"))
        people.send_files(app, relative, (file, PHOTOGRAPH, papers.photograph(wanted.name.zh)))
        relative.reads(file)
        relative.follow("Back to the claim")
        relative.arrives("Fill in the claim")


def confirm(desk: Walker) -> None:
    """A caseworker opens the proof and confirms what it shows."""
    people.sign_in(desk, CASEWORKERS[0], towards="/review/reports")
    desk.page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    here = desk.path()
    desk.follow("Document %(number)s", number=1)
    as_it_came = desk.page.get_by_role("main").locator("a[href*='/proof/']:not([href*='/pages'])")
    whole = as_it_came.first.get_attribute("href")
    assert whole is not None
    assert desk.page.context.request.get(whole).status == 200
    desk.go(here)
    desk.press("Confirm: the proof is sound")
    desk.told(desk.say("Confirmed. What follows has begun, and whoever reported has been told."))
