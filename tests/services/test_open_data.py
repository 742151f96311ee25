"""Open data: what the files say, when they are written anew, and that they say the same as the books."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from flask import Flask, current_app
from frictionless import Package

from app.claims import actions as claiming
from app.db import db, transaction
from app.jobs import expiring, numbering, publishing
from app.models import Account, Case, Claim, Dataset, DatasetDue, Fact, PostingRow, Settlement
from app.services import facts, periods, public_reading, public_stories, publication_consent, taking_away
from app.services.open_data import archive, due, keeping, parts
from app.services.open_data.keeping import Damaged
from app.services.public_log import files, reading
from tests import seen
from tests.services import pool_story as story

WORDS = "确诊那天我正在上班。\n手术之后化疗六次，“谢谢大家”。"
NAME = "young-cancer-2026-09-1"


@pytest.fixture(autouse=True)
def _inside(app: Flask):
    with app.app_context():
        story.open_plan()
        story.enrol(8)
        yield


def approved(level: int, told: str = "", fen: int = 6_00) -> str:
    """An approved claim; with a story that was read and accepted. Its reference."""
    claim = story.approve_claim(fen, benefit="low_grade_tumour")
    with transaction():
        owner = db.session.get_one(Account, claim.account_id)
        claim.publication_level = 0
        publication_consent.give(claim, level, language="zh", by=owner, at=story.september(2))
    if told:
        with transaction():
            public_stories.write(claim, told, by=claim.account_id, at=story.september(3))
            found = public_stories.current(claim)
            assert found
            public_stories.accept(found, by=story.account("desk", "caseworker").id, at=story.september(4))
    return claim.ref


def folder() -> Path:
    return files.root() / keeping.FOLDER


def table(path: str) -> list[dict[str, str]]:
    text = (folder() / path).read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def about_files() -> dict[str, str]:
    """The fingerprint each file was stated with last, by its path."""
    bodies = db.session.scalars(db.select(Fact.body).where(Fact.type == "dataset").order_by(Fact.id))
    return {said["about"]: said["sha256"] for said in map(json.loads, bodies)}


def the_details_prove_themselves(details: dict[str, dict[str, str]]) -> None:
    """Salt and text of the first case are what its disclosure committed to."""
    case = db.session.scalars(db.select(Case).where(Case.number == 1)).one()
    row = details[case.ref]
    assert (row["story"], row["name"], row["story_for"]) == (WORDS, "欧阳**", "everybody")
    parts_ = (row["age_band"], row["place"], row["disease_group"], row["decided_on"])
    entry = reading.entry(int(row["log_index"]))
    assert entry
    assert json.loads(entry.body)["text"] == facts.commitment(row["salt"], *parts_)
    words = (row["story_for"], row["name"], row["story"])
    assert json.loads(entry.body)["story"] == facts.commitment(row["story_salt"], *words)


def the_log_keeps_no_length_of_what_will_end() -> None:
    """Once the words are gone, nobody guesses an illness from how many letters it had."""
    bodies = db.session.scalars(db.select(Fact.body).where(Fact.type == "dataset"))
    said = [json.loads(body) for body in bodies]
    assert {one["about"] for one in said if "bytes" not in one} == {
        f"{NAME}/case_details.csv",
        "latest/case_details.csv",
    }


def the_files_are_sound() -> int:
    """To strangers' programs, to the log, and in the archive; the size of the log in it."""
    for part in ("latest", NAME, "young-cancer"):
        report = Package(str(folder() / part / "datapackage.json")).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    for path, sha256 in about_files().items():
        assert hashlib.sha256((folder() / path).read_bytes()).hexdigest() == sha256, path
    with zipfile.ZipFile(folder() / "juntan-open-data.zip") as packed:
        names = packed.namelist()
        assert names == sorted(names)
        assert {"latest/cases.csv", "log/checkpoint", "vkey", "verify.py", "READ-ME.txt"} <= set(names)
        assert all(packed.read(name) == (folder() / name).read_bytes() for name in names if name.startswith("latest/"))
        return int(packed.read("log/checkpoint").decode().splitlines()[1])


