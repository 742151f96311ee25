"""The page that checks: one test a kind of thing somebody may bring, and the days on which it is not borne out."""

from __future__ import annotations

import base64
import hashlib
import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.domain import merkle
from app.models import Notice, NoticeFile
from app.services import facts
from app.services.public_log import proving, reading
from tests.publiclog import log_story as story
from tests.services import pool_story
from tests.web.gate import token as form_token

ENGLISH = {"Accept-Language": "en"}
PERIOD = pool_story.FIRST
SALT = "5a" * 32
MEMBER = "7K2M9QXA3B4C"
OTHER = merkle.leaf_hash(b"somebody else")
ROOT = merkle.node_hash(merkle.leaf_hash(hashlib.sha256(bytes.fromhex(SALT) + MEMBER.encode()).digest()), OTHER)


@pytest.fixture
def log(app: Flask) -> None:
    """A log with the lock and the settlement of a period at its end."""
    with app.app_context():
        story.grow(300)
        with transaction():
            facts.state("members-locked", PERIOD, at=story.AT, plan="young-cancer", members=2, root=ROOT.hex())
            facts.state("settlement", PERIOD, at=story.AT, plan="young-cancer", members=2, share_fen=300)
        story.number()


def count_proof(**changes: object) -> str:
    said = {
        "format": "juntan.count-proof/1", "period": PERIOD, "membership": MEMBER, "salt": SALT, "index": 0, "size": 2,
        "hashes": [base64.b64encode(OTHER).decode()], "root": ROOT.hex(), "entry": "", "log_index": None,
        "log_proof": None,
    }  # fmt: skip
    return json.dumps({**said, **changes}, indent=2)


def said_of(client: FlaskClient, text: str, status: int = 200) -> str:
    """The page about a text that was pasted, as a browser sends it."""
    token = form_token(client, "/verify")
    answer = client.post("/verify", data={"said": text.replace("\n", "\r\n"), "csrf_token": token}, headers=ENGLISH)
    assert answer.status_code == status, answer.text
    return answer.text


def said_of_file(client: FlaskClient, content: bytes, status: int = 200) -> str:
    """The page about a file."""
    data = {"file": (io.BytesIO(content), "it"), "csrf_token": form_token(client, "/verify")}
    answer = client.post("/verify", data=data, headers=ENGLISH)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.mark.usefixtures("log")
