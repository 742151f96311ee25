"""Two languages on every page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fixtures.pages import named, parse
from tests.web import rooms
from tests.web.gate import words


@pytest.fixture(autouse=True)
def _rooms(app: Flask) -> None:
    rooms.build(app)


def language_of(client: FlaskClient, path: str = "/lamp", wish: str | None = None) -> str:
    answer = client.get(path, headers={"Accept-Language": wish} if wish else {})
    assert answer.headers["Content-Language"] == parse(answer.text).get("lang")
    return str(parse(answer.text).get("lang"))


@pytest.mark.parametrize(
    ("wish", "spoken"),
    [
        (None, "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en-GB,en;q=0.8,zh;q=0.5", "en"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh-Hans"),
        ("*", "zh-Hans"),
    ],
)
def test_before_any_choice_the_browser_decides(client: FlaskClient, wish: str | None, spoken: str) -> None:
    assert language_of(client, wish=wish) == spoken


def test_the_switch_is_remembered(client: FlaskClient) -> None:
    assert language_of(client, "/lamp?lang=en", wish="zh") == "en"
    assert language_of(client, "/lamp", wish="zh") == "en"
    assert language_of(client, "/lamp?lang=zh", wish="en") == "zh-Hans"
    assert language_of(client, "/lamp", wish="en") == "zh-Hans"


def test_the_cookie_of_the_switch_is_the_only_one_and_set_by_the_switch_alone(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/lamp").headers
    cookies = client.get("/lamp?lang=en").headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["lang"]
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    assert "Set-Cookie" not in client.get("/lamp?lang=en").headers, "what is remembered is not set again"


def test_a_language_we_do_not_speak_is_not_remembered(client: FlaskClient) -> None:
    answer = client.get("/lamp?lang=fr")
    assert "Set-Cookie" not in answer.headers
    assert parse(answer.text).get("lang") == "zh-Hans"


def test_the_switch_leads_to_the_same_page_in_the_other_language(client: FlaskClient) -> None:
    links = [
        a.get("href") for a in named(parse(client.get("/lamp?light=dim&light=red").text), "a") if a.get("hreflang")
    ]
    assert links == ["/lamp?light=dim&light=red&lang=en"]


def test_the_switch_of_a_refused_form_leads_to_its_page(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={})
    links = [a.get("href") for a in named(parse(answer.text), "a") if a.get("hreflang")]
    assert len(links) == 1
    assert client.get(str(links[0])).status_code in {200, 404}


def test_messages_of_forms_are_said_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert "There is nothing at this address" in words(client.get("/nowhere?lang=en"))
    assert "这个地址没有内容" in words(client.get("/nowhere?lang=zh"))


@pytest.mark.parametrize(
    "asked", ["endpoint=x", "_external=1", "_scheme=javascript", "_method=FOO", "_anchor=x", "to=x"]
)
def test_the_switch_keeps_what_was_asked_whatever_it_is_called(client: FlaskClient, asked: str) -> None:
    answer = client.get(f"/lamp?{asked}&q=%E5%B2%B8%20a&q=b")
    assert answer.status_code == 200
    switch = [link.get("href") for link in parse(answer.text).iter() if (link.get("href") or "").endswith("lang=en")]
    assert switch
    assert set(switch) == {f"/lamp?{asked}&q=%E5%B2%B8+a&q=b&lang=en"}