def test_the_files_are_sound_and_say_the_same_as_the_books_the_log_and_the_archive():
    shown, plain = approved(2, WORDS), approved(1, fen=5_55)
    story.lock()
    publishing.publish(story.september(8))
    assert [row["verdict"] for row in table("latest/cases.csv")] == ["waiting", "waiting"]
    details = {row["case"]: row for row in table("latest/case_details.csv")}
    the_details_prove_themselves(details)
    the_log_keeps_no_length_of_what_will_end()
    story.approve()
    story.settle()
    story.release()
    story.sweep(at=story.september(15))
    publishing.publish(story.september(16))

    settlement = db.session.scalars(db.select(Settlement)).one()
    (told,) = table("latest/settlements.csv")
    for column in ("approved_fen", "shared_payouts_fen", "fee_fen", "need_fen", "share_fen", "members", "cases"):
        assert int(told[column]) == getattr(settlement, column), column
    cases, paid = table(f"{NAME}/cases.csv"), table(f"{NAME}/payouts.csv")
    assert {row["verdict"] for row in cases} == {"settled"}
    assert {row["state"] for row in paid} == {"paid"}
    assert sum(int(row["amount_fen"]) for row in paid) == settlement.shared_payouts_fen
    booked = table("latest/ledger.csv")
    of_payouts = [int(row["amount_fen"]) for row in booked if row["kind"] == "payout"]
    payable = db.session.scalars(
        db.select(PostingRow.amount_fen).where(PostingRow.credit_account == "claims_payable:young-cancer")
    ).all()
    assert sum(of_payouts) == sum(payable) == sum(int(row["amount_fen"]) for row in paid)
    (period,) = table("latest/periods.csv")
    assert int(period["received"]) == sum(int(period[key]) for key in ("approved", "refused", "withdrawn", "open"))
    by_band = table("latest/members_by_band.csv")
    assert sum(int(row["members"]) for row in by_band) in {0, int(period["members"])}
    assert table("latest/statements.csv")[0]["charged_fen"] == str(settlement.share_fen * settlement.members)

    size = the_files_are_sound()
    held = db.session.scalars(db.select(Dataset.fact_id).where(Dataset.part == "latest")).all()
    assert max(reading.numbers_of([one for one in held if one]).values()) < size
    assert {shown, plain}.isdisjoint({row["case"] for row in cases}), "a case is not called by its claim"

    before = (folder() / "juntan-open-data.zip").read_bytes()
    assert publishing.publish(story.september(16, 13)) == []
    with transaction():
        due.mark_all(story.september(16, 14))
        db.session.execute(db.update(Dataset).where(Dataset.part == "").values(made_of=""))
    publishing.publish(story.september(16, 14))
    assert (folder() / "juntan-open-data.zip").read_bytes() == before, "the same facts are the same bytes"


def test_what_is_no_longer_public_leaves_the_files_in_the_same_round():
    for level in (1, 2, 1):
        approved(level, WORDS if level == 2 else "")
    story.lock()
    publishing.publish(story.september(8))
    assert len(table("latest/case_details.csv")) == 3
    first, told, last = db.session.scalars(db.select(Case).order_by(Case.number))
    with transaction():
        claim = db.session.get_one(Claim, last.award.claim_id)
        claiming.withdraw(claim, by=db.session.get_one(Account, claim.account_id), at=story.september(8, 13))
    with transaction():
        desk = story.account("desk", "caseworker")
        taking_away.take_down(told, only_story=True, reason="names a hospital", by=desk, at=story.september(8, 13))
    assert len(public_reading.open_cases(first.period, on=dt.date(2026, 9, 8))) == 2
    publishing.publish(story.september(8, 14))
    left = {row["case"]: row for row in table(f"{NAME}/case_details.csv")}
    assert set(left) == {first.ref, told.ref}
    assert (left[told.ref]["story"], left[told.ref]["salt"] != "") == ("", True)
    assert [row["verdict"] for row in table("latest/cases.csv")] == ["waiting", "waiting", "removed"]
    story.approve()
    story.settle()
    over = first.detail_ends_on
    assert over
    publishing.publish(story.noon(over - dt.timedelta(days=1)))
    assert db.session.get_one(Dataset, "latest/case_details.csv").ends_on == over
    assert due.is_due(story.just_after_midnight(over)), "what is over is due, whether or not the worker was there"
    expiring.do(story.just_after_midnight(over))
    publishing.publish(story.just_after_midnight(over))
    assert table("latest/case_details.csv") == []
    for path in folder().rglob("*.csv"):
        assert first.ref not in path.read_text() or path.name in {"cases.csv", "payouts.csv", "ledger.csv"}, path
    with zipfile.ZipFile(folder() / "juntan-open-data.zip") as packed:
        assert packed.read("latest/case_details.csv").count(b"\n") == 1
    assert len(table("latest/cases.csv")) == 3, "amounts stay"


