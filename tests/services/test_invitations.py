"""Lists that invite: read and sent in pieces, answered once by whoever knows the number, over when their days are."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

import app.jobs.work  # noqa: F401 -- what the worker knows
from app.db import db, transaction
from app.models import Account, Audit, Group, Invitation, ListRefusal, MemberList, Membership, Message, Outbox
from app.services import erasure, outbox
from app.services.invitations import answers, codes, ends, groups, lists, sending
from app.services.invitations.answers import InvitationOpensNothing, NotThisPerson
from app.services.invitations.groups import GroupMoved
from app.services.invitations.lists import ListTooLong, NobodyOnTheList
from app.services.invitations.sending import ListMoved, NobodyToInvite
from app.services.list_files import NotAList
from app.web import mails_invitations
from tests.services import pool_story as story

HEADER = "name,born,province,document,number,email"
AT = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def house(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """A plan is open, and the group of an organiser is admitted; pieces are small."""
    monkeypatch.setattr(lists, "_PIECE", 4)
    monkeypatch.setattr(sending, "_PIECE", 3)
    with app.app_context():
        story.open_plan()
        group_of("organiser")
        yield


def group_of(label: str) -> Group:
    by = story.account(label)
    with transaction():
        group = groups.register("village", f"{label} village", "13800000000", by=by.id, at=AT)
        if group.state == "asked":
            groups.admit(group, by=story.account("caseworker", "caseworker").id, at=AT)
    return group


def lines(count: int, *, series: str = "K", mail_each: int = 2) -> list[str]:
    return [
        f"欧阳若曦{n},1998-05-02,浙江,passport,{series}{n:07},{f'p{n}@example.org' if n % mail_each == 0 else ''}"
        for n in range(1, count + 1)
    ]


def file_of(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((header, *rows)).encode(encoding)


def take_in(content: bytes, *, label: str = "organiser", at: dt.datetime = AT) -> MemberList:
    group = group_of(label)
    with transaction():
        return lists.take_in(group, story.plan(), content, by=group.account_id, at=at)


def sent(content: bytes, *, label: str = "organiser", at: dt.datetime = AT) -> MemberList:
    taken = take_in(content, label=label, at=at)
    outbox.sweep(at)
    with transaction():
        sending.send(taken.ref, by=taken.group.account_id, at=at)
    outbox.sweep(at)
    db.session.expire_all()
    assert taken.state == "sent"
    return taken


def count(model: type, *where: object) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(model).where(*where)) or 0


def states(taken: MemberList) -> list[str]:
    rows = db.session.scalars(
        db.select(Invitation.state).where(Invitation.list_id == taken.id).order_by(Invitation.line)
    )
    return list(rows)


def first(taken: MemberList) -> Invitation:
    return db.session.scalars(
        db.select(Invitation).where(Invitation.list_id == taken.id).order_by(Invitation.line).limit(1)
    ).one()


def test_a_list_is_read_in_pieces_and_a_killed_worker_leaves_whole_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [
        "甲,2020-05-02,33,passport,Y1234567,", "乙,1950-05-02,33,passport,O1234567,",
        "丙,1998-05-02,33,passport,K0000002,",
        "丁,1998-05-02,33,passport,K7654399,no address", "戊,yesterday,33,passport,K7654398,", "己,1998-05-02",
    ]  # fmt: skip
    taken = take_in(file_of(*lines(5), *bad))
    whole = lists._add

    def dies(*_args: object) -> None:
        if taken.lines_read:
            raise SystemExit
        whole(*_args)

    with monkeypatch.context() as killed:
        killed.setattr(lists, "_add", dies)
        with pytest.raises(SystemExit):
            outbox.sweep(AT)
    db.session.rollback()
    assert (taken.state, taken.lines_read, count(Invitation)) == ("checking", 4, 4), "one whole piece"
    outbox.sweep(AT + dt.timedelta(hours=1))
    db.session.expire_all()
    assert (taken.state, taken.lines_read, taken.good, taken.bad, taken.file_sealed) == ("checked", 11, 5, 6, None)
    told = db.session.execute(
        db.select(ListRefusal.line, ListRefusal.reason, ListRefusal.day).order_by(ListRefusal.line)
    )
    assert [tuple(row) for row in told] == [
        (7, "TooYoung", dt.date(2038, 5, 2)), (8, "TooOld", dt.date(2001, 5, 1)), (9, "TwiceInTheList", None),
        (10, "NoEmail", None), (11, "NoBirthDate", None), (12, "CellsMissing", None),
    ]  # fmt: skip
    assert count(Membership) == 0, "a list makes nobody a member"
    kept = b"".join(
        bytes(one.name_sealed or b"") + bytes(one.email_sealed or b"")
        for one in db.session.scalars(db.select(Invitation))
    )
    assert "欧阳".encode() not in kept
    assert b"example.org" not in kept


def test_who_has_an_address_gets_one_mail_and_everybody_a_code(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="juntan.mail")
    taken = sent(file_of(*lines(7)))
    assert states(taken) == ["invited"] * 7
    assert taken.expires_at == AT + sending.LIVES
    wanted = db.select(Outbox).where(Outbox.kind == sending.MAIL)
    payloads = [work.payload for work in db.session.scalars(wanted)]
    assert len(payloads) == 3
    assert all(set(payload) == {"invitation"} for payload in payloads), "no address leaves the row"
    outbox.sweep(AT)
    written = [line for line in caplog.messages if "一份邀请" in line]
    assert len(written) == 3
    assert not [line for line in caplog.messages if "@" in line or "p2" in line]
    second = db.session.scalars(db.select(Invitation).where(Invitation.line == 3)).one()
    taken.language = "en"
    in_english = mails_invitations.of_invitation(second)
    assert in_english is not None
    assert "Open this link until" in in_english.text, "in the language of the list, not of its organiser"
    taken.language = "zh"
    letter = mails_invitations.of_invitation(second)
    assert letter is not None
    assert (letter.to, letter.link) == ("p2@example.org", f"/invited/{codes.code_of(second.ref)}")
    assert mails_invitations.of_invitation(first(taken)) is None, "no address, no mail"
    code = codes.code_of(first(taken).ref)
    assert answers.opened(code, at=AT).id == first(taken).id
    with pytest.raises(ListMoved), transaction():
        sending.send(taken.ref, by=taken.group.account_id, at=AT)


def test_an_invitation_is_answered_once_by_whoever_knows_the_number() -> None:
    taken = sent(file_of(*lines(3)))
    one, two, three = db.session.scalars(db.select(Invitation).order_by(Invitation.line)).all()
    assert answers.check_number(one, "k 0000001") == "K0000001"
    for wrong in ("K0000002", "K000000", "", "330106199805020122"):
        with pytest.raises(NotThisPerson):
            answers.check_number(one, wrong)
    with transaction():
        answers.take(one, account_id=story.account("lin").id, at=AT)
        answers.decline(two, at=AT)
    for late in (answers.decline, lambda found, at: answers.take(found, account_id=story.account("lin").id, at=at)):
        for answered in (one, two):
            with pytest.raises(InvitationOpensNothing), transaction():
                late(answered, at=AT)
    assert states(taken) == ["taken", "declined", "invited"]
    assert (two.email_sealed, two.account_id) == (None, None), "nobody keeps the address of who declined"
    two.state = "invited"
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert all(
        row.about_ref == taken.ref
        for row in db.session.scalars(db.select(Audit).where(Audit.deed.like("%-invitation")))
    )
    with pytest.raises(InvitationOpensNothing):
        answers.opened(codes.code_of(three.ref), at=AT + sending.LIVES)
    with transaction():
        assert ends.end_overdue(AT + sending.LIVES) == 1
    db.session.expire_all()
    assert states(taken) == ["taken", "declined", "expired"]
    assert count(Invitation, Invitation.name_sealed.is_not(None)) == 0, "names go when the days are over"
    assert not ends.is_due(AT + sending.LIVES)


def test_the_same_file_is_one_list_and_a_corrected_one_takes_its_place() -> None:
    earlier = take_in(file_of(*lines(3)))
    assert take_in(file_of(*lines(3))).id == earlier.id
    outbox.sweep(AT)
    corrected = take_in(file_of(*lines(4)))
    assert corrected.id != earlier.id
    assert (earlier.state, count(Invitation)) == ("dropped", 0), "lines that nobody was sent are forgotten"
    outbox.sweep(AT)
    with transaction():
        sending.send(corrected.ref, by=corrected.group.account_id, at=AT)
    outbox.sweep(AT)
    again = take_in(file_of(*lines(5)))
    outbox.sweep(AT)
    db.session.expire_all()
    assert (again.good, again.bad) == (1, 4)
    assert set(db.session.scalars(db.select(ListRefusal.reason))) == {"InvitedAlready"}
    with transaction():
        answers.decline(first(corrected), at=AT)
    other = sent(file_of(*lines(2)), label="another")
    assert states(other) == ["invited", "invited"], "two groups may invite one person, and neither learns of the other"


def test_a_list_tells_nobody_who_is_a_member() -> None:
    story.enrol(2, series="K")
    taken = sent(file_of(*lines(3)), label="another")
    assert (taken.good, taken.bad) == (3, 0)


def test_what_is_no_list_is_refused_at_once_and_another_encoding_is_read() -> None:
    for content, error in (
        (file_of("a", header="name,number"), NotAList),
        (b"\xff\xfe\x00a", NotAList),
        (b"name\x80\xff,born\x81", NotAList),
        (file_of(), NobodyOnTheList),
        (file_of(*['"'] * 3), NotAList),
        (b"x" * (lists.MOST_BYTES + 1), ListTooLong),
    ):
        with pytest.raises(error):
            take_in(content)
    assert count(MemberList) == 0
    taken = sent(file_of(*lines(2), header="姓名,出生日期,省份,证件类型,证件号码,邮箱", encoding="gb18030"))
    assert answers.name_of(first(taken)) == "欧阳若曦1"


def test_only_an_admitted_group_hands_in_lists_and_is_decided_once() -> None:
    by = story.account("somebody")
    with transaction():
        group = groups.register("school", "二中", "c", by=by.id, at=AT)
        assert groups.register("school", "二中", "c", by=by.id, at=AT).id == group.id, "sent twice"
    with pytest.raises(GroupMoved), transaction():
        lists.take_in(group, story.plan(), file_of(*lines(1)), by=by.id, at=AT)
    caseworker = story.account("caseworker", "caseworker").id
    with transaction():
        groups.refuse(group, "no such school", by=caseworker, at=AT)
    with pytest.raises(GroupMoved), transaction():
        groups.admit(group, by=caseworker, at=AT)
    assert group.state == "refused"


def test_a_list_ends_with_the_account_of_its_organiser_and_with_its_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = sent(file_of(*lines(2)))
    unsent = take_in(file_of(*lines(1, series="M")))
    outbox.sweep(AT)
    with transaction():
        erasure.close(db.session.get_one(Account, taken.group.account_id), at=AT + DAY, on_the_wall=AT + DAY)
    db.session.expire_all()
    assert (taken.state, unsent.state, taken.group.state) == ("over", "dropped", "ended")
    assert set(states(taken)) == {"withdrawn"}
    assert (taken.group.contact_sealed, count(Invitation, Invitation.name_sealed.is_not(None))) == (None, 0)
    other = take_in(file_of(*lines(2)), label="another")
    outbox.sweep(AT)
    with transaction():
        sending.send(other.ref, by=other.group.account_id, at=AT)
    monkeypatch.setattr("app.services.closings.binding_of", lambda _plan: object())
    outbox.sweep(AT)
    db.session.expire_all()
    assert (other.state, other.problem, set(states(other))) == ("over", "plan_closes", {"withdrawn"})
    assert count(Message, Message.kind == "list-ended") == 1


def test_a_list_of_bad_lines_invites_nobody_and_one_that_is_taken_back_opens_nothing() -> None:
    taken = take_in(file_of("甲,2020-05-02,33,passport,Y1234567,"))
    outbox.sweep(AT)
    with pytest.raises(NobodyToInvite), transaction():
        sending.send(taken.ref, by=taken.group.account_id, at=AT)
    good = sent(file_of(*lines(2)))
    code = codes.code_of(first(good).ref)
    with transaction():
        ends.give_up(good.ref, by=good.group.account_id, at=AT)
        ends.give_up(good.ref, by=good.group.account_id, at=AT)
    with pytest.raises(InvitationOpensNothing):
        answers.opened(code, at=AT)
