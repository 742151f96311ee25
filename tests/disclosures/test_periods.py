import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Case, Claim, Notice, Period
from app.services import rescheduling
from app.web import clock, kept
from bench.public_pages import questions
from tests.disclosures import story
from tests.fixtures.pages import named, parse

SETTLED = "/disclosures/young-cancer-2026-09-2"
EMPTY = "/disclosures/young-cancer-2026-09-1"
WAITING = "/disclosures/young-cancer-2026-10-1"


def words(html: str) -> str:
    """What a page says, spaces of every kind as one."""
    return re.sub(r"\s+", " ", " ".join(parse(html).itertext()))


def case_refs() -> list[str]:
    return list(db.session.scalars(db.select(Case.ref).order_by(Case.id)))


def test_a_settled_period_shows_its_sum_and_where_each_term_comes_from(visitor: FlaskClient):
    page = visitor.get(SETTLED)
    said = words(page.text)
    assert page.status_code == 200
    assert "10 members shared 3 cases, ¥2.66 each" in said
    assert "¥26.55" in said
    assert "¥2.655 is rounded up to ¥2.66" in said
    assert "2.66 × 10 = 26.60. Less 26.55 to be shared: 0.05 are carried into the next period." in said
    assert "1 of 3 payouts has arrived" in said or "1 of 3 payouts have arrived" in said
    assert "received 3" in said
    assert f'href="{EMPTY}#carried"' in page.text
    assert f'href="{WAITING}"' in page.text


def test_a_settled_period_offers_its_bulletin(told_once: Flask, visitor: FlaskClient):
    with told_once.app_context():
        about = story.period("young-cancer-2026-09-2").id
        ref = db.session.scalars(db.select(Notice.ref).where(Notice.kind == "bulletin", Notice.about == about)).one()
    assert f'href="/notices/{ref}.pdf"' in visitor.get(SETTLED).text


def test_a_period_without_cases_shares_nothing_and_says_so(visitor: FlaskClient):
    said = words(visitor.get(EMPTY).text)
    assert "There was no case in this period: 10 members were charged nothing." in said
    assert "Nothing was needed, so nobody is charged." in said


def test_a_waiting_period_shows_at_most_what_would_be_charged_and_that_the_cap_was_reached(visitor: FlaskClient):
    said = words(visitor.get(WAITING).text)
    assert "each of 8 members will be charged at most ¥3.00" in said
    assert "no case can receive more than ¥24.00 from the shares" in said
    assert "The cases asked for ¥300,000.00 and receive ¥24.00; the remaining ¥299,976.00 are not paid." in said
    assert "Open to everybody until 24:00 on 9 October 2026." in said
    assert "Whole period, 1 case 300,000.00 24.00" in said


def test_after_the_objection_days_a_waiting_period_no_longer_invites_objections(visitor: FlaskClient):
    with clock.at_instant(story.TODAY + dt.timedelta(days=2)):
        said = words(visitor.get(WAITING).text)
    assert "Objections were open from 7 October 2026 to 24:00 on 9 October 2026." in said
    assert "Open to everybody" not in said


def test_payouts_that_are_late_are_said_to_be_late(visitor: FlaskClient):
    late = "The promised day has passed: the rest is late."
    with clock.at_instant(story.TODAY - dt.timedelta(days=3)):
        assert late not in words(visitor.get(SETTLED).text)
    with clock.at_instant(story.TODAY - dt.timedelta(days=2)):
        assert late in words(visitor.get(SETTLED).text)


def test_a_settled_cap_is_told_like_the_expected_one(told: Flask, changer: FlaskClient):
    with told.app_context():
        story.settle("young-cancer-2026-10-1")
    said = words(changer.get(WAITING).text)
    assert "8 members shared 1 case, ¥3.00 each" in said
    assert "no case can receive more than ¥24.00 from the shares" in said
    with told.app_context():
        ref = case_refs()[-1]
    said = words(changer.get(f"/cases/{ref}").text)
    assert "The cap a case was reached" in said
    assert "¥299,976.00 of what it asked for are not paid, and are not owed." in said


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "/disclosures/young-cancer-2026-10-2",
            "planned and not published yet. It will be published on 21 October 2026",
        ),
        ("/disclosures/young-cancer-2031-10-2", "There is no period of this name."),
        ("/disclosures/nothing", "There is nothing at this address"),
        (f"{SETTLED}?page=2", "This list has no page 2."),
        (f"{SETTLED}?page=0", "There is no such page of this list."),
        ("/disclosures?page=7", "This list has no page 7."),
        ("/disclosures?page=two", "There is no such page of this list."),
        ("/cases/ZZZZZZZZZZZZ", "There is no public case with this reference."),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(visitor: FlaskClient, address: str, sentence: str):
    answer = visitor.get(address)
    assert answer.status_code == 404
    assert sentence in words(answer.text)


def test_a_cancelled_period_says_why_and_charges_nobody(told: Flask, changer: FlaskClient):
    with told.app_context(), transaction():
        by = db.session.scalars(db.select(Account.id)).first()
        found = story.period("young-cancer-2026-10-1")
        rescheduling.cancel(found, reason="The bank was closed.", by=by, at=story.TODAY)
    page = changer.get(WAITING)
    assert page.status_code == 200
    assert "This period was cancelled. Nobody is charged for it." in words(page.text)
    assert "The bank was closed." in page.text
    assert named(parse(page.text), "figure") == []


