"""An operator enrols an organiser's list from a file: good lines become members, the others are named with a reason."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from flask import Flask

from app.db import db, transaction
from app.domain.identity import IdentityError
from app.models import Audit, Membership, Person
from app.services import vault
from app.web.list_sentences import REFUSED
from tests.services import pool_story as story

ROOT = Path(__file__).resolve().parents[2]
HEADER = "name,born,province,document,number,deposit"
GOOD = "欧阳若曦,1998-05-02,浙江,居民身份证,11010519980502002X,30"
OTHER = "Lena Kowalska,1998/5/2,33,passport,EK 1234567,¥12.50"


@pytest.fixture
def house(app: Flask) -> Flask:
    """A plan is open, and the organiser has signed up."""
    with app.app_context():
        story.open_plan()
        story.account()
        with transaction():
            story.account().email_confirmed_at = story.noon(story.OPENED)
    return app


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def run(house: Flask, file: Path, *options: str, plan: str = story.SLUG, account: str = "organiser@example.org"):
    words = ["members", "enrol", str(file), "--plan", plan, "--account", account, *options]
    return house.test_cli_runner().invoke(args=words)


def test_good_lines_become_members_and_the_others_are_named_with_line_and_reason(house: Flask, tmp_path: Path) -> None:
    file = written(
        tmp_path, HEADER, GOOD, "", OTHER, GOOD, "甲,1998-05-02,33,resident,110105199805020027,30",
        "乙,yesterday,33,passport,K7654321,30", "丙,1998-05-02,33,passport,K7654322,much", "丁,1998-05-02",
    )  # fmt: skip
    answer = run(house, file)
    assert answer.exit_code == 3, answer.output
    assert "2 members enrolled in young-cancer; ¥42.50" in answer.output
    assert "line 6: The last digit of the document number does not fit the others. Check the number." in answer.output
    with (tmp_path / "list.refused.csv").open(encoding="utf-8-sig", newline="") as beside:
        rows = list(csv.DictReader(beside))
    assert [(row["line"], row["reason"]) for row in rows] == [
        ("5", "TwiceInTheList"),
        ("6", "WrongChecksum"),
        ("7", "NoBirthDate"),
        ("8", "NoAmount"),
        ("9", "CellsMissing"),
    ]
    assert rows[0]["sentence"] == "This person stands in the list before. Keep one line of the two."
    assert rows[0]["说明"] == "名单前面已有此人。两行请只留一行。"
    said = answer.output + (tmp_path / "list.refused.csv").read_text(encoding="utf-8-sig")
    assert not re.search(r"[0-9]{6}|欧阳|K765", said), "nobody's data"
    with house.app_context():
        people = db.session.scalars(db.select(Person).order_by(Person.id)).all()
        assert [(one.document_type, one.province) for one in people] == [("resident", "33"), ("passport", "33")]
        assert vault.unseal(people[0].name_sealed, purpose="person.name") == "欧阳若曦"
        assert vault.unseal(people[1].document_sealed, purpose="person.document") == "EK1234567"
        noted = db.session.scalars(db.select(Audit.detail).where(Audit.deed == "list-from-a-file")).all()
        assert noted == ["young-cancer: 2 enrolled, 5 refused"]
        story.sound()


def test_a_list_of_a_chinese_spreadsheet_is_only_asked_first_and_handed_in_twice(house: Flask, tmp_path: Path) -> None:
    chinese = "证件号码;首笔金额;姓名;出生日期;省份;证件类型"
    lines = (chinese, "11010519980502002X;30元;欧阳若曦;1998年5月2日;浙江省;身份证")
    file = written(tmp_path, *lines, encoding="gb18030")
    asked = run(house, file, "--check")
    assert (asked.exit_code, "1 members would be enrolled" in asked.output) == (0, True), asked.output
    with house.app_context():
        assert db.session.scalar(db.select(db.func.count(Membership.id))) == 0
    assert run(house, file).exit_code == 0
    again = run(house, file)
    assert again.exit_code == 3
    assert "line 2: This person is a member of this plan in this account already." in again.output
    with house.app_context():
        assert db.session.scalar(db.select(db.func.count(Membership.id))) == 1
        story.sound()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the first line has to name each of these columns once: name, born"),
        (b"name,born\n", "province, document, number, deposit"),
        (b"PK\x03\x04\x00\x00", "bytes that are no text"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
        (HEADER.encode() + b'\n"a"b,', "line 2"),
    ],
)
def test_what_is_no_list_is_said_and_nothing_is_done(
    house: Flask, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    answer = run(house, file)
    assert answer.exit_code == 1
    assert sentence in answer.output


def test_an_unknown_plan_or_account_is_said_with_what_to_do(house: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, GOOD)
    assert "The plans are: young-cancer." in run(house, file, plan="old-cancer").output
    assert "They sign up on the site first." in run(house, file, account="nobody@example.org").output


def test_every_reason_has_its_sentence() -> None:
    texts = [
        (ROOT / "app/services" / name).read_text()
        for name in ("list_lines.py", "enrolment.py", "list_files.py", "invitations/lists.py")
    ]
    written = set(re.findall(r'(?:_Wrong\(|Refused\([\w.]+, |reason = )"(\w+)"', "\n".join(texts)))
    assert len(written) > 10
    from_rules = {kind.__name__ for kind in IdentityError.__subclasses__()} | {"TooYoung", "TooOld"}
    assert written | from_rules == set(REFUSED)