def test_a_period_is_not_in_the_files_before_it_is_seen_and_a_killed_round_is_done_again(monkeypatch):
    approved(1)
    with transaction():
        of = story.period()
        periods.lock_and_publish(of, at=story.just_after_midnight(of.publication_day))
    numbering.number(story.september(7))
    assert due.parts(story.september(7), most=9) == ["young-cancer"]
    publishing.publish(story.september(7))
    assert not (folder() / NAME).exists()
    assert table("latest/periods.csv") == []
    seen.count_and_see(story.period(), at=story.september(7))

    written = parts.write

    def killed(part: str, *, at: dt.datetime) -> bool:
        written(part, at=at)
        raise KeyboardInterrupt

    numbering.number(story.september(7))
    monkeypatch.setattr(parts, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        publishing.publish(story.september(7))
    monkeypatch.undo()
    assert table(f"{NAME}/periods.csv"), "the file was written, and nobody has stated it"
    assert db.session.get(Dataset, f"{NAME}/periods.csv") is None
    publishing.publish(story.september(7))
    assert (
        hashlib.sha256((folder() / f"{NAME}/periods.csv").read_bytes()).hexdigest()
        == about_files()[f"{NAME}/periods.csv"]
    )
    assert table("latest/periods.csv")[0]["state"] == "locked"
    assert db.session.scalars(db.select(DatasetDue.part)).all() == []


def test_a_full_disk_leaves_the_last_good_files_and_a_damaged_file_is_written_anew(monkeypatch):
    approved(1)
    story.lock()
    publishing.publish(story.september(8))
    good = {path: path.read_bytes() for path in folder().rglob("*") if path.is_file()}
    story.approve()
    story.settle()

    def full(_below: str, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    assert publishing.publish(story.september(15)) == ["public files: could not be written (No space left on device)"]
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in folder().rglob("*") if path.is_file()} == good
    assert due.since() is not None
    publishing.publish(story.september(15))
    assert table("latest/settlements.csv")
    assert due.since() is None

    path = folder() / NAME / "cases.csv"
    path.write_bytes(path.read_bytes().replace(b"600", b"601"))
    with transaction():
        db.session.execute(db.update(Dataset).where(Dataset.part == "latest").values(made_of=""))
        due.mark(["latest"], story.september(16))
    assert publishing.publish(story.september(16)) == [
        f"open data: {NAME} is written anew, a file was not as it was written"
    ]
    publishing.publish(story.september(16, 13))
    assert table(f"{NAME}/cases.csv")[0]["amount_fen"] == "600"

    whole = folder() / "latest" / "cases.csv"
    whole.write_bytes(whole.read_bytes().replace(b"600", b"601"))
    with pytest.raises(Damaged):
        archive.write(at=story.september(17))
    publishing.publish(story.september(17))
    assert whole.read_bytes().count(b"600") == 1
    good = {path: path.read_bytes() for path in folder().rglob("*") if path.is_file()}
    shutil.rmtree(folder())
    stated = about_files()
    said = current_app.test_cli_runner().invoke(args=["open-data", "rewrite"])
    assert said.exit_code == 0, said.output
    assert {path: path.read_bytes() for path in folder().rglob("*") if path.is_file()} == good
    assert about_files() == stated, "what is as it was is not stated again"
