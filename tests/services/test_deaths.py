"""A member has died: credited since that day, ended at the boundary, the balance owed to the heirs; and hand-overs."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.jobs import tick
from app.models import Account, Evidence, Membership, Message, Person, Refund, Report
from app.services import audit, erasure, report_checks, reports, sessions, statement
from app.services.days import midnight
from app.services.reports import Payee, Told
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

WALL = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
"""The time of the machine, far from the days of the story."""
HEIRS = Payee("周宁", "中国银行杭州分行", "6222020200012345678")


def proof(number: int = 1) -> tuple[Evidence, str]:
    """A stored document, as `evidence.take_in` leaves it."""
    row = Evidence(
        kind=reports.PROOF, name_sealed=b"x", media_type="image/png", view_media_type="image/png", size_bytes=1,
        original_hash=b"h%d" % number, wrapped_key=b"k", original_object=f"o{number}", view_object=f"v{number}",
        pages=1, uploaded_at=story.september(10),
    )  # fmt: skip
    return row, ""


def told(
    line: int = 1, *, died_on: dt.date = dt.date(2026, 9, 10), kind: str = "death", takes_over: bool = False
) -> Told:
    payee = HEIRS if kind == "death" else None
    return Told(kind, "child", "欧阳若曦", "passport", f"A{line:07}", died_on, takes_over, payee)


def reported(value: Told, at: dt.datetime, *, by: str = "relative") -> Report:
    relative = story.account(by)
    with transaction():
        relative.email_confirmed_at = at
        return reports.make(value, [proof(db.session.query(Evidence).count() + 1)], by=relative, at=at)


def read(report: Report, at: dt.datetime, *, by: str = "caseworker-1") -> int:
    """A caseworker opens every proof; returns the caseworker's number."""
    caseworker = story.account(by, "caseworker").id
    with transaction():
        for one in report_checks.proofs_of(report):
            audit.note("evidence.view_opened", "evidence", one.ref, by=caseworker, role="caseworker", at=at)
    return caseworker


def confirm(report: Report, at: dt.datetime, *, by: str = "caseworker-1", on_the_wall: dt.datetime = WALL) -> None:
    caseworker = read(report, at, by=by)
    with transaction():
        reports.confirm(report, by=caseworker, at=at, on_the_wall=on_the_wall)
    story.sound()


def propose(report: Report, at: dt.datetime, *, by: str = "caseworker-2") -> None:
    caseworker = read(report, at, by=by)
    with transaction():
        reports.propose(report, by=caseworker, at=at)


def ticks(*moments: dt.datetime) -> None:
    for moment in moments:
        tick.tick(moment)
        story.sound()


def test_shares_after_the_death_are_credited_and_the_balance_is_owed_to_the_heirs() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.lock()
    confirm(reported(told(), story.september(11)), story.september(12))
    dead = story.members()[0]
    assert (dead.state, dead.ends_as, dead.ends_after_seq) == ("sharing", "died", 1)
    story.approve()
    ticks(midnight(dt.date(2026, 9, 14)))
    assert (dead.state, statement.balance_fen(dead), story.held("unpaid_shares")) == ("died", 30_00, 2_00)
    assert sorted(line.kind for line in statement.lines(dead)) == ["credit", "share", "topup"]
    owed = db.session.scalars(db.select(Refund)).one()
    assert (owed.amount_fen, owed.payee_sealed is not None) == (30_00, True)
    assert owed.account_id == db.session.scalars(db.select(Report.account_id)).one()


def test_what_is_credited_after_the_payouts_have_left_is_money_that_all_share_later_and_the_books_know_it() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    story.release()
    story.sweep(at=story.september(15))
    confirm(reported(told(), story.september(16)), story.september(16))
    ticks(midnight(dt.date(2026, 9, 21)))
    assert statement.balance_fen(story.members()[0]) == 30_00
    assert (story.held("bank", "main"), story.held("unpaid_shares")) == (84_00, 2_00), "86.00 are owed, 84.00 are there"


def test_shares_before_the_death_stay_shared() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    confirm(reported(told(died_on=dt.date(2026, 9, 15)), story.september(16)), story.september(16))
    ticks(midnight(dt.date(2026, 9, 21)))
    assert (story.members()[0].state, statement.balance_fen(story.members()[0])) == ("died", 28_00)