def test_the_list_is_newest_first_and_can_be_filtered(visitor: FlaskClient):
    said = words(visitor.get("/disclosures").text)
    assert said.index("October 2026, period 1") < said.index("September 2026, period 2")
    assert "at most 3.00" in said
    assert "1 period" in words(visitor.get("/disclosures?state=open").text)
    assert "2 periods" in words(visitor.get("/disclosures?month=2026-9&plan=young-cancer").text)
    assert "No period is like that." in words(visitor.get("/disclosures?plan=accident").text)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("month=last+autumn", "Write the month with its year, for example 2026-10."),
        ("month=a%00b", "Write the month with its year, for example 2026-10."),
        ("month=2026-13", "Write the month with its year, for example 2026-10."),
        ("plan=nothing", "There is no such plan."),
        ("state=unheard", "There is no such state."),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_and_kept(visitor: FlaskClient, query: str, sentence: str):
    answer = visitor.get(f"/disclosures?{query}")
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    if query == "month=last+autumn":
        assert 'value="last autumn"' in answer.text


def test_htmx_gets_the_list_alone_also_when_the_filter_is_refused(visitor: FlaskClient):
    headers = {"HX-Request": "true", "HX-Target": "periods"}
    assert visitor.get("/disclosures?state=paid", headers=headers).text.lstrip().startswith('<div id="periods"')
    refused = visitor.get("/disclosures?month=x", headers=headers)
    assert refused.status_code == 422
    assert "Write the month" in refused.text


def test_many_periods_and_many_cases_come_in_pages_with_real_links(told: Flask, changer: FlaskClient):
    with told.app_context(), transaction():
        first = story.period("young-cancer-2026-09-1")
        for year in range(2000, 2025):
            db.session.add(
                Period(
                    plan_id=first.plan_id, pool_id=first.pool_id, name=f"young-cancer-{year}-01-1", year=year, month=1,
                    number=1, state="cancelled", reason="before our time", cancelled_at=story.TODAY,
                    publication_day=dt.date(year, 1, 7), objections_last_day=dt.date(year, 1, 9),
                    settle_day=dt.date(year, 1, 14), pay_by_day=dt.date(year, 1, 21),
                )
            )  # fmt: skip
    page = changer.get("/disclosures?plan=young-cancer")
    assert "28 periods" in words(page.text)
    assert "/disclosures?page=2&amp;plan=young-cancer" in page.text
    assert "January 2000, period 1" in words(changer.get("/disclosures?page=2&plan=young-cancer").text)


def test_no_public_page_asks_more_than_eight_questions(told_once: Flask, visitor: FlaskClient):
    with told_once.app_context():
        refs = case_refs()
    addresses = ["/", "/plans", "/plans/young-cancer", "/plans/young-cancer?year=1991&month=3&day=8"]
    addresses += ["/plans/young-cancer/rules/1", "/disclosures", "/disclosures?plan=young-cancer&state=open"]
    addresses += [SETTLED, EMPTY, WAITING, f"/cases/{refs[0]}", f"/cases/{refs[-1]}", "/privacy"]
    with told_once.app_context():
        for address in addresses:
            kept.shelf_of(told_once).clear()
            with questions() as asked:
                assert visitor.get(address).status_code == 200
            assert len(asked) <= 8, f"{address} asks {len(asked)} questions:\n" + "\n".join(asked)


def test_public_pages_carry_an_etag_and_nothing_personal(told_once: Flask, visitor: FlaskClient):
    for address in ("/", "/plans", SETTLED, WAITING):
        page = visitor.get(address)
        assert page.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in page.headers
        again = visitor.get(address, headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304
        assert story.NAME not in page.text
        assert story.EMAIL not in page.text


def test_a_case_shows_what_was_published_and_nothing_that_is_true_beyond_it(told_once: Flask, visitor: FlaskClient):
    with told_once.app_context():
        refs = case_refs()
        claims = list(db.session.scalars(db.select(Claim.ref)))
    for ref in refs:
        page = visitor.get(f"/cases/{ref}")
        assert page.status_code == 200
        for secret in (story.NAME, "Zhejiang", "Lung cancer", "21 – 30", "18 – 30", *claims):
            assert secret not in page.text
    said = words(visitor.get(f"/cases/{refs[0]}").text)
    assert "Receives ¥20.00, which arrived on 29 September 2026." in said
    assert "not published" in words(visitor.get(f"/cases/{refs[2]}").text)
    waiting = words(visitor.get(f"/cases/{refs[3]}").text)
    assert "It asks for ¥300,000.00." in waiting


def test_a_case_that_went_back_to_review_is_public_no_more(told: Flask, changer: FlaskClient):
    with told.app_context(), transaction():
        ref = case_refs()[3]
        claim = db.session.scalars(db.select(Claim).where(Claim.state == "published")).one()
        claim.state = "in_review"
    assert changer.get(f"/cases/{ref}").status_code == 404
    page = changer.get(WAITING)
    assert ref not in page.text
    assert "No case was ready for this period." in words(page.text)
