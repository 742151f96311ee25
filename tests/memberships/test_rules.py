"""New rules through HTTP: told on one's own pages and in public, agreed to once, item by item."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Acknowledgement
from app.services import rulebook
from app.web.rule_terms import TERMS
from tests.domain.plan_files import plan as rules_of
from tests.memberships.walk import TODAY, it_is, join, noon, said, somebody
from tests.web.gate import enter, open_account, send, token

MOTHER = somebody(dt.date(1996, 3, 12), 44, relation="parent", name="周桂芬")
AUNT = somebody(dt.date(1990, 4, 2), 45, relation="spouse", name="周桂芳")
HOLDS = TODAY + dt.timedelta(days=31)


def publish(app: Flask, slug: str = "young-cancer", number: int = 2) -> None:
    rules = replace(rules_of(slug, 2), number=number)
    with app.app_context(), transaction():
        rulebook.publish(rules, valid_from=HOLDS + dt.timedelta(days=number), by=None, at=noon(TODAY))


def test_a_member_is_told_reads_the_differences_and_agrees_once(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    path = f"/me/{ref}/rules"
    assert "没有更新的条款版本" in said(client.get(path))
    publish(app)
    assert f'href="{path}"' in client.get("/me").text
    told = said(client.get(f"/me/{ref}?lang=en"))
    for words in ("Rule version 2 holds from 3 November 2026", "changes for this membership only if you agree."):
        assert words in told
    text = said(client.get(f"{path}?lang=en"))
    for words in ("Fee, of the payouts version 1 0 % version 2 8 %", "not in these rules", "Days to appeal", "60 days"):
        assert words in text, words
    assert send(client, path, {"number": "2"}).location == path
    assert "Events from 3 November 2026 on are judged by version 2." in said(client.get(f"{path}?lang=en"))
    assert "only if you agree" not in said(client.get(f"/me/{ref}?lang=en"))

    again = client.post(path, data={"number": "2", "csrf_token": token(client, f"/me/{ref}/top-up")})
    assert again.status_code == 409
    assert "agreed to this version already" in said(again)
    with app.app_context():
        assert len(db.session.scalars(db.select(Acknowledgement)).all()) == 1


def test_what_was_not_read_cannot_be_agreed_to_and_of_others_nothing_is_there(app: Flask, client: FlaskClient):
    ref = join(app, client, somebody())
    publish(app)
    publish(app, number=3)
    for number in ("2", "1", "", "x", "9" * 40):
        answer = send(client, f"/me/{ref}/rules", {"number": number})
        assert answer.status_code == 409
        assert "3" in said(answer)
    stranger = app.test_client()
    open_account(app, "other@example.org")
    with it_is(app, TODAY):
        enter(stranger, "other@example.org")
        assert stranger.get(f"/me/{ref}/rules").status_code == 404
        data = {"number": "3", "csrf_token": token(stranger, "/account")}
        assert stranger.post(f"/me/{ref}/rules", data=data).status_code == 404


def test_whoever_looks_after_many_reads_once_and_agrees_for_those_they_choose(app: Flask, client: FlaskClient):
    refs = [join(app, client, one) for one in (somebody(), MOTHER, AUNT)]
    path = "/me/rules/young-cancer"
    assert "None of your memberships in this plan" in said(client.get(f"{path}?lang=en"))
    publish(app)
    assert path in client.get(f"/me/{refs[0]}/rules").text
    page = said(client.get(path))
    for words in ("Fee, of the payouts version 1 0 % version 2 8 %", *refs, "Days to appeal"):
        assert words in page, words
    nobody = send(client, path)
    assert nobody.status_code == 422
    assert "Choose at least one membership" in said(nobody)
    stale = send(client, path, {"number": "1", "everyone": "y"})
    assert stale.status_code == 409
    assert send(client, path, {"chosen": [refs[1], "0000000000AA"]}).status_code == 303
    page = said(client.get(path))
    assert refs[1] not in page
    assert refs[2] in page
    assert send(client, path, {"everyone": "y"}).status_code == 303
    assert "None of your memberships in this plan" in said(client.get(path))
    with app.app_context():
        made = db.session.scalars(db.select(Acknowledgement)).all()
        assert len({one.membership_id for one in made}) == len(made) == 3
        assert {one.member_terms.version.number for one in made} == {2}
    again = client.post(
        path, data={"everyone": "y", "number": "2", "before": "1", "csrf_token": token(client, "/account")}
    )
    assert again.status_code == 409


def test_the_public_reads_what_a_version_changes_before_and_after_it_holds(app: Flask, client: FlaskClient):
    assert client.get("/plans/young-cancer/rules/1/changes").status_code == 404
    assert client.get("/plans/nothing/rules/2/changes").status_code == 404
    publish(app)
    publish(app, "child-health")
    before = said(client.get("/plans/young-cancer?lang=en"))
    assert "From 3 November 2026 version 2 holds. Fee, of the payouts: 8 %, was 0 %." in before
    for slug, words in (
        ("young-cancer", "What is not helped with, 5.8"),
        ("child-health", "Nothing that members agreed"),
    ):
        assert words in said(client.get(f"/plans/{slug}/rules/2/changes?lang=en"))
    with it_is(app, HOLDS + dt.timedelta(days=2)):
        after = said(client.get("/plans/young-cancer?lang=en"))
        assert "Since 3 November 2026 version 2 holds. Fee, of the payouts: 8 %, was 0 %." in after
        assert "the numbers of version 2 hold for all members" in said(
            client.get("/plans/young-cancer/rules/1?lang=en")
        )


def test_every_term_has_a_name() -> None:
    rules = rules_of("young-cancer")
    listed = {
        "benefits",
        "declaration",
        "checklist",
        "exclusions",
        "clauses",
        "cited",
        "stated_in",
        "calendar",
        "closing",
    }
    fields = {
        name
        for part in (rules.member, rules.pool, rules.pool.calendar, rules.pool.closing)
        for name in part.__dataclass_fields__
        if name not in listed
    }
    assert fields == set(TERMS)
