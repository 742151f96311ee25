"""Coming of age: the parent offers, the person shows the number, and everything goes over once, as it stood."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.models import Account, Audit, Consent, Membership, Message, Person, Takeover
from app.services import leaving, selfcheck, takeovers
from tests.fixtures.pages import named, parse
from tests.memberships.walk import TODAY, it_is, join, name_person, noon, resident_number, said, somebody
from tests.web.gate import open_account, send, signed_in

LATER = TODAY + dt.timedelta(days=1)
BORN = dt.date(2008, 10, 1)
CHILD = somebody(BORN, 31, relation="child", name="林朵")
NUMBER = {"document_type": "resident", "number": resident_number(BORN, 31)}
CONSENTS = {"consent_joining": "y", "consent_declaration": "y"}


def confirmed(app: Flask, email: str, name: str) -> FlaskClient:
    open_account(app, email, name=name)
    with app.app_context(), transaction():
        found = db.session.scalars(db.select(Account).where(Account.email == email)).one()
        found.email_confirmed_at = noon(TODAY)
    return signed_in(app, email)


def offered(client: FlaskClient, ref: str) -> str:
    """The parent makes the link; returns its path."""
    page, action = f"/me/{ref}/takeover", f"/me/{ref}/takeover"
    assert send(client, page, action=action).status_code == 303
    [link] = [code.text or "" for code in named(parse(client.get(page).text), "code")]
    return link[link.index("/takeover/") :]


def as_it_stands(one: Membership) -> tuple[object, ...]:
    """What a takeover leaves alone."""
    return (one.joined_on, one.threshold_fen, one.waiting_since, one.paid_net_fen, one.member_terms_id)


def edits_are_refused() -> None:
    """By the database itself, whoever asks."""
    for edit in (
        "UPDATE takeover SET state = 'offered', to_account_id = NULL, ended_at = NULL",
        "UPDATE takeover SET expires_at = offered_at",
        "DELETE FROM takeover",
        "UPDATE payment SET together = ref",
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(text(edit))


def what_is_written_down(after: Membership) -> None:
    """The own consents, the deeds, and a word to both accounts."""
    given = db.session.scalars(
        db.select(Consent.kind).where(
            Consent.account_id == after.account_id, Consent.application_id == leaving.application_behind(after)
        )
    ).all()
    assert sorted(given) == ["declaration", "joining"]
    deeds = set(db.session.scalars(db.select(Audit.deed).where(Audit.account_id == after.account_id)))
    assert {"take-over", "hand-over-membership"} <= deeds
    told = {row.kind for row in db.session.scalars(db.select(Message))}
    assert {"membership-given", "membership-taken-over"} <= told


def test_a_child_who_is_of_age_takes_the_membership_over_as_it_stands(app: Flask, client: FlaskClient):
    ref = join(app, client, CHILD)
    with app.app_context():
        before = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        kept = as_it_stands(before)
    path = offered(client, ref)
    with app.app_context():
        assert path.rpartition("/")[2].encode() not in db.session.scalars(db.select(Takeover.token_hash)).all()
    assert app.test_client().get(path).location.startswith("/sign-in?next=/takeover/")
    own = client.get(f"{path}?lang=en")
    assert own.status_code == 409
    assert "You made this link yourself." in said(own)

    grown = confirmed(app, "duo@example.org", "朵朵")
    assert "林朵" not in grown.get(path).text
    assert grown.get(f"{path}/check").location == path
    wrong = send(grown, path, {**NUMBER, "number": resident_number(BORN, 32)})
    assert wrong.status_code == 422
    assert "这不是链接所属本人的证件号码" in said(wrong)
    assert ref not in wrong.text
    assert send(grown, path, NUMBER).location == f"{path}/check"
    seen = grown.get(f"{path}/check?lang=en")
    assert "Balance ¥30.00" in said(seen)
    assert "Five consents" in said(seen)
    assert "What was declared for you" in said(seen)
    assert send(grown, f"{path}/check", {"consent_joining": "y"}).status_code == 422
    with it_is(app, LATER):
        assert send(grown, f"{path}/check", CONSENTS).location == f"/me/{ref}"

    assert grown.get(f"/me/{ref}").status_code == 200
    assert client.get(f"/me/{ref}").status_code == 404, "the account before sees nothing of afterwards"
    assert grown.get(f"{path}/check").status_code == 404, "a second tab is told that it is over"
    with app.app_context():
        after = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        assert kept == as_it_stands(after)
        assert after.person.relation == "self"
        assert after.person.account_id == after.account_id
        what_is_written_down(after)
        assert [question.name for question in selfcheck.check() if question.rows] == []
        edits_are_refused()


def test_links_that_open_nothing_say_so_and_change_nothing(app: Flask, client: FlaskClient):
    ref = join(app, client, CHILD)
    first, second = offered(client, ref), offered(client, ref)
    grown = confirmed(app, "duo@example.org", "朵朵")
    assert grown.get(first).status_code == 404, "a newer link was made"
    with it_is(app, TODAY + dt.timedelta(days=15)):
        late = grown.get(f"{second}?lang=en")
        assert late.status_code == 404
        assert "It was used, was taken back, or its days are over." in said(late)
    third = offered(client, ref)
    assert send(client, f"/me/{ref}/takeover", action=f"/me/{ref}/takeover/withdrawal").status_code == 303
    assert grown.get(third).status_code == 404
    last = offered(client, ref)
    assert send(grown, last, NUMBER).status_code == 303
    with app.app_context(), transaction():
        found = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        leaving.leave(found, by=found.account_id, at=noon(TODAY))
        found.state, found.end_seq, found.ended_at = "left", 0, noon(TODAY)
    gone = grown.get(f"{last}/check?lang=en")
    assert gone.status_code == 409
    assert "There is no membership left to take over" in said(gone)


def test_guesses_are_counted_and_an_account_of_somebody_else_takes_nothing(app: Flask, client: FlaskClient):
    path = offered(client, join(app, client, CHILD))
    stranger = confirmed(app, "uncle@example.org", "林叔")
    name_person(stranger, somebody(dt.date(1980, 1, 1), 77, name="林叔"))
    answer = send(stranger, path, NUMBER)
    assert answer.status_code == 409
    assert "这个账户的户主登记的是另一个人" in said(answer)
    guesses = [send(stranger, path, {**NUMBER, "number": resident_number(BORN, 40 + n)}).status_code for n in range(5)]
    assert guesses == [422, 422, 422, 422, 429]


def test_nobody_is_offered_what_is_not_theirs_yet(app: Flask, client: FlaskClient):
    mine = join(app, client, somebody())
    assert client.get(f"/me/{mine}/takeover").status_code == 404
    young = join(app, client, somebody(dt.date(2008, 10, 20), 32, relation="child", name="林果"), "accident")
    page = client.get(f"/me/{young}/takeover?lang=en")
    assert "On 20 October 2026 林果 comes of age." in said(page)
    with app.app_context():
        held = db.session.scalars(db.select(Membership).where(Membership.ref == young)).one()
        owner = db.session.get_one(Account, held.account_id)
        with pytest.raises(takeovers.NotOfAge, match="2026-10-20"):
            takeovers.offer(held.person, by=owner, at=noon(TODAY))
        db.session.rollback()
        with transaction():
            assert takeovers.ask_to_announce(at=noon(dt.date(2026, 9, 21)))
            takeovers.announce({"day": "2026-09-21"}, noon(dt.date(2026, 9, 21)))
            takeovers.announce({"day": "2026-09-22"}, noon(dt.date(2026, 9, 22)))
        told = db.session.scalars(db.select(Message).where(Message.kind == "of-age-ahead")).all()
        assert [row.values["day"] for row in told] == ["2026-10-20"], "said once"
    assert "Somebody of your family comes of age on 20 October 2026" in said(client.get("/me/messages?lang=en"))


def test_two_memberships_go_to_a_person_the_account_knows_already(app: Flask, client: FlaskClient):
    refs = [join(app, client, CHILD), join(app, client, CHILD, "accident")]
    grown = confirmed(app, "duo@example.org", "朵朵")
    name_person(grown, {**CHILD, "relation": "self"})
    path = offered(client, refs[0])
    send(grown, path, NUMBER)
    with it_is(app, LATER):
        assert send(grown, f"{path}/check", CONSENTS).status_code == 303
    with app.app_context():
        held = db.session.scalars(db.select(Membership).where(Membership.ref.in_(refs))).all()
        [person] = {one.person_id for one in held}
        assert {one.account_id for one in held} == {db.session.get_one(Person, person).account_id}
        assert [question.name for question in selfcheck.check() if question.rows] == []
