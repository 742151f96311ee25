"""Session expired in mid-form: nothing typed is lost, and nobody else is shown it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, Response, request
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Account, ParkedForm
from app.services import parked_forms, sessions
from app.services.parked_forms import Typed
from app.web import clock, doors, hx
from app.web.refill import refill
from tests.fixtures.pages import named, parse
from tests.web.gate import PASSWORD, filled, open_account, send, sign_in, words

STORY = 'It began in "May" & <b>hurt</b>\nvery much'
TYPED = {"story": STORY, "name": 'Lin "Lan"', "kind": "b", "agree": "y", "month": "6", "secret_password": "do not keep"}
PAGE = """{% extends "layouts/member.html" %}{% block page_title %}Tale{% endblock %}
{% block content %}<h1>Tale</h1><form method="post" action="/other"><input name="name" aria-label="n" value="untouched">
{{ form.csrf_token(id="t1") }}</form>
{% if not gone %}<form method="post" action="/tale/send" enctype="multipart/form-data">{{ form.csrf_token }}
<input type="hidden" name="seen" value="7"><input name="name" aria-label="n" value="old &amp; gold">
<textarea name="story" aria-label="s">old</textarea><input type="checkbox" name="agree" value="y" aria-label="a">
<input type="checkbox" name="spam" value="y" checked aria-label="p"><input type="file" name="file" aria-label="f">
<input type="radio" name="kind" value="a" checked aria-label="k">
<input type="radio" name="kind" value="b" aria-label="l">
<select name="month" aria-label="m"><option value="5" selected>May</option><option value="6">June</option></select>
<input type="password" name="secret_password" aria-label="pw"><button>Send</button></form>{% endif %}{% endblock %}"""


@pytest.fixture(autouse=True)
def told(app: Flask) -> Iterator[list[str]]:
    """Two rooms with a form: one for members, one for anybody. The list holds what reached them."""
    heard: list[str] = []
    assert app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"tale.html": PAGE}), app.jinja_env.loader])
    for name, who in (("tale", "member"), ("open", "anybody")):
        bp = Blueprint(name, __name__, url_prefix=f"/{name}")
        bp.before_request(doors.door(who))

        @bp.get("")
        def show() -> Response:
            return hx.page("tale.html", form=FlaskForm(), gone=request.args.get("gone"))

        @bp.post("/send")
        def hear() -> Response:
            heard.append(request.form["story"])
            return hx.go_to("/")

        doors.open_room(app, bp)
    return heard


def begin(client: FlaskClient, page: str = "/tale?part=2") -> dict[str, str]:
    """Open the form and fill it in, without sending it."""
    forms = [form for form in named(parse(client.get(page).text), "form") if form.get("action") == "/tale/send"]
    touched = {name: value for name, value in filled(forms[0]).items() if name != "spam"}
    return {**touched, **TYPED}


def too_late(client: FlaskClient, form: dict[str, str], **headers: str) -> TestResponse:
    at = {"Referer": "http://localhost/tale?part=2", **headers}
    return client.post("/tale/send", data=form, headers=at)


def sign_out_elsewhere(app: Flask, number: int) -> None:
    with app.app_context(), transaction():
        sessions.end_all(db.session.get_one(Account, number), at=clock.real_now())


def shown(page: TestResponse) -> dict[str, str]:
    form = next(form for form in named(parse(page.text), "form") if form.get("action") == "/tale/send")
    return filled(form)


def test_a_form_whose_session_was_ended_comes_back_after_signing_in(
    app: Flask, client: FlaskClient, told: list[str]
) -> None:
    number = open_account(app)
    sign_in(client)
    form = begin(client)
    sign_out_elsewhere(app, number)
    answer = too_late(client, form)
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/tale?part%3D2")
    assert "您填写的内容已保留" in words(client.get(answer.location))
    back = send(client, answer.location, {"email": "lin@example.org", "password": PASSWORD})
    assert back.location == "/tale?part=2"
    page = client.get(back.location)
    found = shown(page)
    assert found["story"].strip() == STORY
    assert (found["name"], found["kind"], found["agree"], found["month"]) == ('Lin "Lan"', "b", "y", "6")
    assert "spam" not in found
    assert found["seen"] == "7"
    assert found["secret_password"] == ""
    assert "什么都没有发出" in words(page)
    assert 'value="untouched"' in page.text
    assert told == []
    assert client.post("/tale/send", data=found).location == "/"
    assert told[0].strip().replace("\r", "") == STORY
    assert "什么都没有发出" not in words(client.get("/tale?part=2"))


def test_what_waits_is_sealed_and_goes_after_an_hour(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    form = begin(client)
    sign_out_elsewhere(app, number)
    too_late(client, form)
    with app.app_context():
        kept = db.session.scalars(db.select(ParkedForm)).one()
        assert b"hurt" not in kept.typed_sealed
        typed = parked_forms.typed_in(kept)
        assert "csrf_token" not in typed.fields
        assert not [name for name in typed.fields if "password" in name]
        with transaction():
            assert parked_forms.sweep(kept.expires_at - dt.timedelta(seconds=1)) == 0
            assert parked_forms.sweep(kept.expires_at) == 1
    sign_in(client)
    assert shown(client.get("/tale?part=2"))["name"] == "old & gold"


def test_files_are_named_and_asked_for_again(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    form: dict[str, object] = dict(begin(client))
    send(client, "/account", action="/sign-out")
    form["file"] = (io.BytesIO(b"%PDF-1.7"), "报告.pdf")
    answer = client.post("/tale/send", data=form, headers={"Referer": "http://localhost/tale?part=2"})
    sign_in(client)
    assert "请重新选择：报告.pdf" in words(client.get("/tale?part=2"))
    assert answer.status_code == 303


def test_another_account_is_not_shown_what_somebody_typed(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    open_account(app, "wang@example.org", name="王")
    sign_in(client)
    form = begin(client)
    sign_in(client, "wang@example.org")
    answer = too_late(client, form)
    assert answer.location == "/sign-in?next=/tale?part%3D2"
    assert "另一个账户" in words(client.get(answer.location))
    assert shown(client.get("/tale?part=2"))["name"] == "old & gold"
    sign_in(client, "wang@example.org")
    assert shown(client.get("/tale?part=2"))["name"] == "old & gold"
    assert send(client, "/sign-in", {"email": "lin@example.org", "password": PASSWORD}).location == "/tale?part=2"
    assert shown(client.get("/tale?part=2"))["name"] == 'Lin "Lan"'


def test_another_browser_is_not_shown_it_either(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    form = begin(client)
    sign_out_elsewhere(app, number)
    too_late(client, form)
    phone = app.test_client()
    sign_in(phone)
    assert shown(phone.get("/tale?part=2"))["name"] == "old & gold"


def test_signed_in_again_in_another_tab_the_form_comes_back_at_once(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    form = begin(client)
    sign_in(client)
    answer = too_late(client, form)
    assert answer.location == "/tale?part=2"
    assert shown(client.get(answer.location))["name"] == 'Lin "Lan"'


def test_a_form_that_is_gone_gives_its_texts_back(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    sign_in(client)
    form = begin(client)
    sign_in(client)
    answer = too_late(client, form, Referer="http://localhost/tale?gone=1")
    page = client.get(answer.location)
    assert "very much" in words(page)
    assert "<b>hurt" not in page.text


@pytest.mark.parametrize("referer", ["https://elsewhere.example/tale", "http://localhost/tale/send", ""])
def test_without_a_page_of_ours_behind_it_the_way_leads_to_the_nearest_page(
    app: Flask, client: FlaskClient, referer: str
) -> None:
    open_account(app)
    sign_in(client)
    form = begin(client)
    sign_in(client)
    assert too_late(client, form, Referer=referer).location == "/tale"


def test_a_form_for_everybody_comes_back_without_signing_in(client: FlaskClient) -> None:
    form = begin(client, "/open")
    other = client.get("/open")
    with client.session_transaction() as held:
        held["csrf_token"] = "another one"
    assert other.status_code == 200
    answer = client.post("/open/send", data=form, headers={"Referer": "http://localhost/open"})
    assert (answer.status_code, answer.location) == (303, "/open")


def test_what_we_did_not_make_is_refused_and_not_kept(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    form = begin(client)
    assert too_late(client, {**form, "csrf_token": "forged"}).status_code == 400
    sign_out_elsewhere(app, number)
    stranger = app.test_client()
    stranger.get("/sign-in")
    assert too_late(stranger, {**form, "csrf_token": "forged"}).status_code == 400
    assert too_late(client, {**form, "story": "x" * 70_000}).location.startswith("/sign-in")
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(ParkedForm)) == 0


@pytest.mark.parametrize(
    "sender",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_that_another_site_sends_is_not_kept_and_sets_no_cookie(
    app: Flask, client: FlaskClient, sender: dict[str, str]
) -> None:
    open_account(app)
    sign_in(client)
    form = begin(client)
    answer = too_late(app.test_client(), form, **sender)
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(ParkedForm)) == 0


def test_a_form_of_our_own_says_where_it_comes_from(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    sign_in(client)
    form = begin(client)
    sign_out_elsewhere(app, number)
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert too_late(client, form, **ours).location.startswith("/sign-in")


def test_a_browser_that_refuses_cookies_is_told_so(app: Flask) -> None:
    refusing = app.test_client(use_cookies=False)
    form = begin(refusing, "/open")
    answer = refusing.post("/open/send", data=form)
    assert answer.status_code == 400
    assert "Cookie" in words(answer)


def test_only_the_tags_concerned_are_touched() -> None:
    html = (
        "<p>Tea &amp; cake</p>\n<form method='post'><input name=a value='1'><input name=a value='2'>"
        "<textarea name=t>\nold</textarea><input name=b></form><input name=a value='3'>"
    )
    found = refill(html, Typed({"a": ['"x"', "y"], "t": ["<i>"], "z": ["lost"]}), action="/here", page="/here")
    assert found.form_found
    assert found.html == (
        '<p>Tea &amp; cake</p>\n<form method=\'post\'><input name="a" value="&quot;x&quot;"><input name="a" value="y">'
        "<textarea name=t>\n&lt;i&gt;</textarea><input name=b></form><input name=a value='3'>"
    )
    assert not refill(html, Typed({"a": ["x"]}), action="/there", page="/here").form_found