def test_a_death_known_only_after_the_end_is_credited_and_paid_to_the_heirs() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(1, 3_50)
    story.enrol(2, 30_00, series="B")
    story.approve_claim(9_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    ticks(story.september(30))
    assert (story.members()[0].state, statement.balance_fen(story.members()[0])) == ("lapsed", 50)
    confirm(reported(told(died_on=dt.date(2026, 9, 8)), story.september(30)), story.september(30, 13))
    assert (statement.balance_fen(story.members()[0]), db.session.scalars(db.select(Refund)).one().amount_fen) == (
        3_50, 3_50,
    )  # fmt: skip


@pytest.mark.parametrize("corrected_first", [True, False])
def test_a_share_that_was_too_much_comes_back_to_who_has_died_once(*, corrected_first: bool) -> None:
    """By name before the death is known, or whole after it: then the part of a correction stays with all."""
    story.open_plan(join_least_fen=1_00)
    story.enrol(1, 3_50)
    story.enrol(2, 30_00, series="B")
    story.approve_claim(9_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    ticks(story.september(30))
    if corrected_first:
        assert story.corrected(1_00, cause="operator", at=story.september(30, 10)).named == 1
        ticks(story.september(30, 11))
        assert statement.balance_fen(story.members()[0]) == 1_50
    confirm(reported(told(died_on=dt.date(2026, 9, 8)), story.september(30)), story.september(30, 13))
    if not corrected_first:
        credit = story.corrected(1_00, cause="operator", at=story.september(30, 14))
        assert (credit.named, credit.carried_fen) == (0, 3_00)
        ticks(story.september(30, 15))
    assert statement.balance_fen(story.members()[0]) == 3_50


def test_who_has_died_and_runs_out_before_the_boundary_is_credited_all_the_same() -> None:
    story.open_plan(join_least_fen=1_00)
    story.enrol(1, 2_50)
    story.enrol(2, 30_00, series="B")
    story.approve_claim(6_00, of=story.members()[1], benefit="low_grade_tumour")
    story.settled()
    story.settled(story.SECOND)
    confirm(reported(told(died_on=dt.date(2026, 9, 10)), story.september(29)), story.september(29))
    ticks(midnight(dt.date(2026, 9, 30)))
    assert (story.members()[0].state, statement.balance_fen(story.members()[0])) == ("sharing", 2_50)
    ticks(midnight(dt.date(2026, 10, 7)))
    assert (story.members()[0].state, db.session.scalars(db.select(Refund.amount_fen)).one()) == ("died", 2_50)


def test_who_is_pending_ends_at_once_and_the_heirs_get_everything() -> None:
    story.open_plan()
    story.enrol(1, series="B")
    story.lock()
    story.enrol(1, 12_00, at=story.september(8))
    confirm(reported(told(), story.september(11)), story.september(11))
    late = story.members()[-1]
    assert (late.state, db.session.scalars(db.select(Refund)).one().amount_fen) == ("died", 12_00)


def test_the_same_is_reported_once_answered_once_and_needs_proof() -> None:
    story.open_plan()
    story.enrol(1)
    first = reported(told(), story.september(11))
    with pytest.raises(reports.ReportedAlready):
        reported(told(), story.september(11))
    with pytest.raises(reports.ProofMissing), transaction():
        reports.make(told(2), [], by=story.account("relative"), at=story.september(11))
    with transaction():
        reports.dismiss(first, "Please send the certificate.", by=story.treasurer().id, at=story.september(12))
    with pytest.raises(reports.ReportAnswered):
        confirm(first, story.september(12))


def test_who_is_not_known_here_is_told_the_same_and_cannot_be_confirmed() -> None:
    story.open_plan()
    stranger = reported(told(77), story.september(11))
    with pytest.raises(report_checks.UnknownPerson):
        confirm(stranger, story.september(12))
    kinds = db.session.scalars(db.select(Message.kind)).all()
    assert kinds == ["report-received"]


def test_what_the_owner_of_an_account_looked_after_goes_to_the_relative_and_their_sessions_end() -> None:
    story.open_plan()
    story.enrol(3, 30_00)
    owner = story.account()
    with transaction():
        person = db.session.get_one(Person, story.members()[0].person_id)
        person.relation = "self"
        sessions.begin(owner, device="phone", at=WALL)
    report = reported(told(kind="incapacity"), story.september(2))
    propose(report, story.september(3))
    confirm(report, story.september(3), on_the_wall=WALL + dt.timedelta(hours=1))
    assert not sessions.living_of(owner, at=WALL + dt.timedelta(hours=1))
    relative = db.session.scalars(db.select(Account).where(Account.email == "relative@example.org")).one()
    assert {row.account_id for row in db.session.scalars(db.select(Membership))} == {relative.id}
    assert {row.relation for row in db.session.scalars(db.select(Person))} == {"parent", "member"}
    assert "handed-over" in db.session.scalars(db.select(Message.kind).where(Message.account_id == owner.id)).all()
    assert {row.state for row in story.members()} == {"sharing"}


def test_an_account_goes_over_by_two_caseworkers_who_are_not_the_same() -> None:
    story.open_plan()
    story.enrol(1)
    report = reported(told(kind="incapacity"), story.september(2))
    with pytest.raises(report_checks.NotProposed):
        confirm(report, story.september(3))
    propose(report, story.september(3), by="caseworker-1")
    with pytest.raises(report_checks.ProposedAlready):
        propose(report, story.september(3))
    with pytest.raises(report_checks.SameCaseworker):
        confirm(report, story.september(3))
    confirm(report, story.september(3), by="caseworker-2")
    assert (report.state, report.proposed_by) == ("confirmed", story.account("caseworker-1").id)


def test_the_rows_themselves_ask_for_two() -> None:
    story.open_plan()
    report, one = reported(told(kind="incapacity"), story.september(2)), story.account("caseworker-1").id
    for proposed_by, proposed_at in ((None, None), (one, story.september(3))):
        alone = {"state": "confirmed", "decided_by": one, "decided_at": story.september(3)}
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(db.update(Report).values(proposed_by=proposed_by, proposed_at=proposed_at, **alone))
    assert report.state == "reported"


def test_who_has_not_opened_every_proof_confirms_nothing() -> None:
    story.open_plan()
    story.enrol(1)
    report, other = reported(told(), story.september(11)), story.account("caseworker-2", "caseworker").id
    read(report, story.september(12))
    with pytest.raises(report_checks.ProofsUnopened) as refused, transaction():
        reports.confirm(report, by=other, at=story.september(12), on_the_wall=WALL)
    assert refused.value.number == 1


@pytest.mark.parametrize("concerned", ["relative", "organiser"], ids=["reported it", "looks after the member"])
def test_nobody_answers_what_concerns_the_own_account(concerned: str) -> None:
    story.open_plan()
    story.enrol(1)
    report = reported(told(), story.september(11))
    with pytest.raises(report_checks.OwnReport):
        confirm(report, story.september(12), by=concerned)
    with pytest.raises(report_checks.OwnReport), transaction():
        reports.dismiss(report, "No.", by=story.account(concerned).id, at=story.september(12))


@pytest.mark.parametrize("closed", [False, True])
def test_nothing_goes_to_an_account_that_is_closed_or_was_never_confirmed(*, closed: bool) -> None:
    story.open_plan()
    story.enrol(1)
    report, relative = reported(told(), story.september(11)), story.account("relative")
    with transaction():
        relative.email_confirmed_at = None
        if closed:
            relative.email, relative.closed_at = "", story.september(11)
    with pytest.raises(report_checks.ReporterGone):
        confirm(report, story.september(12))


def test_an_account_whose_report_waits_is_not_closed_as_unconfirmed() -> None:
    story.open_plan()
    report, relative, late = reported(told(), story.september(2)), story.account("relative"), story.september(20)
    with transaction():
        relative.email_confirmed_at = None
    assert relative not in erasure.overdue(at=late)
    with transaction():
        reports.dismiss(report, "No.", by=story.account("caseworker-1").id, at=late)
    assert relative in erasure.overdue(at=late)
