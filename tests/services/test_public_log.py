"""The public log: what was committed gets its number, tiles and a signed checkpoint at once, and it only grows."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.db import db, transaction
from app.domain import checkpoints, merkle, notes, tiles
from app.domain.merkle import OutOfTree
from app.models import Checkpoint, Fact, FactWaiting, LogEntry, LogKey, LogTile
from app.services import facts
from app.services.public_log import files, proving, reading, sequencing, signing
from app.services.public_log.signing import AnotherOrigin
from tests.publiclog import log_story as story

pytestmark = pytest.mark.usefixtures("context")
OTHER_KEY = bytes(range(64, 96))


@pytest.fixture
def context(app: Flask) -> object:
    with app.app_context():
        yield


def test_what_was_committed_is_numbered_in_order_and_signed(app: Flask) -> None:
    assert (story.number(), reading.latest()) == (0, None)
    signed = story.grow(3, 2)
    assert [checkpoint.size for checkpoint in signed] == [4, 6], "the key that begins is a fact of its own"
    entries = db.session.execute(db.select(LogEntry.number, LogEntry.fact_id).order_by(LogEntry.number)).all()
    assert [entry.number for entry in entries] == list(range(6))
    assert [entry.fact_id for entry in entries] == sorted(entry.fact_id for entry in entries)
    assert (reading.waiting(), story.number()) == (0, 0)
    note = notes.parse(signed[-1].note)
    assert checkpoints.parse(note.text) == checkpoints.Checkpoint("juntan.example/log", 6, story.root(story.leaves()))
    (vkey,) = signing.verifier_keys()
    assert signing.is_signed(note, notes.parse_vkey(vkey))
    assert not signing.is_signed(note._replace(text=note.text.replace("6", "7")), notes.parse_vkey(vkey))
    assert reading.entry(3).type == "log-key"
    assert reading.number_of(entries[0].fact_id) == 0
    assert reading.numbers_of([entry.fact_id for entry in entries] + [999]) == {
        entry.fact_id: entry.number for entry in entries
    }
    assert [number for number, _ in reading.entries(2, 10)] == [2, 3, 4, 5]
    assert reading.numbers_about("payout", "CASE00000000") == [0, 4]


def test_a_log_of_several_tiles_proves_every_entry_and_that_it_only_grew() -> None:
    signed = story.grow(200, 57, 1, 300, 100)
    hashes = story.leaves()
    kept = {(tile.level, tile.number): tile.hashes for tile in db.session.scalars(db.select(LogTile))}
    size = signed[-1].size
    assert {place: len(held) // 32 for place, held in kept.items()} == {
        (tile.level, tile.number): tile.width for tile in tiles.tiles_at(size)
    }
    for number in (0, 199, 255, 256, 511, 512, size - 1):
        merkle.verify_inclusion(hashes[number], number, size, proving.proof(number), signed[-1].root)
        found = checkpoints.parse_proof(proving.proof_file(number))
        assert (found.index, list(found.hashes), found.checkpoint) == (number, proving.proof(number), signed[-1].note)
    for checkpoint in signed:
        assert story.root(hashes[: checkpoint.size]) == checkpoint.root == proving.root(checkpoint.size)
        shown = proving.consistency(checkpoint.size, size)
        merkle.verify_consistency(checkpoint.size, checkpoint.root, size, signed[-1].root, shown)
    assert proving.proof(3, 5) == merkle.inclusion_proof(
        3, 5, lambda level, at: tiles.folded(hashes[at << level : at + 1 << level])
    )
    for asked in (
        lambda: proving.proof(size),
        lambda: proving.proof(0, size + 1),
        lambda: proving.consistency(5, size + 1),
    ):
        with pytest.raises(OutOfTree):
            asked()


def test_more_than_a_batch_is_numbered_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "BATCH", 40)
    story.state(99)
    assert [story.number(), story.number(), story.number(), story.number()] == [40, 40, 20, 0]
    assert [row.size for row in db.session.scalars(db.select(Checkpoint).order_by(Checkpoint.size))] == [40, 80, 100]
    assert story.root(story.leaves()) == reading.latest().root


def test_whoever_wants_to_know_is_told_in_the_same_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str]] = []

    def follow(numbered: object, at: dt.datetime) -> None:
        assert at == story.AT
        told.extend((fact.number, fact.type) for fact in numbered)
        if len(told) > 3:
            raise RuntimeError("the follower fails")

    monkeypatch.setattr(sequencing, "AFTER", [follow])
    story.grow(2)
    assert told == [(0, "payout"), (1, "payout"), (2, "log-key")]
    story.state(1)
    with pytest.raises(RuntimeError):
        story.number()
    assert (reading.size(), reading.waiting()) == (3, 1), "nothing of it is numbered"


REFUSED = (
    "DELETE FROM log_entry WHERE number = 2",
    "UPDATE log_entry SET number = 99 WHERE number = 2",
    "INSERT INTO log_entry (number, fact_id, leaf_hash) SELECT 4, fact_id, leaf_hash FROM log_entry WHERE number < 1",
    "UPDATE log_tile SET hashes = substr(hashes, 1, 32) WHERE level = 0",
    "UPDATE log_tile SET number = 1 WHERE level = 0",
    "DELETE FROM log_tile",
    "UPDATE checkpoint SET size = 99",
    "DELETE FROM checkpoint",
    "INSERT INTO checkpoint (size, root, note, at) SELECT 2, root, note, at FROM checkpoint",
    "INSERT INTO checkpoint (size, root, note, at) SELECT 4, root, note, at FROM checkpoint",
    "UPDATE log_identity SET origin = 'other.example/log'",
    "DELETE FROM log_identity",
    "UPDATE log_key SET vkey = 'other'",
    "DELETE FROM log_key",
)


def test_the_database_itself_refuses_to_change_what_stands() -> None:
    story.grow(2)
    for wrong in REFUSED:
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(wrong))


def test_a_gap_and_a_tile_whose_beginning_changes_are_refused_at_rest() -> None:
    story.grow(2)
    story.state(1)
    waits = db.session.scalar(db.select(FactWaiting.fact_id))
    with pytest.raises(DatabaseError, match="without a gap"), transaction():
        db.session.add(LogEntry(number=7, fact_id=waits, leaf_hash=bytes(32)))
    with pytest.raises(DatabaseError, match="only grows"), transaction():
        db.session.get_one(LogTile, (0, 0)).hashes = bytes(32 * 4)
    ahead = [
        LogEntry(number=3, fact_id=waits, leaf_hash=bytes(32)),
        Checkpoint(size=4, root=bytes(32), note="", at=story.AT),
    ]
    with pytest.raises(DatabaseError, match="are there"), transaction():
        db.session.add_all(ahead)


def test_a_log_never_changes_its_address(app: Flask) -> None:
    story.grow(1)
    story.state(1)
    app.config["LOG_ORIGIN"] = "other.example/log"
    with pytest.raises(AnotherOrigin, match=r"log of juntan.example/log, .* says other.example/log.*JUNTAN_ORIGIN"):
        story.number()
    said = app.test_cli_runner().invoke(args=["log", "sequence"])
    assert (said.exit_code, "juntan.example/log" in said.output) == (1, True)
    app.config["LOG_ORIGIN"] = "juntan.example/log"
    assert story.number() == 1


def test_a_key_is_changed_in_the_open_and_both_sign_meanwhile(app: Flask) -> None:
    story.grow(1)
    (old,) = signing.verifier_keys()
    app.config["LOG_KEYS"] = {"new": OTHER_KEY, **app.config["LOG_KEYS"]}
    assert story.number() == 1
    new = signing.verifier_keys()[0]
    note = notes.parse(reading.latest().note)
    assert [signing.is_signed(note, notes.parse_vkey(key)) for key in (new, old)] == [True, True]
    assert note.signatures[0].keyid == notes.parse_vkey(new).keyid, "the newest signs first"
    stated = db.session.scalars(db.select(Fact.body).where(Fact.type == "log-key").order_by(Fact.id)).all()
    assert f'"before":"{old}"' in stated[1]
    assert '"signed_by_both":true' in stated[1]
    app.config["LOG_KEYS"] = {"new": OTHER_KEY}
    assert story.number() == 0, "a key that ends is no entry"
    (checkpoint,) = story.grow(1)[-1:]
    assert [signing.is_signed(notes.parse(checkpoint.note), notes.parse_vkey(key)) for key in (new, old)] == [
        True,
        False,
    ]
    assert [key.vkey for key in signing.keys_so_far()] == [old, new]
    assert app.test_cli_runner().invoke(args=["log", "vkey"]).output == f"{new}\n"


def folder() -> dict[str, bytes]:
    """All public files below log/."""
    root = files.root() / "log"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_files_are_the_log_and_say_it_again_to_nobody() -> None:
    story.grow(300)
    assert files.publish() == 2 * 2 + 1 + 2
    before = folder()
    assert set(before) == {
        "checkpoint", "vkey", "tile/0/000", "tile/0/001.p/45", "tile/1/000.p/1", "tile/entries/000",
        "tile/entries/001.p/45",
    }  # fmt: skip
    assert files.publish() == 0
    signed = story.grow(260)[-1]
    assert folder() == before, "written after the commit, by whoever comes next"
    files.publish()
    after = folder()
    assert set(after) == {
        "checkpoint", "vkey", "tile/0/000", "tile/0/001", "tile/0/002.p/49", "tile/1/000.p/2", "tile/entries/000",
        "tile/entries/001", "tile/entries/002.p/49",
    }  # fmt: skip
    entries = [entry for name in sorted(after) if "entries" in name for entry in tiles.unbundled(after[name])]
    assert story.root([merkle.leaf_hash(entry) for entry in entries]) == signed.root
    assert b"".join(after[name] for name in sorted(after) if name.startswith("tile/0/")) == b"".join(story.leaves())
    assert after["checkpoint"].decode() == signed.note


@pytest.mark.parametrize("left", [b"", b"no checkpoint", b"other.example/log\n1\nAAAA\n\n\xe2\x80\x94 a AAAAAAAA\n"])
def test_files_that_belong_to_no_log_of_ours_are_written_anew(left: bytes) -> None:
    story.grow(3)
    files.publish()
    whole = folder()
    files.remove("log/tile/0/000.p/4")
    files.write("log/checkpoint", left)
    files.publish()
    assert folder() == whole


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../out", "log/../../out", "log//x", "log/./x", "a\0b"])
def test_no_file_is_written_outside_of_the_public_folder(path: str) -> None:
    with pytest.raises(files.NotBelow):
        files.write(path, b"")


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    files.write("log/vkey", b"old")

    def fails(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="No space"):
        files.write("log/vkey", b"new")
    assert folder() == {"vkey": b"old"}


def test_a_fact_that_could_not_be_logged_is_not_stated() -> None:
    with pytest.raises(tiles.EntryTooLong), transaction():
        facts.state("rules", "x", at=story.AT, text="文" * 30_000)


def test_a_fact_waits_from_the_deed_that_states_it_and_not_when_that_is_taken_back() -> None:
    facts.state("payout", "CASE", at=story.AT)
    db.session.flush()
    assert reading.waiting() == 1
    db.session.rollback()
    assert reading.waiting() == 0


def test_commands_number_and_publish(app: Flask) -> None:
    story.state(2)
    said = app.test_cli_runner().invoke(args=["log", "sequence"])
    assert said.exit_code == 0, said.output
    assert "3 facts numbered" in said.output
    assert "juntan.example/log: 3 entries signed" in said.output
    assert Path(files.root() / "log/checkpoint").is_file()
    assert db.session.scalar(db.select(LogKey.vkey)) == signing.verifier_keys()[0]
    assert base64.b64encode(reading.latest().root).decode() in reading.latest().note
