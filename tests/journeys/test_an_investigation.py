"""A caseworker asks an investigator, who sees what was chosen and reports; then the claim is recommended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.claims.investigations import actions as claiming
from app.db import db, transaction
from app.models import Account, Claim, StaffRole
from app.services import evidence
from tests.journeys import desk, people, stage
from tests.journeys.people import RULES
from tests.journeys.stage import Claimant
from tests.journeys.walker import Walker

LIN = Claimant()
WU = "wu@example.org"
ASKED, DONE, FOUND = "首次就诊是哪一天？", "到病案室核对了首诊记录。", "首诊日期与出院小结一致。"


@pytest.mark.parametrize("locale", ["en"])
def test_an_investigation(app: Flask, new_page: Callable[..., Page], locale: str) -> None:
    walk(app, locale, lambda: Walker(new_page(), locale))


def test_an_investigation_without_scripts(app: Flask, new_page: Callable[..., Page]) -> None:
    walk(app, "zh", lambda: Walker(new_page(java_script_enabled=False), "zh", scripts=False))


def walk(app: Flask, locale: str, somebody: Callable[[], Walker]) -> None:
    ref, chosen, other = prepared(app, locale)
    caseworker, investigator, claimant = somebody(), somebody(), somebody()
    case = the_caseworker_asks(caseworker, ref)
    the_investigator_reports(investigator, case, chosen, other)
    caseworker.go(f"/review/{ref}")
    caseworker.reads(FOUND)
    desk.recommend_refusing(caseworker, RULES.member.cited.waiting, "确诊在等待期之内。")
    people.sign_in(claimant, LIN.email, towards=f"/claims/{ref}")
    claimant.reads(claimant.say("A caseworker reads the findings first; then you can."))
    looks = claimant.page.locator("#looks").get_by_text(claimant.say("investigator"), exact=True)
    assert looks.count() == 1


def prepared(app: Flask, locale: str) -> tuple[str, str, str]:
    """A claim that was handed in and agreed to; its reference, and those of two of its documents."""
    stage.open_house(app, locale)
    stage.let_join(app, LIN, locale)
    ref = stage.let_claim(app, LIN, stage.JOINED, locale)
    with stage.inside(app), transaction():
        at = stage.noon(stage.JOINED)
        wu = stage.open_account(WU, "吴平", locale, at=at)
        db.session.add(StaffRole(account_id=wu.id, role="investigator", appointed_at=at))
        claim = db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
        claiming.agree(claim, language=locale, by=db.session.get_one(Account, claim.account_id), at=at)
        chosen, other = evidence.documents_of(claim)[:2]
        return ref, chosen.ref, other.ref


def the_caseworker_asks(caseworker: Walker, ref: str) -> str:
    """Returns the path of the investigation in the investigator's room."""
    say = caseworker.say
    people.sign_in(caseworker, stage.CASEWORKERS[0], towards=f"/review/{ref}")
    caseworker.press("Begin the review")
    caseworker.told(say("The review has begun."))
    caseworker.follow("Ask an investigator")
    caseworker.arrives("Ask an investigator")
    caseworker.pick("Investigator", "吴平")
    caseworker.fill("What is to be found out", ASKED)
    caseworker.page.get_by_role("group", name=say("Documents the investigator may see")).get_by_role(
        "checkbox"
    ).first.check()
    caseworker.fill("Due", (stage.JOINED + dt.timedelta(days=7)).isoformat())
    caseworker.press("Open the investigation")
    caseworker.told(say("The investigation is open. Claimant and investigator have been told."))
    return caseworker.path().replace("/review", "")


def the_investigator_reports(investigator: Walker, case: str, chosen: str, other: str) -> None:
    people.sign_in(investigator, WU, towards="/investigations")
    investigator.link_called(case.rpartition("/")[2]).click()
    investigator.reads(ASKED, "林**")
    get = investigator.page.context.request.get
    assert get(f"{case}/documents/{chosen}").status == 200
    assert get(f"{case}/documents/{other}").status == 404
    investigator.fill("What was done", DONE)
    investigator.fill("What was found", FOUND)
    investigator.press("File the report")
    investigator.told(investigator.say("Your report is filed. Thank you; your access to the claim has ended."))
    assert get(f"{case}/documents/{chosen}").status == 404
