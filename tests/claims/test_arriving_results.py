"""What becomes of a file that has arrived: kept by the law of all files, refused in words, waited for, withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from app.adapters import antivirus
from app.db import db, transaction
from app.domain.retries import MOST_ATTEMPTS
from app.jobs import tick
from app.models import Account, Arrival, ArrivalPiece, Audit, Outbox
from app.services import erasure, orphans, outbox
from app.services.arrivals import pieces as arriving
from tests.claims.builders import NOW, picture
from tests.claims.sender import Sender, arrivals, documents, files, pieces, work
from tests.claims.walk import begin, bring, claimant, fill_in, today
from tests.web.gate import send, words

__all__ = ["claimant", "today"]


@pytest.fixture
def sender(app: Flask, claimant: FlaskClient) -> Sender:
    return Sender(claimant, begin(app, claimant))


def test_a_refused_file_stays_listed_with_its_sentence_until_it_is_dismissed(app: Flask, sender: Sender) -> None:
    place = sender.send_whole(b"GIF89a" + bytes(200), "动图.gif")
    work(app)
    assert (documents(app), pieces(app), files(app)) == ([], [], [])
    (row,) = arrivals(app)
    assert (row.state, row.problem) == ("refused", {"error": "WrongType", "found": "gif"})
    page = f"{sender.claim}/documents/3"
    said = words(sender.client.get(page))
    assert "动图.gif" in said
    assert "这是 GIF 图片" in said
    assert sender.look(place).status_code == 410
    assert send(sender.client, page, action=f"{place}/removal").status_code == 303
    assert "动图.gif" not in sender.client.get(page).text
    assert (arrivals(app)[0].state, arrivals(app)[0].name_sealed) == ("dropped", None)


def test_the_same_file_twice_and_a_damaged_one_are_said_in_the_words_of_the_form(app: Flask, sender: Sender) -> None:
    photo = picture()
    bring(sender.client, sender.claim, 3, (photo, "a.jpg"))
    sender.send_whole(photo, "a-again.jpg")
    sender.send_whole(photo[:-4000], "half.jpg")
    work(app)
    said = words(sender.client.get(f"{sender.claim}/documents/3"))
    assert "这个文件您已经在这里上传过了" in said
    assert "这个文件不完整，无法读到末尾" in said
    assert len(documents(app)) == 1


def test_while_a_file_is_under_way_nothing_is_handed_in_and_nothing_is_lost(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    sender = Sender(claimant, claim)
    photo = picture(shade=77)
    place = sender.place(len(photo))
    sender.send(place, 0, photo[:1000])
    assert "还有 1 份文件在上传或检查中" in words(claimant.get(f"{claim}/submission"))
    for _ in range(2):
        answer = send(claimant, f"{claim}/submission", {"is_true": "y"})
        assert answer.status_code == 409
        assert "还有 1 份文件在上传或检查中" in words(answer)
        rest = int(sender.look(place).headers["Upload-Offset"])
        sender.send(place, rest, photo[rest:])  # from now on it is being checked
    work(app)
    assert send(claimant, f"{claim}/submission", {"is_true": "y"}).status_code == 303
    assert len([row for row in documents(app) if row.kind == "pathology_report"]) == 2
    late = sender.announce(10)
    assert (late.status_code, late.mimetype) == (409, "text/plain")


def test_a_withdrawn_claim_waits_for_nothing_more(app: Flask, sender: Sender) -> None:
    place = sender.place(1000)
    sender.send(place, 0, b"a" * 300)
    sender.send_whole(picture(), "b.jpg")
    assert send(sender.client, f"{sender.claim}/withdrawal").status_code == 303
    assert [row.state for row in arrivals(app)] == ["dropped", "dropped"]
    work(app)
    with app.app_context():
        tick.tick(NOW)
    assert (documents(app), pieces(app), files(app)) == ([], [], [])


def test_a_closed_account_takes_along_what_was_on_its_way(app: Flask, sender: Sender) -> None:
    sender.send(sender.place(1000), 0, b"a" * 300)
    sender.send_whole(b"GIF89a" + bytes(200), "b.gif")
    work(app)
    with app.app_context(), transaction():
        erasure.close(db.session.scalars(db.select(Account)).one(), at=NOW, on_the_wall=NOW)
    assert {(row.state, row.wrapped_key, row.name_sealed) for row in arrivals(app)} == {("dropped", None, None)}


def test_a_silent_scanner_leaves_files_being_checked_those_of_the_form_as_well(
    app: Flask, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["CLAMD"] = "unix:///nowhere/clamd.sock"
    photo = picture()
    sender.send_whole(photo, "a.jpg")
    answer = bring(sender.client, sender.claim, 3, (picture(shade=12), "b.jpg"))
    assert answer.status_code == 303
    assert "已收到 1 份文件，正在检查" in words(sender.client.get(f"{sender.claim}/documents/3"))
    work(app)
    assert documents(app) == []
    assert [row.state for row in arrivals(app)] == ["checking", "checking"]
    monkeypatch.setattr(antivirus, "harm_in", lambda pieces: None if sum(map(len, pieces)) else "nothing came")
    with app.app_context():
        tick.sweep(NOW + dt.timedelta(days=401))
    assert [row.state for row in arrivals(app)] == ["kept", "kept"]
    assert documents(app)[0].size_bytes == len(photo)


def test_a_file_that_cannot_be_checked_at_all_says_what_to_do_instead_of_being_checked_for_ever(
    app: Flask, sender: Sender
) -> None:
    app.config["CLAMD"] = "unix:///nowhere/clamd.sock"
    sender.send_whole(picture(), "a.jpg")
    with app.app_context(), transaction():
        db.session.execute(db.update(Outbox).values(attempts=MOST_ATTEMPTS - 1))
    work(app)
    said = words(sender.client.get(f"{sender.claim}/documents/3"))
    assert "请重新上传，或换一种格式" in said
    assert [row.state for row in arrivals(app)] == ["refused"]
    with app.app_context():
        assert outbox.dead_letters() == 1, "the operator reads of it at the background work"


def test_a_worker_that_dies_in_the_middle_leaves_no_half_and_no_double(
    app: Flask, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing of ours catches this."""

    def die(*_args: object, **_named: object) -> None:
        raise Killed

    photo = picture()
    sender.send_whole(photo)
    monkeypatch.setattr("app.services.evidence.audit.note", die)
    with pytest.raises(Killed):
        work(app)
    monkeypatch.undo()
    assert (documents(app), arrivals(app)[0].state, len(files(app))) == ([], "checking", 1)
    with app.app_context(), transaction():
        db.session.execute(db.text("UPDATE outbox SET leased_until = NULL, leased_by = NULL"))
    work(app)
    work(app)
    assert (len(documents(app)), arrivals(app)[0].state, len(files(app))) == (1, "kept", 2)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Audit.id)).where(Audit.deed == "evidence.received")) == 1


