"""Looking: pages are drawn by the worker when they are first asked for, kept encrypted, and go with their document."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.adapters import store
from app.db import db, transaction
from app.models import Account, Audit, Claim, Evidence, Outbox, Rendition
from app.services import evidence, file_refusals, orphans, outbox, paper_changes, renditions
from app.services.apart import asking
from tests.claims.builders import NOW, account, claim, membership, paper, picture

DAY = dt.timedelta(days=1)
KIND = "pathology_report"


@pytest.fixture
def mine(app: Flask) -> Iterator[tuple[Claim, Account]]:
    """A draft and who fills it in."""
    with app.app_context():
        with transaction():
            owner = account()
            draft = claim(membership(owner.id))
        yield draft, owner


def bring(mine: tuple[Claim, Account], content: bytes) -> Evidence:
    return evidence.receive(io.BytesIO(content), claim=mine[0], kind=KIND, filename="报告.jpg", account=mine[1], at=NOW)


def stored(app: Flask) -> set[str]:
    return {path.name for path in Path(app.config["STORE"]).rglob("*") if path.is_file()}


def drawn(row: Evidence) -> list[tuple[int, str]]:
    rows = db.session.execute(
        db.select(Rendition.page, Rendition.kind)
        .where(Rendition.evidence_id == row.id)
        .order_by(Rendition.page, Rendition.kind)
    )
    return [(page, kind) for page, kind in rows]


def page_of(row: Evidence, page: int, by: Account, kind: str = "page", role: str = "caseworker") -> Image.Image:
    content = b"".join(renditions.open_page(row, page, kind, by=by, role=role, at=NOW))
    return Image.open(io.BytesIO(content))


def test_a_long_document_is_drawn_as_far_as_somebody_looks_and_each_page_once(mine: tuple[Claim, Account]) -> None:
    row = bring(mine, paper(20))
    assert drawn(row) == []
    assert renditions.shown(row, 1, at=NOW).state == "waiting"
    assert renditions.shown(row, 1, at=NOW).state == "waiting"
    assert outbox.sweep(NOW) == 2, "the pages looked at, and the ones after them"
    assert drawn(row) == [(page, kind) for page in range(1, 13) for kind in ("page", "thumb")]
    page = renditions.shown(row, 1, at=NOW)
    assert (page.state, page.width_px, page.height_px) == ("drawn", 1414, 2000)
    with page_of(row, 2, mine[1]) as image, page_of(row, 2, mine[1], "thumb") as small:
        assert (image.format, image.size, small.size) == ("JPEG", (1414, 2000), (170, 240))
    renditions.draw({"document": row.ref, "first": 1}, NOW)
    assert len(drawn(row)) == 24
    assert renditions.shown(row, 20, at=NOW).state == "waiting"
    outbox.sweep(NOW)
    assert renditions.drawn_pages(row, range(1, 21)) == {*range(1, 13), 19, 20}
    with pytest.raises(IndexError):
        renditions.shown(row, 21, at=NOW)


def test_a_look_at_pages_is_written_down_once_a_day_and_person_before_the_first_byte(
    app: Flask, mine: tuple[Claim, Account]
) -> None:
    row = bring(mine, picture(size=(2_400, 1_200)))
    with transaction():
        reader = account("he@example.org")
    assert renditions.first_pages([row], at=NOW)[row.id].state == "waiting"
    with pytest.raises(renditions.NotDrawn):
        renditions.open_page(row, 1, by=reader, role="caseworker", at=NOW)
    outbox.sweep(NOW)
    b"".join(renditions.open_thumb(row))
    looks = db.select(db.func.count(Audit.id)).where(Audit.deed == renditions.OPENED)
    assert db.session.scalar(looks) == 0, "what was not drawn was not seen, and the owner's own list is no look"
    for person, at in ((reader, NOW), (reader, NOW), (mine[1], NOW), (reader, NOW + DAY)):
        pieces = renditions.open_page(row, 1, by=person, role="caseworker", at=at)
        with Image.open(io.BytesIO(b"".join(pieces))) as image:
            assert image.size == (2_000, 1_000)
    assert db.session.scalar(looks) == 3
    assert renditions.OPENED in evidence.OPENINGS
    with transaction(), pytest.raises(RuntimeError):
        renditions.open_page(row, 1, by=reader, role="caseworker", at=NOW)
    written = b"".join(path.read_bytes() for path in Path(app.config["STORE"]).rglob("*") if path.is_file())
    assert b"JFIF" not in written


def test_a_page_and_its_neighbours_asked_for_at_once_are_one_look(app: Flask, mine: tuple[Claim, Account]) -> None:
    row = bring(mine, paper(4))
    renditions.shown(row, 1, at=NOW)
    outbox.sweep(NOW)
    number, reader = row.id, mine[1].id

    def look(page: int) -> int:
        with app.app_context():
            document, by = db.session.get_one(Evidence, number), db.session.get_one(Account, reader)
            return len(b"".join(renditions.open_page(document, page, by=by, role="caseworker", at=NOW)))

    db.session.rollback()
    with ThreadPoolExecutor(4) as four:
        assert min(four.map(look, (1, 2, 3, 4))) > 1000
    assert db.session.scalar(db.select(db.func.count(Audit.id)).where(Audit.deed == renditions.OPENED)) == 1


def test_pictures_are_destroyed_with_their_document_and_known_to_the_sweep_until_then(
    app: Flask, mine: tuple[Claim, Account]
) -> None:
    row = bring(mine, paper(2))
    renditions.shown(row, 1, at=NOW)
    outbox.sweep(NOW)
    assert len(stored(app)) == 6
    later = dt.datetime.now(dt.UTC) + 2 * DAY
    assert orphans.sweep(real_now=later) == 0
    with transaction():
        evidence.remove(row, claim=mine[0], by=mine[1], at=NOW)
    evidence.delete_files(row)
    assert stored(app) == set()
    for look in (
        lambda: renditions.shown(row, 1, at=NOW),
        lambda: renditions.open_thumb(row),
        lambda: renditions.open_page(row, 1, by=mine[1], role="member", at=NOW),
    ):
        with pytest.raises(evidence.Removed):
            look()


def test_what_is_taken_back_while_it_is_drawn_leaves_no_picture(
    app: Flask, mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = bring(mine, picture())
    renditions.shown(row, 1, at=NOW)
    real = asking.draw

    def taken_back(*given: object, **named: object) -> object:
        with transaction():
            evidence.remove(row, claim=mine[0], by=mine[1], at=NOW)
        evidence.delete_files(row)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "draw", taken_back)
    assert outbox.sweep(NOW) == 1
    assert (stored(app), drawn(row)) == (set(), [])


def test_a_page_that_takes_too_much_says_so_and_the_others_are_drawn(
    mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = bring(mine, paper(3))
    renditions.shown(row, 2, at=NOW)
    real = asking.draw

    def heavy(view: object, media_type: str, *, first: int, last: int, into: object) -> object:
        if first <= 2 <= last:
            raise file_refusals.TooMuchWork
        return real(view, media_type, first=first, last=last, into=into)  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "draw", heavy)
    assert outbox.sweep(NOW) == 1
    assert [renditions.shown(row, page, at=NOW).state for page in (1, 2, 3)] == ["drawn", "impossible", "drawn"]
    with pytest.raises(renditions.NotDrawn):
        renditions.open_page(row, 2, by=mine[1], role="member", at=NOW)


def test_a_store_without_room_leaves_nothing_and_the_work_is_tried_again(
    app: Flask, mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = bring(mine, picture())
    renditions.shown(row, 1, at=NOW)
    before = stored(app)
    with monkeypatch.context() as broken:
        puts = iter([store.put])

        def full(name: str, chunks: Iterator[bytes]) -> None:
            first = next(puts, None)
            if first is None:
                raise store.NotKept(name)
            first(name, chunks)

        broken.setattr(store, "put", full)
        assert outbox.sweep(NOW) == 0
    assert stored(app) == before
    assert outbox.sweep(NOW + DAY) == 1
    assert drawn(row) == [(1, "page"), (1, "thumb")]


def test_a_better_picture_takes_the_place_of_an_old_one_which_is_destroyed(
    app: Flask, mine: tuple[Claim, Account]
) -> None:
    first, second = bring(mine, picture(shade=20)), bring(mine, picture(shade=40))
    with transaction():
        paper_changes.turn(first, 90, claim=mine[0])
        paper_changes.turn(first, 270, claim=mine[0])
        paper_changes.turn(second, 90, claim=mine[0])
        turned = db.update(Evidence).where(Evidence.id == second.id).values(turn_degrees=180)
        db.session.execute(turned.execution_options(synchronize_session=False))
        paper_changes.turn(second, 90, claim=mine[0])  # another device turned it meanwhile: neither is lost
    assert (first.turn_degrees, second.turn_degrees) == (0, 270)
    better = picture(shade=60)
    new = paper_changes.replace(first, io.BytesIO(better), claim=mine[0], filename="新.jpg", account=mine[1], at=NOW)
    assert [row.id for row in evidence.documents_of(mine[0])] == [new.id, second.id], "in the same place"
    assert first.removed_at == NOW
    assert len(stored(app)) == 4
    with pytest.raises(evidence.AlreadyHere):
        paper_changes.replace(new, io.BytesIO(better), claim=mine[0], filename="新.jpg", account=mine[1], at=NOW)
    with pytest.raises(file_refusals.Empty):
        paper_changes.replace(new, io.BytesIO(), claim=mine[0], filename="空.jpg", account=mine[1], at=NOW)
    assert len(evidence.documents_of(mine[0])) == 2
    with transaction():
        mine[0].state, mine[0].submitted_at = "submitted", NOW
    with pytest.raises(evidence.NotOpen):
        paper_changes.turn(new, 90, claim=mine[0])
    with pytest.raises(evidence.NotOpen):
        paper_changes.replace(new, io.BytesIO(picture()), claim=mine[0], filename="", account=mine[1], at=NOW)


def test_a_full_claim_still_lets_a_picture_be_exchanged(app: Flask, mine: tuple[Claim, Account]) -> None:
    app.config["UPLOAD_FILES_PER_CLAIM"] = 1
    row = bring(mine, picture(shade=20))
    with pytest.raises(evidence.TooMany):
        bring(mine, picture(shade=30))
    paper_changes.replace(row, io.BytesIO(picture()), claim=mine[0], filename="新.jpg", account=mine[1], at=NOW)
    assert db.session.scalar(db.select(db.func.count(Outbox.id))) == 0, "nobody has looked yet: nothing is drawn"
