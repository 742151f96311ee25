"""The queue and its pages: filters in the address, who looks after what, several at once, conflicts, absences."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Claim, ClaimFigure, DeclaredConflict, Plan
from app.services import assignments, claim_figures, claims
from app.web.clock import at_instant
from bench.public_pages import questions
from tests.claims.builders import NOW, account, claim, membership
from tests.review.desk import caseworker, handed_in, me
from tests.web.gate import enter, open_account, send, signed_in, token, words

TEN_DAYS = dt.timedelta(days=10)


def many(app: Flask, number: int) -> list[str]:
    with app.app_context(), transaction():
        return [handed_in(account(f"m{one}@example.org")).ref for one in range(number)]


def taken(app: Flask, ref: str, *, by: str) -> None:
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
        who = db.session.scalars(db.select(Account).where(Account.email == by)).one()
        assignments.take(one, by=who, at=NOW, reason="x")


def holder(app: Flask, ref: str) -> str | None:
    with app.app_context():
        held = db.session.scalar(db.select(Claim.assigned_to).where(Claim.ref == ref))
        return db.session.get_one(Account, held).email if held else None


def test_the_queue_is_asked_by_its_address_and_costs_the_same_however_long_its_page_is(
    app: Flask, shen: FlaskClient
) -> None:
    refs = many(app, 3)
    with app.app_context(), transaction():
        caseworker("qiao")
        asked_on = db.session.scalars(db.select(Claim).where(Claim.ref == refs[2])).one()
        claims.move(asked_on, "ask_evidence", by=me().id, role="caseworker", at=NOW)
    taken(app, refs[0], by="shen.desk@example.org")

    def shown(query: str) -> list[str]:
        with at_instant(NOW + TEN_DAYS):
            page = shen.get(f"/review?{query}").text
        return [ref for ref in refs if f">{ref}</a>" in page]

    assert shown("") == refs[:2]
    assert shown("assigned=me") == refs[:1]
    assert shown("assigned=nobody&sort=age") == refs[1:2]
    assert shown("state=evidence_asked") == refs[2:]
    assert shown("state=appealed") == []
    assert shown("late=1&plan=young-cancer") == refs[:2]
    assert shown("plan=no-such-plan&after=nonsense") == refs[:2]
    counts = []
    for more in (0, 18):
        many_more(app, more)
        shen.get("/review")
        with app.app_context(), questions() as asked:
            shen.get("/review")
        counts.append(len(asked))
    assert counts[0] == counts[1], "a row costs no question of its own"
    beside = shen.get(f"/review/{refs[1]}?assigned=nobody")
    assert f'/review/{refs[1]}?assigned=nobody"' in beside.text
    assert f'/review/{refs[0]}?assigned=nobody"' not in beside.text


def many_more(app: Flask, number: int) -> list[str]:
    with app.app_context(), transaction():
        owners = [account(f"more{one}@example.org") for one in range(number)]
        return [claim(membership(who.id, number=who.email), state="submitted").ref for who in owners]


def test_a_claim_is_taken_once_taken_over_with_a_sentence_and_handed_on(app: Flask, shen: FlaskClient) -> None:
    (ref,) = many(app, 1)
    open_account(app, "qiao.desk@example.org", name="乔", roles=("caseworker",))
    qiao = signed_in(app, "qiao.desk@example.org")
    page = f"/review/desk/claims/{ref}"
    opened = qiao.get(page)
    assert opened.status_code == 200
    assert send(shen, f"/review/{ref}", action=f"{page}/take").status_code == 303
    assert holder(app, ref) == "shen.desk@example.org"
    crumb = token(qiao, "/account")
    late = qiao.post(f"{page}/take", data={"csrf_token": crumb, "seen": "0", "take_reason": "我也想看。"})
    assert late.status_code == 409
    qiao.get("/account?lang=en")
    silent = send(qiao, page, {"take_reason": ""}, action=f"{page}/take")
    assert silent.status_code == 422
    assert "Say in a sentence why you take it over." in words(silent)
    assert send(qiao, page, {"take_reason": "沈今天不在。"}, action=f"{page}/take").status_code == 303
    assert holder(app, ref) == "qiao.desk@example.org"
    with app.app_context():
        to = me().ref
    assert send(qiao, page, {"to": to, "hand_over_reason": ""}, action=f"{page}/hand-over").status_code == 422
    done = send(qiao, page, {"to": to, "hand_over_reason": "您更熟悉。"}, action=f"{page}/hand-over")
    assert done.status_code == 303
    assert "您更熟悉。" in words(shen.get(page))
    assert send(shen, page, action=f"{page}/give-back").status_code == 303
    assert holder(app, ref) is None


def test_several_are_given_at_once_and_what_changed_meanwhile_is_left_and_told(app: Flask, shen: FlaskClient) -> None:
    refs = many(app, 3)
    with app.app_context(), transaction():
        qiao = caseworker("qiao").ref
    chosen = shen.get("/review/desk/assigning", query_string={"claim": refs})
    assert all(ref in chosen.text for ref in refs)
    lines = [f"{ref}:0:0" for ref in refs]
    with app.app_context(), transaction():
        gone = db.session.scalars(db.select(Claim).where(Claim.ref == refs[1])).one()
        claims.move(gone, "withdraw", by=gone.account_id, role="member", at=NOW)
    crumb = token(shen, "/account")
    for unread in (f"{refs[0]}:{'9' * 5_000}:0", f"{refs[0]}:x:0"):
        absurd = shen.post("/review/desk/assigning", data={"csrf_token": crumb, "chosen": unread, "to": qiao})
        assert absurd.status_code == 303, "a line nobody can read gives nothing to anybody"
    nobody = shen.post("/review/desk/assigning", data={"csrf_token": crumb, "chosen": lines, "to": ""})
    assert nobody.status_code == 422
    answer = shen.post("/review/desk/assigning", data={"csrf_token": crumb, "chosen": lines, "to": qiao})
    assert answer.status_code == 409
    assert "1 claim was left as it is" in words(answer)
    assert refs[1] in words(answer)
    assert refs[0] not in words(answer)
    assert [holder(app, ref) for ref in refs] == ["qiao@example.org", None, "qiao@example.org"]
    assert shen.get("/review/desk/assigning").status_code == 422


def test_a_declared_conflict_shuts_the_claim_and_operator_and_auditor_read_it(app: Flask, shen: FlaskClient) -> None:
    (ref,) = many(app, 1)
    page = f"/review/desk/claims/{ref}/conflict"
    assert send(shen, page, {"kind": "acquaintance", "note": ""}).status_code == 422
    assert send(shen, page, {"kind": "acquaintance", "note": "是我的邻居。"}).status_code == 303
    shut = shen.get(f"/review/{ref}")
    assert shut.status_code == 403
    assert "You declared a conflict with this claim." in words(shut)
    assert "From now on other people look after claim" in words(shen.get("/review"))
    assert ref not in shen.get("/review").text
    assert "是我的邻居。" in words(shen.get("/review/desk/conflicts"))
    for role in ("operator", "auditor"):
        open_account(app, f"{role}@example.org", roles=(role,))
        visitor = app.test_client()
        enter(visitor, f"{role}@example.org")
        assert "是我的邻居。" in words(visitor.get("/review/desk/conflicts"))
        assert visitor.get("/review/desk/times").status_code == 200
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(DeclaredConflict.id))) == 1


def test_who_is_away_says_until_when(app: Flask, shen: FlaskClient) -> None:
    assert send(shen, "/review/desk/away", {"until_on": "2020-01-01"}).status_code == 422
    until = (dt.datetime.now(dt.UTC).date() + TEN_DAYS).isoformat()
    assert send(shen, "/review/desk/away", {"until_on": until}).status_code == 303
    assert "You are away until" in words(shen.get("/review/desk/away"))
    assert "away until" in words(shen.get("/review/desk/times"))
    assert send(shen, "/review/desk/away", {"until_on": ""}).status_code == 303
    assert "You are here." in words(shen.get("/review/desk/away"))
    with app.app_context():
        assert assignments.away_until(me().id, on=NOW.date()) is None


def test_everybody_reads_how_long_claims_take_and_the_desk_reads_the_same(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        for one in range(6):
            claims.move(
                claim(membership(account(f"m{one}@example.org").id, number=f"N{one}")),
                "submit", by=None, role="member", at=NOW,
            )  # fmt: skip
        for one in db.session.scalars(db.select(Claim)):
            claims.move(one, "begin_review", by=me().id, role="caseworker", at=NOW + dt.timedelta(days=2))
        claim_figures.count(NOW + TEN_DAYS)
    public = words(app.test_client().get("/disclosures/how-long", headers={"Accept-Language": "en"}))
    for part in (
        "How long claims take",
        "All plans",
        "from handing in to the first look 6 2 2",
        "No claim was refused",
    ):
        assert part in public
    table = app.test_client().get("/disclosures/how-long/figures.csv").text
    assert "all,first_look,,6,2,2" in table
    assert "young-cancer,state,open,6,," in table
    assert "from handing in to the first look 6 2 2" in words(shen.get("/review/desk/times"))
    with app.app_context(), transaction():
        plan_id = db.session.scalars(db.select(Plan.id).where(Plan.slug == "young-cancer")).one()
        db.session.add(
            ClaimFigure(plan_id=plan_id, month=f"{NOW:%Y-%m}", kind="refused_by", value="5", number=6)
        )  # fmt: skip
    rows = app.test_client().get("/disclosures/how-long/figures.csv").text.splitlines()
    assert [row for row in rows if "refused_by" in row] == ["all,refused_by,5,6,,"], "nobody is found by subtraction"
