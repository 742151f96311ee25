"""What the letters say: the figures of the ledger, the words of the rules, and nobody's name in public."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Case, Decision, JournalEntry, Payout, Settlement
from app.services import rulebook
from app.services.decisions import commitment_of
from app.web.filters import amount, money
from tests.notices import paper, story
from tests.notices.story import Told
from tests.web.gate import enter, open_account

SAMPLE = {"zh": "样本", "en": "SAMPLE"}
FOOT = {"zh": "不是保险", "en": "notinsurance"}


def letter(client: FlaskClient, ref: str, language: str = "zh") -> bytes:
    answer = client.get(f"/notices/{ref}.pdf?lang={language}")
    assert answer.status_code == 200
    return answer.data


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_letter_is_one_sound_sheet_marked_as_a_sample(owner: FlaskClient, told: Told, language: str) -> None:
    for ref in dataclasses.astuple(told):
        content = letter(owner, ref, language)
        assert paper.faults(content) == []
        assert len(paper.opened(content).pages) == 1
        words = paper.characters(content)
        assert words.startswith(SAMPLE[language])
        assert words.rindex(SAMPLE[language]) > words.index(FOOT[language]), "across the page, as well as on top of it"
        assert paper.opened(content).root_object["/Lang"] == {"zh": "zh-Hans", "en": "en"}[language]
        assert "Undefined" not in paper.text_of(content)


def test_in_production_no_letter_is_a_sample(app: Flask, client: FlaskClient, told: Told) -> None:
    app.config.update(MODE="production", ORIGIN="https://juntan.example", TRUSTED_HOSTS=None)
    words = paper.text_of(letter(client, told.bulletin, "en"))
    assert "SAMPLE" not in words
    assert f"https://juntan.example/disclosures/{story.SECOND}" in words


def test_the_payout_letter_says_what_the_ledger_paid(app: Flask, owner: FlaskClient, told: Told) -> None:
    words = paper.text_of(letter(owner, told.payout, "en"))
    with app.app_context():
        payout = db.session.scalars(db.select(Payout)).one()
        (booked,) = db.session.get_one(JournalEntry, payout.entry_id).postings
        settled = payout.settled
        settlement = db.session.get_one(Settlement, (settled.pool_id, settled.seq))
        assert f"{money(booked.amount_fen)} arrived on" in words
        assert f"From the members' shares {amount(settled.shared_fen)}" in words
        assert f"( {money(settlement.shared_payouts_fen)} ) ÷ 10 = {money(settlement.share_fen)}" in words
        assert "****5678" in words
        assert story.BANK.number not in words


def test_the_bulletin_prints_the_settlement_term_by_term(app: Flask, client: FlaskClient, told: Told) -> None:
    words = paper.text_of(letter(client, told.bulletin, "en"))
    with app.app_context():
        settlement = db.session.scalars(db.select(Settlement).where(Settlement.cases > 0)).one()
        case = db.session.scalars(db.select(Case)).one()
        assert money(settlement.shared_payouts_fen) in words
        assert f"{amount(settlement.share_fen)} × 10 = " in words
        assert case.ref in words
        assert "Received 2 = approved 1 + refused 1 + withdrawn 0 + open 0" in words
        assert "21 October 2026, 00:00" in words


def test_a_bulletin_without_cases_says_so(client: FlaskClient, told: Told) -> None:
    words = paper.text_of(letter(client, told.empty_bulletin, "en"))
    assert "No case was published in this period, so nobody was charged." in words
    assert "¥0.00" in words


def test_a_bulletin_names_nobody(client: FlaskClient, told: Told) -> None:
    for language in ("zh", "en"):
        words = paper.characters(letter(client, told.bulletin, language))
        for secret in (story.NAME, "林岚", "lan@example.org", "E00000001", story.BANK.number, "肺癌", "Lungcancer"):
            assert secret not in words, secret


def test_a_refusal_says_clause_evidence_what_would_change_it_and_how_to_appeal(
    app: Flask, owner: FlaskClient, told: Told
) -> None:
    words = paper.characters(letter(owner, told.refusal))
    with app.app_context():
        decision = db.session.scalars(db.select(Decision).where(Decision.verdict == "refuse")).one()
        claim = db.session.get_one(story.Claim, decision.claim_id)
        clause = rulebook.member_terms(claim.member_terms).clause("5.1")
        assert clause.text.zh in words
        assert commitment_of(decision, claim) in words
        assert f"/claims/{claim.ref}" in words
    for said in (*story.REFUSAL.values(), "2026年11月15日24:00前"):
        assert said.replace(" ", "") in words, said


def test_a_refusal_after_the_appeal_is_final_and_offers_no_other(app: Flask, owner: FlaskClient, told: Told) -> None:
    with app.app_context(), transaction():
        decision = db.session.scalars(db.select(Decision).where(Decision.verdict == "refuse")).one()
        claim = db.session.get_one(story.Claim, decision.claim_id)
        again = story.decide_again(
            claim, 0, by=claim.account_id, day=decision.appeal_until or story.OPENED, **story.REFUSAL
        )
        ref = story.ref("decision", again.id)
    words = paper.text_of(letter(owner, ref, "en"))
    assert "refused after the appeal" in words
    assert "Appeal once" not in words
    assert "One caseworker" in words


def test_an_approval_says_that_the_sum_of_the_period_decides(owner: FlaskClient, told: Told) -> None:
    words = paper.text_of(letter(owner, told.approval, "en"))
    assert "approved with ¥20.00" in words
    assert "For 3 days anybody may object." in words
    assert "appeal until" not in words


def test_a_certificate_says_from_when_on_and_hides_the_document(owner: FlaskClient, told: Told) -> None:
    words = paper.text_of(letter(owner, told.certificate, "en"))
    assert "since 1 March 2026. An event from 28 August 2026 on" in words
    assert "E0****001" in words
    assert "E00000001" not in words
    assert "300,000.00" in words


def test_a_long_name_with_rare_characters_stays_on_the_sheet(app: Flask, client: FlaskClient) -> None:
    name = "艾尔肯·买买提·阿卜杜热西提㛃䶮·Muhammad-Alexander von Habsburg-Lothringen"
    number = open_account(app, name=name)
    with app.app_context(), transaction():
        story.found(number, members=1, name=name)
        ref = story.ref("certificate", story.memberships()[0].id)
    enter(client)
    content = letter(client, ref)
    assert name.replace(" ", "") in paper.characters(content)
    assert len(paper.opened(content).pages) == 1


def test_thirty_cases_and_their_caps_are_all_printed(app: Flask, client: FlaskClient) -> None:
    number = open_account(app)
    with app.app_context():
        with transaction():
            story.found(number, members=40)
            for one in story.memberships()[:30]:
                story.decide(one, 300_000_00, by=number)
        story.lock_and_settle(story.FIRST, by=number)
        ref = story.ref("bulletin", story.period(story.FIRST).id)
        cases = db.session.scalars(db.select(Case.ref)).all()
        settlement = db.session.scalars(db.select(Settlement)).one()
        said = f"of that, {money(settlement.room_fen or 0)} could be charged in this period"
    content = letter(client, ref, "en")
    words = paper.text_of(content)
    assert len(cases) == 30
    assert [one for one in cases if one not in words] == []
    assert "For one case a member pays at most ¥3.00" in words
    assert said in words
    assert "30 cases 9,000,000.00" in words
    assert paper.faults(content) == []
