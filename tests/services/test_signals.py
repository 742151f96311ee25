"""Signals of a claim, found by keyed hashes and days; and what is kept when somebody looked into one."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from app.db import db, transaction
from app.models import Account, Audit, Claim, Evidence, SignalNote
from app.services import claim_file, claims, evidence, made_on, rulebook, signals
from app.services.claim_file import BankAccount
from tests.claims.builders import NOW, account, claim, membership, paper, picture
from tests.domain.plan_files import plan as rules_of
from tests.review.desk import caseworker

NUMBER = "6222021234567890123"


@pytest.fixture
def house(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def handed_in(
    email: str, number: str, files: list[tuple[bytes, str]], *, slug: str = "young-cancer", payee: str = ""
) -> Claim:
    """A claim of a person of an own account, with these files, handed in."""
    with transaction():
        owner = db.session.scalar(db.select(Account).where(Account.email == email)) or account(email)
        one = claim(membership(owner.id, slug, number=number))
        if payee:
            claim_file.keep_bank_account(one, BankAccount("林岚", "Bank", payee))
    for content, kind in files:
        evidence.receive(io.BytesIO(content), claim=one, kind=kind, filename="a.pdf", account=owner, at=NOW)
    with transaction():
        claims.move(one, "submit", by=owner.id, role="member", at=NOW)
    return one


def kinds(one: Claim, by: Account | None = None) -> list[str]:
    return [found.kind for found in signals.of_claim(one, by=by)]


def dated_pdf(said: str) -> bytes:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.docinfo["/CreationDate"] = said
        pdf.save(held)
    return held.getvalue()


def dated_picture(said: str) -> bytes:
    held, exif = io.BytesIO(), Image.Exif()
    exif[0x0132] = said
    Image.effect_noise((80, 60), 60).convert("RGB").save(held, "JPEG", exif=exif)
    return held.getvalue()


@pytest.mark.usefixtures("house")
def test_the_same_file_and_the_same_account_are_found_in_claims_of_other_people_and_own_ones_are_not_named():
    same = picture()
    first = handed_in("a@example.org", "one", [(same, "pathology_report")], payee=NUMBER)
    other = handed_in("b@example.org", "two", [(same, "pathology_report")], payee=NUMBER)
    card = picture(shade=40)
    again = handed_in("a@example.org", "one", [(card, "identity_document")], slug="senior-cancer", payee=NUMBER)
    with transaction():
        shen = caseworker()
        own = db.session.get_one(Account, other.account_id)
    found = {one.kind: one for one in signals.of_claim(first, by=shen)}
    assert set(found) == {"same_document", "same_payee"}
    assert [one.ref for one in found["same_payee"].others] == [other.ref], "the own second claim is no other person's"
    assert kinds(again) == ["same_payee"]
    hidden = {one.kind: one for one in signals.of_claim(first, by=own)}
    assert [one.may_see for one in hidden["same_payee"].others] == [False]
    assert hidden["same_payee"].key == found["same_payee"].key
    with transaction():
        db.session.execute(db.update(Claim).where(Claim.id == other.id).values(payee_hash=None))
        for row in evidence.documents_of(other):
            row.removed_at = NOW
    db.session.expire_all()
    assert kinds(first) == [], "what was named before there was a hash is not compared"


@pytest.mark.usefixtures("house")
def test_the_day_a_file_says_is_read_apart_kept_as_a_day_under_its_key_and_gone_with_it():
    one = handed_in(
        "a@example.org",
        "one",
        [
            (dated_pdf("D:20250301101112+08'00'"), "diagnosis_certificate"),
            (dated_picture("2027:01:05 10:00:00"), "pathology_report"),
            (dated_pdf("D:20261019101112"), "discharge_summary"),
            (dated_pdf("D:9999"), "itemised_bills"),
            (dated_pdf("D:20190301"), "identity_document"),
        ],
    )
    days = {row.kind: made_on.opened(row) for row in evidence.documents_of(one)}
    assert days == {
        "diagnosis_certificate": dt.date(2025, 3, 1),
        "pathology_report": dt.date(2027, 1, 5),
        "discharge_summary": dt.date(2026, 10, 19),
        "itemised_bills": None,
        "identity_document": dt.date(2019, 3, 1),
    }
    found = signals.of_claim(one)
    assert [one.contradiction for one in found] == ["before_joining", "after_upload"]
    row = db.session.scalars(db.select(Evidence).where(Evidence.kind == "pathology_report")).one()
    assert b"2027" not in (row.made_on_sealed or b"")
    with transaction():
        row.wrapped_key = b""
    assert made_on.opened(row) is None


@pytest.mark.usefixtures("house")
def test_the_beginning_a_change_of_rules_and_several_claims_of_one_hospital_stand_out():
    with transaction():
        for number in range(5):
            owner = account(f"h{number}@example.org")
            event_on = dt.date(2026, 7, 15) if number == 0 else dt.date(2026, 10, 20)
            one = claim(membership(owner.id, number=f"h{number}"), state="submitted", event_on=event_on)
            claim_file.keep_hospital(one, "市第一医院" if number else "市第一医院 ")
        second = replace(rules_of("young-cancer"), number=2)
        rulebook.publish(second, valid_from=dt.date(2026, 7, 18), by=None, at=NOW - dt.timedelta(days=200))
    first = db.session.scalars(db.select(Claim).order_by(Claim.id)).first()
    assert first is not None
    found = {one.kind: one for one in signals.of_claim(first)}
    assert set(found) == {"soon", "same_hospital", "rule_change"}
    assert (found["soon"].days, found["rule_change"].days) == (6, -3)
    assert len(found["same_hospital"].others) == 4


@pytest.mark.usefixtures("house")
def test_a_signal_is_looked_into_once_by_each_and_nothing_else_of_it_is_kept():
    same = picture()
    one = handed_in("a@example.org", "one", [(same, "pathology_report")])
    handed_in("b@example.org", "two", [(same, "pathology_report")])
    with transaction():
        shen = caseworker()
    (found,) = signals.of_claim(one, by=shen)
    state, steps = one.state, len(one.steps)
    with transaction():
        signals.look_into(one, found.key, "同一张报告，用于两个计划。", by=shen, at=NOW)
    with transaction(), pytest.raises(signals.LookedIntoAlready):
        signals.look_into(one, found.key, "again", by=shen, at=NOW)
    handed_in("c@example.org", "three", [(same, "pathology_report")])
    with transaction(), pytest.raises(signals.SignalGone):
        signals.look_into(one, found.key, "of before", by=shen, at=NOW)
    note = db.session.scalars(db.select(SignalNote)).one()
    assert (note.note, note.kind) == ("同一张报告，用于两个计划。", "same_document")
    assert "报告".encode() not in (note.note_sealed or b"")
    assert (one.state, len(one.steps)) == (state, steps)
    audited = db.session.scalars(db.select(Audit).where(Audit.deed == "signal.looked_into")).one()
    assert (audited.about_ref, audited.detail) == (one.ref, "same_document")