def test_a_share_is_found_by_period_address_entry_and_fingerprint(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        fact = reading.entry(302)
        assert fact is not None
        digest = facts.digest(fact.body)
    spaced = " ".join(digest[at : at + 8] for at in range(0, 64, 8)).upper()
    address = f"https://elsewhere.example/disclosures/{PERIOD}?lang=en"
    for brought in (PERIOD, address, "302", "/log/entry/302", spaced):
        page = client.get("/verify", query_string={"said": brought}, headers=ENGLISH)
        assert page.status_code == 200
        assert f"Your share of ¥3.00 in period {PERIOD} is in entry 302 of 303, signed on" in page.text
    assert f"您在 {PERIOD} 的分摊" in client.get(f"/verify?said={PERIOD}", headers={"Accept-Language": "zh"}).text


@pytest.mark.usefixtures("log")
def test_a_proof_holds_pasted_or_as_a_file_and_a_changed_one_does_not(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        text = proving.proof_file(302)
    for page in (said_of(client, text), said_of_file(client, text.encode())):
        assert "Your share of ¥3.00" in page
    lines = text.split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    assert "a part of it is missing or was changed" in said_of(client, "\n".join(lines), 422)
    for number in ("303", "9" * 19):  # behind the end, and more than a database can count
        assert "a part of it is missing" in said_of(client, text.replace("index 302", f"index {number}"), 422)
    broken = said_of(client, text.replace("=", "!"), 422)
    assert "a part of it is missing or was changed" in broken
    assert "c2sp.org/tlog-proof@v1" in broken  # what was pasted is kept
    origin = text.partition("\n\n")[2].split("\n")[0]
    assert "This is of another log, other.example/log" in said_of(
        client, text.replace(origin, "other.example/log"), 422
    )


@pytest.mark.usefixtures("log")
def test_a_count_proof_says_which_of_how_many_and_what_was_charged(client: FlaskClient) -> None:
    page = said_of_file(client, count_proof().encode())
    assert f"You are counted: number 1 of 2 members locked in period {PERIOD}." in page
    assert f"Your share of ¥3.00 in period {PERIOD}" in page
    refused = said_of(client, count_proof(index=1), 422)
    assert "does not lead to the root that was published for its period" in refused
    assert "Keep what you have and show it to others" in refused
    assert "There is nothing of ours" in said_of(client, count_proof(period="young-cancer-2031-01-1"), 404)
    assert "a part of it is missing" in said_of(client, count_proof(hashes="no"), 422)
    assert "a part of it is missing" in said_of(client, "{" + "[" * 50_000, 422)
    for period in ("\ud800", "a\0b", "x" * 5000):
        assert "a part of it is missing" in said_of(client, count_proof(period=period), 422)
    for index in (float("inf"), "x", None):
        assert "a part of it is missing" in said_of(client, count_proof(index=index), 422)
    assert "does not lead to the root" in said_of(client, count_proof(index=10**1000), 422)


@pytest.mark.usefixtures("log")
def test_a_checkpoint_is_the_beginning_of_the_log_or_tells_another_history(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        old = reading.checkpoint(301)
        assert old is not None
        note = old.note
    assert "its 301 entries are unchanged, and there are 303 by now" in said_of(client, note)
    unsigned = said_of(client, note.replace("\n301\n", "\n300\n"), 422)
    assert "was not signed with a key of this log" in unsigned


@pytest.mark.usefixtures("log")
def test_a_letter_is_known_by_its_bytes_and_another_is_told_why_not(app: Flask, client: FlaskClient) -> None:
    letter = b"%PDF-1.7 \xc2\xb7 7K2M9QXA3B4C<"
    assert "it is not letter for letter what we wrote" in said_of_file(client, letter, 422)
    assert "bears no reference of ours" in said_of_file(client, b"%PDF-1.7 nothing", 422)
    assert "bears no reference of ours" in said_of_file(client, b"\xff\xd8\xff a photograph", 422)
    with app.app_context(), transaction():
        pool_story.open_plan()
        period = pool_story.period(PERIOD)
        notice = Notice(kind="bulletin", about=period.id, account_id=None, at=story.AT)
        db.session.add(notice)
        db.session.flush()
        db.session.add(
            NoticeFile(
                notice_id=notice.id, language="en", object="o", sha256=hashlib.sha256(letter).hexdigest(),
                size_bytes=len(letter), rendered_at=story.AT,
            )
        )  # fmt: skip
        ref = notice.ref
    page = said_of_file(client, letter)
    assert "This letter is ours, letter for letter as we wrote it." in page
    assert "Your share of ¥3.00" in page
    assert "Your share of ¥3.00" in said_of(client, ref)


@pytest.mark.usefixtures("log")
def test_whatever_else_is_brought_gets_a_sentence_and_is_kept(client: FlaskClient) -> None:
    for brought, status, sentence in (
        ("", 422, "Paste something, or choose a file."),
        ("good morning", 422, "This is none of the things we can check."),
        ("' OR 1=1 -- <b>${7*7}", 422, "This is none of the things we can check."),
        ("good\x00\x1b[31m day", 422, "This is none of the things we can check."),
        ("/claims/7K2M9QXA3B4C", 422, "This code leads to a claim, which only its claimant sees."),
        ("7K2M9QXA3B4D", 404, "There is nothing of ours with this address, reference or fingerprint."),
        ("999999", 404, "There is nothing of ours"),
        ("http://[x/", 404, "There is nothing of ours"),
        ("f" * 64, 404, "There is nothing of ours"),
        ("x" * 100_001, 422, "That is too long to be a proof of ours"),
    ):
        page = said_of(client, brought, status)
        assert sentence in page, brought[:40]
    assert "good morning" in said_of(client, "good morning", 422)
    token = form_token(client, "/verify")
    answer = client.post("/verify", data={"said": "x" * 10_000_000, "csrf_token": token}, headers=ENGLISH)
    assert answer.status_code == 413
    assert "That is too much at once" in answer.text


def test_the_page_says_how_to_check_everything_offline_and_before_the_first_entry(client: FlaskClient) -> None:
    page = client.get("/verify", headers=ENGLISH).text
    assert "python3 verify.py . --since my-old-checkpoint" in page
    assert "python3 verify.py . --key " in page
    assert "There is nothing of ours" in client.get("/verify?said=0", headers=ENGLISH).text
