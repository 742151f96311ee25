"""The file of a claim: what is missing, what is promised, what the dates say; one answer for claimant and reviewer."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import pytest
from flask import Flask

from app.db import db, transaction
from app.models import Account, Claim, Consent, Membership
from app.services import claim_file, claims, evidence
from tests.claims.builders import EVENT, NOW, account, claim, membership, picture

TODAY = NOW.date()


@pytest.fixture
def world(app: Flask) -> Iterator[Membership]:
    """A membership of somebody."""
    with app.app_context():
        with transaction():
            mine = membership(account().id)
        yield mine


def bring(row: Claim, kind: str) -> None:
    """Bring one document."""
    owner = db.session.get_one(Account, row.account_id)
    evidence.receive(io.BytesIO(picture()), claim=row, kind=kind, filename="a.jpg", account=owner, at=NOW)


def move(row: Claim, *names: str, at: dt.datetime = NOW) -> None:
    """Staff and claimant move the claim, one step after the other."""
    roles = {"submit": "member", "answer": "member", "appeal": "member"}
    with transaction():
        for name in names:
            claims.move(row, name, by=None, role=roles.get(name, "caseworker"), at=at)


def test_a_draft_is_complete_when_its_five_parts_are(world: Membership) -> None:
    with transaction():
        row = claim(world)
    assert claim_file.readiness(row) == claim_file.Readiness(
        event=True, filer=True, documents=False, bank_account=False, consents=False
    )
    for line in claim_file.checklist(row):
        if line.wanted.required:
            bring(row, line.wanted.key)
    with transaction():
        claim_file.keep_bank_account(row, claim_file.BankAccount("林岚", "农业银行", "6228480012345678903"))
        db.session.add(
            Consent(account_id=row.account_id, claim_id=row.id, kind="claim_file", text_version="1", given_at=NOW)
        )
    assert claim_file.readiness(row).is_complete


def test_of_two_alternatives_one_is_enough(app: Flask) -> None:
    with app.app_context():
        with transaction():
            row = claim(membership(account().id, "accident"))
        missing = {line.wanted.key for line in claim_file.checklist(row) if line.is_missing}
        assert {"disability_appraisal", "death_certificate"} <= missing
        bring(row, "death_certificate")
        lines = {line.wanted.key: line for line in claim_file.checklist(row)}
        assert not lines["disability_appraisal"].is_missing
        replaced_by = lines["disability_appraisal"].replaced_by
        assert replaced_by is not None
        assert replaced_by.key == "death_certificate"


def test_what_is_told_later_is_added_under_its_day(world: Membership) -> None:
    with transaction():
        row = claim(world)
        claim_file.keep_story(row, "体检发现结节。")
        claim_file.add_to_story(row, "又住院了。", on=dt.date(2026, 11, 26))
        claim_file.add_to_story(row, "", on=dt.date(2026, 11, 27))
    assert claim_file.story_of(row) == "体检发现结节。\n\n[2026-11-26]\n又住院了。"
    assert "结节".encode() not in (row.story_sealed or b"")


def test_the_days_somebody_waits_for_the_claimant_are_not_counted(world: Membership) -> None:
    with transaction():
        row = claim(world)
    move(row, "submit")
    assert claim_file.promises(row, on=TODAY).decision_by == dt.date(2026, 12, 22)
    move(row, "ask_evidence", at=NOW + dt.timedelta(days=2))
    assert claim_file.promises(row, on=TODAY + dt.timedelta(days=7)).decision_by == dt.date(2026, 12, 27)
    move(row, "answer", at=NOW + dt.timedelta(days=12))
    assert claim_file.promises(row, on=TODAY + dt.timedelta(days=30)).decision_by == dt.date(2027, 1, 1)


def test_an_appeal_is_promised_its_own_days(world: Membership) -> None:
    with transaction():
        row = claim(world)
    move(row, "submit", "ask_evidence", "answer", "begin_review", "recommend", "refuse")
    move(row, "appeal", at=NOW + dt.timedelta(days=20))
    assert claim_file.promises(row, on=TODAY + dt.timedelta(days=20)).decision_by == dt.date(2027, 1, 11)


def test_the_amount_follows_the_age_on_the_day_of_the_event(world: Membership) -> None:
    with transaction():
        row = claim(world)
    found = claim_file.benefit_of(row)
    assert found is not None
    assert (found.key, found.amount_fen) == ("malignant_tumour", 30_000_000)


def test_an_event_after_the_end_is_found_by_its_date(world: Membership) -> None:
    with transaction():
        world.state, world.end_seq, world.ended_at = "left", 0, dt.datetime(2026, 10, 19, 16, 0, tzinfo=dt.UTC)
        row = claim(world)
    assert [type(finding).__name__ for finding in claim_file.findings(row, on=TODAY)] == ["AlreadyEnded"]
    with transaction():
        row.event_on = EVENT - dt.timedelta(days=1)
    assert claim_file.findings(row, on=TODAY) == []
