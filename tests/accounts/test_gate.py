"""The front gate, through HTTP: opening an account, entering, leaving, and everything that is refused on the way."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app.config import PASSWORD_COST
from app.db import db, transaction
from app.models import Account, Audit, MailLink
from tests.fixtures.pages import named, parse
from tests.web.gate import PASSWORD, filled, open_account, send, sign_in, words

NEW = {"name": " 林岚 ", "email": " Lin@Example.org ", "password": PASSWORD}


def account_of(app: Flask, email: str) -> Account:
    with app.app_context():
        found = db.session.scalar(db.select(Account).where(Account.email == email))
        assert found is not None
        return found


def deeds(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Audit.deed).order_by(Audit.id)))


def test_a_visitor_opens_an_account_and_is_signed_in(app: Flask, client: FlaskClient) -> None:
    answer = send(client, "/sign-up?next=/account", NEW)
    assert answer.status_code == 303
    assert answer.location == "/account"
    assert "林岚" in client.get("/account").text
    person = account_of(app, "lin@example.org")
    assert (person.name, person.language) == ("林岚", "zh")
    assert person.password_hash.startswith("$argon2id$")
    assert deeds(app) == ["account.opened"]


def test_the_language_of_the_visit_becomes_the_language_of_the_account(app: Flask, client: FlaskClient) -> None:
    client.get("/sign-up?lang=en")
    send(client, "/sign-up", NEW)
    assert account_of(app, "lin@example.org").language == "en"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "请填写您的姓名。"),
        ({"email": ""}, "请填写您的电子邮箱。"),
        ({"email": "lin at example"}, "请填写电子邮箱，格式如 name@example.org。"),
        ({"password": ""}, "请设置密码。"),
        ({"password": "too short"}, "密码至少要有 10 个字符。"),
        ({"password": "x" * 201}, "密码最多 200 个字符。"),
        ({"name": "林" * 61}, "姓名最多 60 个字符。"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    answer = send(client, "/sign-up?next=/account", NEW | wrong)
    assert answer.status_code == 422
    assert said in words(answer)
    kept = (NEW | wrong)["email"].strip()
    assert f'value="{kept}"' in answer.text
    assert 'name="next" type="hidden" value="/account"' in answer.text or 'name="next" value="/account"' in answer.text
    assert (NEW | wrong)["password"] not in answer.text or not (NEW | wrong)["password"]


def test_no_composition_of_characters_is_asked_of_a_password(app: Flask, client: FlaskClient) -> None:
    assert send(client, "/sign-up", NEW | {"password": "papierlaterne"}).status_code == 303
    assert account_of(app, "lin@example.org").name == "林岚"


def test_a_form_sent_twice_opens_one_account_and_writes_one_mail(app: Flask, client: FlaskClient) -> None:
    form = {**filled(named(parse(client.get("/sign-up").text), "form")[-1]), **NEW}
    assert client.post("/sign-up", data=form).status_code == 303
    again = app.test_client()
    token_of_tab = filled(named(parse(again.get("/sign-up").text), "form")[-1])["csrf_token"]
    assert again.post("/sign-up", data={**form, "csrf_token": token_of_tab}).status_code == 303
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Account)) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(MailLink)) == 1


def test_the_same_form_with_another_password_is_another_account(app: Flask, client: FlaskClient) -> None:
    form = {**filled(named(parse(client.get("/sign-up").text), "form")[-1]), **NEW}
    assert client.post("/sign-up", data=form).status_code == 303
    stranger = app.test_client()
    token_of_tab = filled(named(parse(stranger.get("/sign-up").text), "form")[-1])["csrf_token"]
    guess = {**form, "csrf_token": token_of_tab, "password": "five loud paper lanterns", "name": "Somebody else"}
    assert stranger.post("/sign-up", data=guess).status_code == 303
    assert "林岚" not in stranger.get("/account").text
    assert "Somebody else" in stranger.get("/account").text
    assert "林岚" in client.get("/account").text
    with app.app_context():
        assert len(set(db.session.scalars(db.select(Account.ref)))) == 2


def test_entering_and_leaving_are_noted(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    assert sign_in(client, "LIN@example.org").status_code == 303
    assert send(client, "/account", action="/sign-out").location == "/"
    assert client.get("/account").status_code == 303
    assert deeds(app) == ["account.opened", "account.signed_in", "account.signed_out"]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    wrong = sign_in(client, password="not the password")
    unknown = sign_in(client, "lon@example.org", password="not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert words(wrong) == words(unknown)
    assert "不相符" in words(wrong)
    assert deeds(app) == ["account.opened"]


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(app)
    compared: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str, password: str) -> bool:
        compared.append(kept.rsplit("$", 2)[0])
        return bool(verify(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    sign_in(client, password="not the password")
    sign_in(client, "lon@example.org", password="not the password")
    assert len(compared) == 2
    assert compared[0] == compared[1], "both hashes have the same cost"


def test_nobody_who_writes_waits_while_a_password_is_hashed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed_within: list[bool] = []
    for work in ("hash", "verify"):

        def watched(self: PasswordHasher, *given: str, _work: object = getattr(PasswordHasher, work)) -> object:
            hashed_within.append(bool(db.session().info.get("deed")))
            return _work(self, *given)  # type: ignore[operator]

        monkeypatch.setattr(PasswordHasher, work, watched)
    assert send(client, "/sign-up", NEW).status_code == 303
    assert sign_in(client, "lin@example.org").status_code == 422
    assert hashed_within == [False, False]


def test_the_password_of_nobody_opens_nothing(client: FlaskClient) -> None:
    assert sign_in(client, "lon@example.org", password="nobody has this password").status_code == 422


def test_a_closed_account_is_an_unknown_one(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    with app.app_context(), transaction():
        person = db.session.get(Account, number)
        assert person is not None
        person.closed_at, person.email, person.email_confirmed_at = person.created_at, "", None
    assert sign_in(client).status_code == 422


def test_an_old_hash_is_renewed_when_its_owner_enters(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    app.config["PASSWORD_COST"] = PASSWORD_COST
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with app.app_context(), transaction():
        person = db.session.get(Account, number)
        assert person is not None
        person.password_hash = weak
    assert sign_in(client).status_code == 303
    renewed = account_of(app, "lin@example.org").password_hash
    assert renewed != weak
    assert not PasswordHasher().check_needs_rehash(renewed)


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "account", "/\t/example.com"],
)
def test_nobody_is_sent_to_another_site_after_entering(app: Flask, client: FlaskClient, elsewhere: str) -> None:
    open_account(app)
    answer = send(client, "/sign-in", {"email": "lin@example.org", "password": PASSWORD, "next": elsewhere})
    assert answer.location == "/me"


def test_a_stranger_comes_back_to_the_page_that_was_asked_for(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    turned_away = client.get("/account?lang=en")
    assert turned_away.status_code == 303
    answer = send(client, turned_away.location, {"email": "lin@example.org", "password": PASSWORD})
    assert answer.location == "/account?lang=en"


def test_a_session_begins_fresh(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        token = before["csrf_token"]
    sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token


def test_leaving_everywhere_ends_every_session(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    phone = app.test_client()
    sign_in(client)
    sign_in(phone)
    assert phone.get("/account").status_code == 200
    send(client, "/account", {"everywhere": "yes"}, action="/sign-out")
    assert client.get("/account").status_code == 303
    assert phone.get("/account").status_code == 303
    assert deeds(app)[-1] == "account.signed_out_everywhere"


def test_leaving_here_leaves_other_devices_alone(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    phone = app.test_client()
    sign_in(client)
    sign_in(phone)
    send(client, "/account", action="/sign-out")
    assert phone.get("/account").status_code == 200


def test_a_name_and_a_language_can_be_changed(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    answer = send(client, "/account", {"name": "林岚岚", "language": "en"})
    assert answer.location == "/account"
    person = account_of(app, "lin@example.org")
    assert (person.name, person.language) == ("林岚岚", "en")
    assert "What you can change" in words(client.get("/account"))
    refused = send(client, "/account", {"name": "", "language": "fr"})
    assert refused.status_code == 422
    assert "Enter your name." in words(refused)
    assert "Choose one of the two languages." in words(refused)


def test_a_form_without_its_token_changes_nothing(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/sign-up", data=NEW)
    assert answer.status_code == 400
    assert "没有提交任何内容" in words(answer)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Account)) == 0