def test_pieces_under_way_are_no_orphans(app: Flask, sender: Sender) -> None:
    sender.send(sender.place(1000), 0, b"a" * 300)
    with app.app_context():
        assert orphans.sweep(real_now=dt.datetime.now(dt.UTC) + dt.timedelta(days=3)) == 0
    assert len(files(app)) == 1


def test_the_database_itself_refuses_what_cannot_be(app: Flask, sender: Sender) -> None:
    sender.send(sender.place(1000), 0, b"a" * 300)
    wrong = (
        "UPDATE arrival SET received_bytes = 200",
        "UPDATE arrival SET received_bytes = 1001",
        "UPDATE arrival SET size_bytes = 300",
        "UPDATE arrival SET state = 'checking', expires_at = NULL",
        "UPDATE arrival SET wrapped_key = NULL",
        "UPDATE arrival_piece SET size_bytes = 400",
        "INSERT INTO arrival_piece SELECT arrival_id, 2, 0, 200, 'ab/0' FROM arrival_piece",
        "INSERT INTO arrival_piece SELECT arrival_id, 2001, 0, 300, 'ab/1' FROM arrival_piece",
    )
    for statement in wrong:
        with app.app_context(), pytest.raises(IntegrityError), transaction():
            db.session.execute(db.text(statement))
    assert len(pieces(app)) == 1


@pytest.mark.usefixtures("bucket")
def test_pieces_lie_in_a_store_elsewhere_as_well(app: Flask, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "PIECE_BYTES", 64 * 1024)
    photo = picture(size=(900, 900))
    place = sender.place(len(photo))
    assert sender.send(place, 0, photo[:150_000]).status_code == 204
    assert sender.send(place, 150_000, photo[150_000:]).status_code == 204
    assert len(pieces(app)) > 3
    work(app)
    with app.app_context():
        assert (len(documents(app)), db.session.scalar(db.select(Arrival.state))) == (1, "kept")
        assert db.session.scalar(db.select(db.func.count(ArrivalPiece.number))) == 0
