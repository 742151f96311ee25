"""A notice is written once a language: sealed, kept, and the same bytes for ever."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from contextvars import copy_context

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.adapters import store
from app.db import db, transaction
from app.domain.masking import NOTHING_SHOWN
from app.jobs import expiring
from app.models import Case, Claim, Notice, NoticeFile
from app.notices import actions, queries
from app.services import notices, orphans, taking_away
from app.services.days import midnight
from app.web.clock import at_instant
from app.web.shown import event_group_name
from tests.notices import paper, story
from tests.notices.story import Told
from tests.web.gate import AT, enter, open_account

SITE = "http://localhost"


def files(app: Flask) -> list[NoticeFile]:
    with app.app_context():
        return list(db.session.scalars(db.select(NoticeFile).order_by(NoticeFile.id)).all())


def test_the_second_request_gets_the_same_bytes(app: Flask, owner: FlaskClient, told: Told) -> None:
    first = owner.get(f"/notices/{told.payout}.pdf?lang=zh").data
    assert owner.get(f"/notices/{told.payout}.pdf?lang=zh").data == first
    assert owner.get(f"/notices/{told.payout}.pdf?lang=en").data != first
    kept = files(app)
    assert [file.language for file in kept] == ["zh", "en"]
    assert kept[0].sha256 == hashlib.sha256(first).hexdigest()
    assert kept[0].size_bytes == len(first)


def test_a_personal_notice_lies_sealed_in_the_store_and_a_bulletin_open(
    app: Flask, owner: FlaskClient, told: Told
) -> None:
    owner.get(f"/notices/{told.refusal}.pdf")
    owner.get(f"/notices/{told.bulletin}.pdf")
    personal, public = files(app)
    with app.app_context():
        assert b"PDF" not in b"".join(store.get(personal.object))[:16]
        assert b"".join(store.get(public.object)).startswith(b"%PDF-1.7")


def test_a_file_in_the_place_of_another_is_not_served(app: Flask, owner: FlaskClient, told: Told) -> None:
    owner.get(f"/notices/{told.refusal}.pdf?lang=zh")
    owner.get(f"/notices/{told.approval}.pdf?lang=zh")
    with app.app_context(), transaction():
        one, other = db.session.scalars(db.select(NoticeFile).order_by(NoticeFile.id)).all()
        content = b"".join(store.get(other.object))
        store.delete(one.object)
        store.put(one.object, [content])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert owner.get(f"/notices/{told.refusal}.pdf?lang=zh").status_code == 500
    assert owner.get(f"/notices/{told.approval}.pdf?lang=zh").status_code == 200


def test_a_bulletin_that_was_changed_is_not_served(app: Flask, client: FlaskClient, told: Told) -> None:
    content = client.get(f"/notices/{told.bulletin}.pdf?lang=zh").data
    name = files(app)[0].object
    with app.app_context():
        store.delete(name)
        store.put(name, [content.replace(b"%PDF-1.7", b"%PDF-1.6")])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get(f"/notices/{told.bulletin}.pdf?lang=zh").status_code == 500


def test_of_two_files_for_one_notice_the_first_stays(app: Flask, told: Told) -> None:
    with app.test_request_context():
        notice = queries.notice_with(told.bulletin)
        assert notice
        told_now = actions.compose(notice, language="zh", origin=SITE).told
        for content in (b"first", b"second"):
            written = actions.put_away(notice, actions.Composed(content, told_now), language="zh")
            if content == b"first":
                with transaction():
                    actions.keep(notice, written, language="zh", origin=SITE, at=AT)
            else:
                with pytest.raises(actions.WrittenAlready), transaction():
                    actions.keep(notice, written, language="zh", origin=SITE, at=AT)
                actions.throw_away(written)
                assert not store.exists(written.object)
        kept = queries.file_of(notice, "zh")
        assert kept
        assert queries.content_of(notice, kept) == b"first"


def test_those_who_ask_at_once_get_one_file(app: Flask, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=60)
    compose = actions.compose

    def meet(notice: Notice, *, language: str, origin: str) -> actions.Composed:
        content = compose(notice, language=language, origin=origin)
        together.wait()
        return content

    monkeypatch.setattr(actions, "compose", meet)
    got: list[bytes] = []

    def ask() -> None:
        got.append(app.test_client().get(f"/notices/{told.bulletin}.pdf?lang=zh").data)

    threads = [threading.Thread(target=copy_context().run, args=(ask,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert got[0] == got[1]
    assert got[0].startswith(b"%PDF")
    assert len(files(app)) == 1
    with app.app_context():
        stored = [path for path in (app.config["INSTANCE"] / "files").rglob("*") if path.is_file()]
        assert len(stored) == 1, "the loser's file is thrown away"


def test_a_bulletin_is_written_anew_of_a_case_that_shows_less(app: Flask, client: FlaskClient, told: Told) -> None:
    address = f"/notices/{told.bulletin}.pdf?lang=en"
    first = client.get(address).data
    before = files(app)[0].object
    with app.app_context(), transaction():
        case = db.session.scalars(db.select(Case)).one()
        salt, group = case.salt, case.disease_group
        taking_away.withdraw(db.session.get_one(Claim, case.award.claim_id), at=AT)
        assert case.salt != salt, "the salt of the correction does not open what was published before"
    shown, hidden = (words_of(app, group), words_of(app, NOTHING_SHOWN.disease_group))
    second = client.get(address).data
    assert shown in paper.characters(first)
    assert shown not in paper.characters(second)
    assert hidden in paper.characters(second)
    kept = files(app)
    assert [file.sha256 for file in kept] == [hashlib.sha256(second).hexdigest()]
    with app.app_context():
        orphans.sweep(real_now=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
        assert (store.exists(before), store.exists(kept[0].object)) == (False, True)


def test_a_bulletin_with_details_whose_days_are_over_is_not_given_out(
    app: Flask, client: FlaskClient, told: Told
) -> None:
    address = f"/notices/{told.bulletin}.pdf?lang=en"
    assert client.get(address).status_code == 200
    with app.app_context():
        over = midnight(db.session.scalars(db.select(Case.detail_ends_on)).one())
    with at_instant(over):
        assert client.get(address).status_code == 409, "although the worker has not been there yet"
        with app.app_context():
            expiring.do(over)
        assert client.get(address).status_code == 200


def test_a_bulletin_that_is_being_written_while_a_consent_is_withdrawn_is_not_kept(
    app: Flask, client: FlaskClient, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = actions.compose
    shown: list[str] = []

    def withdraw() -> None:
        with app.app_context(), transaction():
            case = db.session.scalars(db.select(Case)).one()
            shown.append(case.disease_group)
            taking_away.withdraw(db.session.get_one(Claim, case.award.claim_id), at=AT)

    def interrupted(notice: Notice, *, language: str, origin: str) -> actions.Composed:
        composed = compose(notice, language=language, origin=origin)
        if not shown:
            in_between = threading.Thread(target=withdraw)
            in_between.start()
            in_between.join()
        return composed

    monkeypatch.setattr(actions, "compose", interrupted)
    written = client.get(f"/notices/{told.bulletin}.pdf?lang=en").data
    assert words_of(app, shown[0]) not in paper.characters(written)
    assert client.get(f"/notices/{told.bulletin}.pdf?lang=en").data == written
    with app.app_context():
        stored = [path for path in (app.config["INSTANCE"] / "files").rglob("*") if path.is_file()]
        assert len(stored) == 1, "what was composed before is thrown away"


def words_of(app: Flask, group: str) -> str:
    """A group of illnesses as an English bulletin writes it, without its spaces."""
    with app.test_request_context("/?lang=en"):
        return "".join(event_group_name(group).split())


def test_the_list_shows_what_was_sent_newest_first(app: Flask, owner: FlaskClient, told: Told) -> None:
    page = owner.get("/notices?lang=en").text
    sent = [told.payout, told.refusal, told.approval, told.certificate]
    places = [page.index(f"/notices/{ref}.pdf?lang=zh") for ref in sent]
    assert places == sorted(places)
    assert all(f"/notices/{ref}.pdf?lang=en" in page for ref in sent)
    assert told.bulletin not in page
    assert "4 notices" in page


def test_the_list_has_twenty_a_page(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    with app.app_context(), transaction():
        story.found(number, members=25)
        for one in story.memberships():
            notices.issue("certificate", one.id, account_id=number, at=AT)
    enter(client)
    assert [client.get(f"/notices?page={page}").text.count('lang=zh">') for page in (1, 2)] == [20, 5]
    assert [client.get(f"/notices?page={page}").status_code for page in ("3", "0", "x", "-1")] == [404] * 4


def test_who_was_sent_nothing_is_told_so(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    enter(client)
    assert "Nothing was sent to you yet." in client.get("/notices?lang=en").text
