"""Who makes a claim: owners and verified relatives, what goes on after a death, and what is taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from app.claims import actions
from app.db import db, transaction
from app.domain.filers import GOES_ON_FROM
from app.models import Account, Claim, Membership, Message, PayeeChange, Person, Refund, Report
from app.services import claim_file, filing, handing_over, payees, relations, report_takebacks, vault
from app.services.claim_file import BankAccount
from tests.claims.builders import EVENT, JOINED, NOW, account, claim, membership
from tests.services import pool_story as story
from tests.services.test_deaths import confirm, read, reported, told

pytestmark = pytest.mark.usefixtures("engine")

BANK = BankAccount("周宁", "中国银行", "6222020200012345678")
TODAY = dt.date(2026, 11, 22)


def somebody(name: str) -> Account:
    row = account(f"{name}@example.org")
    row.email_confirmed_at = JOINED
    db.session.flush()
    return row


def standing(by: Account, of: Membership, *, kind: str = "death", state: str = "confirmed", desk: int) -> Report:
    """A report of a relative, answered by a desk."""
    row = Report(
        account_id=by.id, kind=kind, relation="spouse", name_sealed=b"x", document_type="resident",
        document_sealed=b"x", identity_hash=of.identity_hash, happened_on=dt.date(2026, 11, 1),
        takes_over=kind == "incapacity", payee_sealed=b"x", state=state, reported_at=NOW, decided_at=NOW,
        decided_by=desk, proposed_at=NOW, proposed_by=by.id, reason="no" if state == "dismissed" else "",
    )  # fmt: skip
    db.session.add(row)
    if kind == "death" and state == "confirmed":
        of.person.died_on = row.happened_on
    db.session.flush()
    return row


def near_to_the_owner(who: Account, held: Membership) -> None:
    """Both accounts name the same mother."""
    for account_id in (who.id, held.account_id):
        db.session.add(
            Person(
                account_id=account_id, relation="parent", name_sealed=b"x", birth_on=dt.date(1960, 1, 1), province="33",
                document_type="resident", document_sealed=b"x", identity_hash=vault.keyed_hash("M"), created_at=NOW,
            )
        )  # fmt: skip
    db.session.flush()


@pytest.fixture
def dead() -> tuple[Membership, Account, Report]:
    """A membership whose owner has died, the verified relative, and the report."""
    with transaction():
        held, relative, desk = membership(somebody("dead").id), somebody("relative"), somebody("desk")
        return held, relative, standing(relative, held, desk=desk.id)


def test_every_claim_that_still_lives_goes_on_with_the_relative_and_the_rest_stays() -> None:
    with transaction():
        held, relative, desk = membership(somebody("dead").id), somebody("relative"), somebody("desk")
        states = [*sorted(GOES_ON_FROM), "withdrawn", "refused_finally"]
        made = {
            state: claim(held, state=state, event_on=EVENT - dt.timedelta(days=day)) for day, state in enumerate(states)
        }
        report = standing(relative, held, desk=desk.id)
        filing.go_on_with(report, [held], at=NOW)
    gone = {state for state, one in made.items() if one.account_id == relative.id}
    assert gone == GOES_ON_FROM
    assert {(made[state].filer, made[state].filer_report_id) for state in gone} == {("relative", report.id)}
    told_of = db.session.scalars(db.select(Message).where(Message.account_id == relative.id)).all()
    assert {message.kind for message in told_of} == {"claim-goes-on"}
    assert len(told_of) == len(GOES_ON_FROM)
    assert [one.ref for one in filing.memberships_of(relative)] == [held.ref]
    owner = db.session.get_one(Account, held.account_id)
    assert filing.memberships_of(owner) == [], "an account whose owner died files no more"
    with pytest.raises(filing.NobodyMayFile), transaction():
        actions.open_claim(membership(owner.id, "accident"), by=owner, at=NOW)


def test_a_relative_files_after_the_proof_and_nobody_before_or_when_it_was_not_confirmed(
    dead: tuple[Membership, Account, Report],
) -> None:
    held, relative, report = dead
    with transaction():
        other, desk = somebody("other"), somebody("desk-2")
        standing(other, held, kind="incapacity", state="dismissed", desk=desk.id)
        made = actions.open_claim(held, by=relative, at=NOW)
    assert (made.account_id, made.filer, made.filer_report_id) == (relative.id, "relative", report.id)
    assert filing.membership_of(other, held.ref) is None
    assert filing.claim_of(other, made.ref) is None
    near_to_the_owner(desk, held)
    assert relations.reason(made, desk.id) == "family", "who is a relative of the dead is kept from the claim as well"
    assert made.id not in db.session.scalars(db.select(Claim.id).where(relations.far_from(desk.id))).all()
    moved = db.update(Claim).values(account_id=other.id)
    begun = db.insert(Claim).values(
        ref="0123456789AB", account_id=other.id, membership_id=held.id, member_terms_id=held.member_terms_id,
        state="withdrawn", publication_level=1, salt="x", created_at=NOW,
    )  # fmt: skip
    for wrong in (moved, begun):
        with pytest.raises(IntegrityError, match="owner of its membership"), transaction():
            db.session.execute(wrong)


def test_of_two_who_may_file_the_second_is_told(dead: tuple[Membership, Account, Report]) -> None:
    held, relative, _report = dead
    with transaction():
        nearer, desk = somebody("nearer"), somebody("desk-2")
        standing(nearer, held, kind="incapacity", desk=desk.id)
        made = actions.open_claim(held, by=relative, at=NOW)
    with pytest.raises(filing.FiledByAnother), transaction():
        actions.open_claim(held, by=nearer, at=NOW)
    with transaction():
        made.state, made.event_on, made.benefit, made.submitted_at = "submitted", EVENT, "malignant_tumour", NOW
        db.session.flush()
        own = actions.open_claim(held, by=nearer, at=NOW)
        own.event_on = EVENT
    with pytest.raises(actions.SameEvent) as same, transaction():
        actions._check_event_is_new(own, on=TODAY)
    assert same.value.other == "", "the reference of somebody else's claim is not told"


def test_a_confirmation_that_is_taken_back_ends_the_standing_and_the_next_relative_goes_on(
    dead: tuple[Membership, Account, Report],
) -> None:
    held, relative, report = dead
    with transaction():
        made = actions.open_claim(held, by=relative, at=NOW)
        second, answering = somebody("desk-2"), report.decided_by
        assert answering is not None
    for wrong in (answering, relative.id):
        with pytest.raises(report_takebacks.WhoConfirmed), transaction():
            report_takebacks.take_back(report, "户口簿是伪造的。", by=wrong, at=NOW)
    with pytest.raises(report_takebacks.ReasonMissing), transaction():
        report_takebacks.take_back(report, " ", by=second.id, at=NOW)
    with transaction():
        report_takebacks.take_back(report, "户口簿是伪造的。", by=second.id, at=NOW)
    assert (made.account_id, made.filer_report_id) == (held.account_id, None)
    assert filing.waits_for_relative(made)
    assert filing.claim_of(relative, made.ref) is None
    assert filing.memberships_of(relative) == []
    with pytest.raises(report_takebacks.NothingToTakeBack), transaction():
        report_takebacks.take_back(report, "again", by=second.id, at=NOW)
    with transaction():
        next_one = somebody("next")
        filing.go_on_with(standing(next_one, held, desk=second.id), [held], at=NOW)
    assert (made.account_id, made.filer) == (next_one.id, "relative")
    assert not filing.waits_for_relative(made)


def test_an_account_named_by_a_relative_whose_confirmation_was_taken_back_is_paid_nothing(
    dead: tuple[Membership, Account, Report],
) -> None:
    held, relative, report = dead
    other = BankAccount("周宁", "农业银行", "6228480012345678903")
    with transaction():
        alone, asked = claim(held, state="in_review"), claim(held, state="approved", event_on=EVENT - dt.timedelta(1))
        claim_file.keep_bank_account(asked, BANK)
        filing.go_on_with(report, [held], at=NOW)
        payees.name(alone, BANK, by=relative.id, at=NOW)
        change = payees.name(asked, other, by=relative.id, at=NOW)
        second = somebody("desk-2")
        assert change is not None
    with transaction():
        report_takebacks.take_back(report, "户口簿是伪造的。", by=second.id, at=NOW)
        db.session.refresh(change)
    assert (alone.account_sealed, alone.payee_hash, change.state) == (None, None, "refused")
    assert claim_file.bank_account_of(asked) == BANK, "what the dead person named stays"
    assert payees.way_of(alone) is None, "the account of the dead names none"
    with pytest.raises(payees.NoAccountNow), transaction():
        payees.name(alone, BANK, by=relative.id, at=NOW)
    with transaction():
        next_one = somebody("next")
        filing.go_on_with(standing(next_one, held, desk=second.id), [held], at=NOW)
        assert payees.name(alone, other, by=next_one.id, at=NOW) is None
    assert claim_file.bank_account_of(alone) == other


def test_balances_do_not_go_to_a_relative_whose_confirmation_was_taken_back() -> None:
    story.open_plan()
    story.enrol(2, 30_00)
    report = reported(told(), story.september(11))
    confirm(report, story.september(12))
    membership_of = story.members()[0]
    with transaction():
        db.session.add(Refund(
            membership_id=membership_of.id, account_id=report.account_id, payee_sealed=report.payee_sealed,
            amount_fen=1, due_at=story.september(12), state="due",
        ))  # fmt: skip
    caseworker = read(report, story.september(13), by="caseworker-2")
    with transaction():
        report_takebacks.take_back(report, "不是亲属。", by=caseworker, at=story.september(13))
    owed = db.session.scalars(db.select(Refund)).one()
    assert (owed.account_id, owed.payee_sealed) == (membership_of.account_id, None)


def test_another_account_holds_at_once_before_the_decision_and_needs_two_people_after_it(
    dead: tuple[Membership, Account, Report],
) -> None:
    held, relative, report = dead
    with transaction():
        made = claim(held, state="in_review")
        filing.go_on_with(report, [held], at=NOW)
        assert payees.name(made, BANK, by=relative.id, at=NOW) is None
        assert claim_file.bank_account_of(made) == BANK
        made.state = "approved"
        db.session.flush()
        other = BankAccount("周宁", "农业银行", "6228480012345678903")
        change = payees.name(made, other, by=relative.id, at=NOW)
        assert change is not None
        assert claim_file.bank_account_of(made) == BANK, "one person alone changes nothing"
    with pytest.raises(payees.WaitsForAnswer), transaction():
        payees.name(made, other, by=relative.id, at=NOW)
    with pytest.raises(payees.OwnAccountNamed), transaction():
        payees.confirm(change, by=relative.id, at=NOW)
    with transaction():
        desk = somebody("desk-2")
        payees.confirm(change, by=desk.id, at=NOW)
        assert claim_file.bank_account_of(made) == other
    with pytest.raises(payees.Answered), transaction():
        payees.refuse(change, "no", by=desk.id, at=NOW)
    with transaction():
        made.state = "paid"
        db.session.flush()
    with pytest.raises(payees.NoAccountNow), transaction():
        payees.name(made, other, by=relative.id, at=NOW)
    with pytest.raises(IntegrityError, match="answered once"), transaction():
        db.session.execute(db.update(PayeeChange).values(state="asked", decided_by=None, decided_at=None))


def test_proof_is_personal_what_a_relative_filed_does_not_go_over_with_the_own_account(
    dead: tuple[Membership, Account, Report],
) -> None:
    held, relative, _report = dead
    with transaction():
        made = actions.open_claim(held, by=relative, at=NOW)
        own = membership(relative.id, "accident", number="330106198006010127")
        heir = somebody("heir")
        handing_over.everything(relative, heir.id, relation="spouse")
        db.session.refresh(made)
        db.session.refresh(own)
    assert own.account_id == heir.id
    assert (made.account_id, made.filer_report_id) == (held.account_id, None)


def test_a_draft_of_a_parent_is_said_anew_by_the_child_who_came_of_age() -> None:
    with transaction():
        parent, grown = somebody("parent"), somebody("grown")
        held = membership(parent.id, born=dt.date(2008, 11, 20))
        held.person.relation = "child"
        made = actions.open_claim(held, by=parent, at=NOW - dt.timedelta(days=10))
        assert made.filer == "guardian"
        handing_over.hand_over(held, grown, why="came-of-age", by=grown.id, at=NOW)
        db.session.refresh(made)
    assert made.account_id == grown.id
    with pytest.raises(filing.NotYourCapacity), transaction():
        filing.check_capacity(made, by=grown, on=TODAY)
    with transaction():
        filing.file_as(made, "self", by=grown, on=TODAY)
        filing.check_capacity(made, by=grown, on=TODAY)


def test_a_hospital_is_sealed_and_found_by_its_key() -> None:
    with transaction():
        held = membership(somebody("lan").id)
        one = claim(held)
        claim_file.keep_hospital(one, "浙江大学医学院 附属第一医院")
    assert claim_file.hospital_of(one) == "浙江大学医学院 附属第一医院"
    assert one.hospital_hash == vault.keyed_hash("hospital", "浙江大学医学院附属第一医院")
    assert "附属".encode() not in (one.hospital_sealed or b"")
    with transaction():
        claim_file.keep_hospital(one, "")
    assert (one.hospital_sealed, one.hospital_hash, claim_file.hospital_of(one)) == (None, None, "")
