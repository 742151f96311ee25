"""Documents filed with an objection, who may open them, and how its outcome is found again."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.db import db, transaction
from app.domain.objections import MOST_A_DAY
from app.models import Account, Audit, Evidence, Recommendation
from app.services import claim_file, evidence, limits, outbox
from app.services.claim_file import BankAccount
from app.web import clock
from tests.claims.builders import locked_paper, picture
from tests.objections import scene
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

SECOND_DAY = dt.datetime(2026, 9, 8, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def case(app: Flask) -> str:
    """The reference of a published case."""
    with app.app_context():
        scene.two_cases()
        story.lock()
        return scene.case().ref


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    """Somebody who reads English, on the second objection day."""
    with clock.at_instant(SECOND_DAY):
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield client


def desk(app: Flask, name: str) -> FlaskClient:
    open_account(app, f"{name}.desk@example.org", name=name, roles=("caseworker",))
    client = app.test_client()
    enter(client, f"{name}.desk@example.org")
    client.get("/account?lang=en")
    return client


def bring(client: FlaskClient, receipt: str, *files: tuple[bytes, str]) -> TestResponse:
    held = {
        "csrf_token": token(client, receipt),
        "documents": [(io.BytesIO(content), name) for content, name in files],
    }
    return client.post(f"{receipt}/documents", data=held, content_type="multipart/form-data")


def filed(visitor: FlaskClient, case: str, **more: str) -> str:
    """File one; the address of its receipt."""
    answer = send(visitor, f"/cases/{case}/objection", {"text": scene.WORDS, **more})
    assert answer.status_code == 303
    return str(answer.location)


def test_good_files_are_kept_and_bad_ones_named(app: Flask, visitor: FlaskClient, case: str) -> None:
    receipt, photo = filed(visitor, case), picture()
    answer = bring(visitor, receipt, (photo, "a.jpg"), (locked_paper(user="x"), "锁.pdf"), (b"MZ", "b.jpg"))
    assert answer.status_code == 422
    said = words(answer)
    assert "2 files could not be taken" in said
    assert "锁.pdf : This PDF is locked" in said
    assert "b.jpg : This is a program" in said
    assert "The other file was kept." in said
    with app.app_context():
        row = db.session.scalars(db.select(Evidence)).one()
        assert (row.claim_id, row.kind) == (None, "objection")
        assert db.session.scalars(db.select(Audit).where(Audit.deed == "evidence.received")).one().account_id is None
        stored = [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]
        assert len(stored) == 2
    assert bring(visitor, receipt).status_code == 422
    assert "You have sent this very file here already" in words(bring(visitor, receipt, (photo, "a.jpg")))


def test_only_an_open_objection_lets_much_in(app: Flask, visitor: FlaskClient, case: str) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    receipt, large = filed(visitor, case), b"x" * 200_000
    with app.app_context():
        other = scene.case(2).ref
    ref = receipt.rsplit("/", 1)[1]
    assert bring(visitor, receipt, (large, "a.jpg")).status_code == 422, "taken in, and found to be no picture"
    held = {"csrf_token": token(visitor, receipt)}
    for address in (f"/cases/{case}/objection/{'0' * 12}", f"/cases/{other}/objection/{ref}"):
        sent = {**held, "documents": (io.BytesIO(large), "a.jpg")}
        assert visitor.post(f"{address}/documents", data=sent).status_code == 413
    with app.app_context():
        scene.admit(ref)
    sent = {**held, "documents": (io.BytesIO(large), "a.jpg")}
    assert visitor.post(f"{receipt}/documents", data=sent).status_code == 413


def test_an_objection_takes_so_many_documents(app: Flask, visitor: FlaskClient, case: str) -> None:
    app.config["UPLOAD_FILES_PER_OBJECTION"] = 1
    receipt = filed(visitor, case)
    assert bring(visitor, receipt, (picture(), "a.jpg")).status_code == 303
    assert "No more than 1 documents fit here" in words(bring(visitor, receipt, (picture(shade=50), "b.jpg")))


def test_only_whoever_answers_opens_them_and_each_look_is_written_down(
    app: Flask, visitor: FlaskClient, case: str
) -> None:
    receipt = filed(visitor, case, name="王秀英", contact="wang@example.org")
    bring(visitor, receipt, (picture(), "a.jpg"))
    ref = receipt.rsplit("/", 1)[1]
    one, two = desk(app, "shen"), desk(app, "qiao")
    with app.app_context(), transaction():
        paper = db.session.scalars(db.select(Evidence.ref)).one()
        who = story.account("qiao.desk")
        said = {"verdict": "approve", "amount_fen": 1, "clause": "4.2", "reason": "x"}
        db.session.add(Recommendation(claim_id=scene.claim().id, round=2, by=who.id, at=SECOND_DAY, **said))
    at = f"/review/objections/{ref}"
    pages = f"{at}/documents/{paper}/pages"
    for path in (f"{at}/documents/{paper}", pages, f"{pages}/1", f"{at}/contact"):
        assert two.get(path).status_code == 403, "had a hand in the claim"
    shown = two.get(at)
    assert "1 document was filed with it" in words(shown)
    assert "王秀英" not in shown.text
    document = one.get(f"{at}/documents/{paper}")
    assert (document.status_code, document.mimetype) == (200, "image/jpeg")
    assert b"SecretMaker" not in document.data
    assert one.get(f"{at}/documents/{'0' * 12}").status_code == 404
    assert one.get(f"{pages}/1").status_code == 404, "nobody has drawn it yet"
    assert f'href="{at}/documents/{paper}"' in one.get(pages).text
    with app.app_context():
        outbox.sweep(clock.now())
    assert one.get(f"{pages}/1").mimetype == "image/jpeg"
    assert "王秀英" in one.get(f"{at}/contact").text
    send(one, at, {"answer": "dismissed", "reason": scene.REASON}, action=f"{at}/answer")
    assert one.get(f"{at}/contact").status_code == 200
    with app.app_context():
        looks = db.select(Audit.deed).where(Audit.deed.in_((*evidence.OPENINGS, "objection.contact_opened")))
        contact = "objection.contact_opened"
        deeds = list(db.session.scalars(looks.order_by(Audit.id)))
        assert deeds == ["evidence.view_opened", "evidence.pages_opened", contact, contact]
    late = visitor.get(receipt)
    assert "Add documents" not in words(late)


def test_the_outcome_is_found_by_its_reference(app: Flask, visitor: FlaskClient, case: str) -> None:
    receipt = filed(visitor, case)
    ref = receipt.rsplit("/", 1)[1]
    spoken = f"{ref[:4]} {ref[4:8]}-{ref[8:]}".lower()
    assert visitor.get("/objections", query_string={"ref": spoken}).location == receipt
    unknown = visitor.get("/objections?ref=0123456789AB")
    assert unknown.status_code == 404
    assert 'value="0123456789AB"' in unknown.text
    assert visitor.get("/objections?ref=").status_code == 422
    assert 'href="/objections"' in visitor.get(f"/disclosures/{story.FIRST}").text


def test_an_admission_is_explained_to_the_claimant(app: Flask, visitor: FlaskClient, case: str) -> None:
    with app.app_context():
        ref = scene.file()
        scene.admit(ref)
        with transaction():
            claim_file.keep_bank_account(scene.claim(), BankAccount("欧阳若曦", "中国银行", "6222020200012345678"))
        claim, email = scene.claim().ref, db.session.get_one(Account, scene.claim().account_id).email
    shown = words(scene.signed_in(app, email).get(f"/claims/{claim}"))
    assert "Objections to your case" in shown
    assert scene.REASON in shown
    assert scene.WORDS not in shown


def test_too_many_from_one_part_of_the_network_come_back_later_and_lose_nothing(app: Flask, case: str) -> None:
    with app.app_context():
        for number in range(limits.KINDS["objection-case"].at_once):
            scene.file(sender=f"192.0.2.{number}")
        with pytest.raises(limits.TooMany):
            scene.file(sender="192.0.2.99")
        assert scene.file(2, sender="192.0.2.99"), "another case"
        assert scene.file(sender="198.51.100.7"), "another network"
    assert limits.KINDS["objection-case"].at_once == MOST_A_DAY
    with clock.at_instant(SECOND_DAY):
        client = app.test_client()
        client.environ_base.update({"HTTP_ACCEPT_LANGUAGE": "en", "REMOTE_ADDR": "192.0.2.50"})
        answer = send(client, f"/cases/{case}/objection", {"text": "Eine lange Begründung."})
    assert answer.status_code == 429
    assert "Eine lange Begründung." in answer.text
    assert "too often" in words(answer)
