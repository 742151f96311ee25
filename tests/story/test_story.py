"""The story of the demonstration holds every state and every bad day, its books agree, and its seed decides it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.domain import claim_states, period_states, reimbursement
from app.domain.terms import Calendar
from app.models import Claim, Fact, Settlement
from app.services import selfcheck
from app.story import plot
from app.story.claims_plot import CLAIMS, PAST
from app.story.people import HOUSEHOLDS, STAFF
from app.story.telling import read_preset
from tests.fixtures.application import release
from tests.fixtures.story import UNTIL, Told, tell_on

pytestmark = pytest.mark.slow

MAIN = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")

BAD_DAYS = {
    # money in
    "a top-up failed": "SELECT 1 FROM payment WHERE state = 'failed'",
    "a top-up is awaited": "SELECT 1 FROM payment WHERE state = 'asked'",
    "a top-up was taken back by the bank": "SELECT 1 FROM deposit WHERE kind = 'reversal'",
    "a top-up told twice is one deposit": (
        "SELECT 1 FROM outbox WHERE kind = 'sandbox' AND key LIKE '%\\:2' AND NOT EXISTS "
        "(SELECT payment_id FROM deposit WHERE payment_id IS NOT NULL GROUP BY payment_id, kind HAVING count(*) > 1)"
    ),
    "money came for a membership that had ended": "SELECT 1 FROM suspense_item WHERE reason = 'membership_ended'",
    "money of an application waits to be checked": (
        "SELECT 1 FROM suspense_item WHERE reason = 'application' AND closed_at IS NULL"
    ),
    "a transfer by hand was confirmed": "SELECT 1 FROM transfer_by_hand WHERE state = 'confirmed'",
    "a transfer by hand was not confirmed": "SELECT 1 FROM transfer_by_hand WHERE state = 'rejected'",
    "a transfer by hand waits for the second treasurer": "SELECT 1 FROM transfer_by_hand WHERE state = 'recorded'",
    "a transfer of nobody known waits in suspense": "SELECT 1 FROM transfer_by_hand WHERE state = 'held'",
    "a transfer by hand came for a membership that had ended": (
        "SELECT 1 FROM transfer_by_hand t JOIN suspense_item s ON s.payment_id = t.payment_id WHERE s.closed_at IS NULL"
    ),
    # questions and promises
    "a claimant is asked for two things until a day": (
        "SELECT 1 FROM claim_question q JOIN claim c ON c.id = q.claim_id JOIN claim_question_item i "
        "ON i.question_id = q.id WHERE c.state = 'evidence_asked' GROUP BY q.id HAVING count(*) = 2"
    ),
    "a question was answered in words": "SELECT 1 FROM claim_question_reply",
    "a promised first look did not happen, and the claimant was told": (
        "SELECT 1 FROM message m JOIN claim c ON c.account_id = m.account_id "
        "WHERE m.kind = 'claim-promise-broken' AND c.state = 'submitted'"
    ),
    "a claim that was handed in has its receipt": "SELECT 1 FROM notice WHERE kind = 'receipt'",
    # a family
    "a top-up was asked for several memberships together": (
        "SELECT 1 FROM payment WHERE together IS NOT NULL AND state = 'received' GROUP BY together HAVING count(*) = 3"
    ),
    "a reminder earlier than the rules is set": "SELECT 1 FROM reminder_setting WHERE below_fen > 900 AND NOT by_mail",
    "somebody of age has taken the own membership over": (
        "SELECT 1 FROM takeover t JOIN account a ON a.id = t.to_account_id JOIN membership m ON m.account_id = a.id "
        "WHERE t.state = 'done' AND a.demo_label = 'member-52' AND m.state = 'sharing'"
    ),
    "a takeover is offered": "SELECT 1 FROM takeover WHERE state = 'offered'",
    "parents were told a month before": "SELECT 1 FROM message WHERE kind = 'of-age-ahead'",
    # balances
    "a top-up came within the days of grace": (
        "SELECT 1 FROM membership m JOIN account a ON a.id = m.account_id "
        "WHERE a.demo_label = 'member-23' AND m.state = 'sharing'"
    ),
    "a membership lapsed with a positive balance, which was asked back": (
        "SELECT 1 FROM membership m JOIN deposit d ON d.membership_id = m.id "
        "WHERE m.state = 'lapsed' AND d.kind = 'refund'"
    ),
    "a membership lapsed owing": (
        "SELECT 1 FROM membership m JOIN settlement s ON s.pool_id = m.pool_id AND s.seq = m.end_seq "
        "WHERE m.state = 'lapsed' AND m.threshold_fen < s.index_after_fen"
    ),
    "arrears were shared by all": "SELECT 1 FROM settlement WHERE unpaid_fen > 0",
    # settlements
    "the cap of a case bound": ("SELECT 1 FROM settlement_award WHERE shared_fen < asked_fen AND shared_fen > 0"),
    "the cap of the year bound": (
        "SELECT 1 FROM settlement WHERE cases > 1 AND share_fen = room_fen AND share_fen < 300 * cases"
    ),
    "a reserve helped": "SELECT 1 FROM settlement WHERE from_reserve_fen > 0",
    "an empty reserve did not": (
        "SELECT 1 FROM settlement WHERE reserve_before_fen = 0 AND approved_fen > shared_payouts_fen"
    ),
    "a period without cases": "SELECT 1 FROM settlement WHERE cases = 0 AND share_fen = 0 AND entry_id IS NULL",
    "a fee of eight percent": "SELECT 1 FROM settlement WHERE fee_fen * 100 BETWEEN shared_payouts_fen * 8 - 99 "
    "AND shared_payouts_fen * 8 + 99 AND fee_fen > 0",
    "nobody in the pool, and a lock that came late": "SELECT 1 FROM period_change WHERE kind = 'late'",
    "a period postponed before its lock": (
        "SELECT 1 FROM period_change c JOIN period p ON p.id = c.period_id "
        "WHERE c.kind = 'postponed' AND p.locked_at > c.at"
    ),
    "a period postponed while locked": (
        "SELECT 1 FROM period_change c JOIN period p ON p.id = c.period_id "
        "WHERE c.kind = 'postponed' AND p.locked_at < c.at"
    ),
    "a period cancelled after its publication": (
        "SELECT 1 FROM period WHERE state = 'cancelled' AND locked_at IS NOT NULL"
    ),
    "a settlement was corrected, and somebody who had left got it by name": (
        "SELECT 1 FROM credit c JOIN named_credit n ON n.credit_id = c.id JOIN refund r ON r.membership_id = "
        "n.membership_id WHERE c.state = 'confirmed' AND n.done_at IS NOT NULL AND n.into_seq IS NULL"
    ),
    "credits lowered a share": "SELECT 1 FROM settlement WHERE credits_fen > 0",
    "a credit waits for a second treasurer": "SELECT 1 FROM credit WHERE state = 'proposed'",
    "a donation waits for a second treasurer": "SELECT 1 FROM funding WHERE state = 'recorded'",
    # payouts
    "a payout came back and was sent again": (
        "SELECT 1 FROM payout_return r JOIN payout p ON p.id = r.payout_id "
        "WHERE p.state = 'paid' AND r.kind = 'returned'"
    ),
    "a payout was refused and sent again": (
        "SELECT 1 FROM payout_return r JOIN payout p ON p.id = r.payout_id WHERE p.state = 'paid' AND r.kind = 'failed'"
    ),
    "a payout waited for its money": "SELECT 1 FROM audit WHERE deed = 'release-waiting'",
    # bank files
    "a batch was answered, and one of it came back": (
        "SELECT 1 FROM bank_batch b JOIN bank_batch_line l ON l.batch_id = b.id JOIN bank_answer a ON a.line_id = l.id "
        "WHERE b.state = 'released' AND a.result = 'returned'"
    ),
    "a batch waits for a second treasurer": "SELECT 1 FROM bank_batch WHERE state = 'made'",
    "a charge of the bank was explained": (
        "SELECT 1 FROM custody_explanation WHERE kind = 'bank_charge' AND state = 'confirmed'"
    ),
    # ways out
    "somebody left and stayed after all": "SELECT 1 FROM audit WHERE deed = 'undo-leaving'",
    "a member died, and shares were credited back": (
        "SELECT 1 FROM membership m JOIN deposit d ON d.membership_id = m.id "
        "WHERE m.state = 'died' AND d.kind = 'credit'"
    ),
    "somebody cannot look after an account": "SELECT 1 FROM report WHERE kind = 'incapacity' AND state = 'reported'",
    "a membership ended for what was not declared": "SELECT 1 FROM membership WHERE state = 'rescinded'",
    "a decision was contested and lifted": "SELECT 1 FROM rescission WHERE state = 'lifted'",
    "a consent to publication was taken back": (
        "SELECT 1 FROM consent WHERE kind = 'publication' AND withdrawn_at IS NOT NULL"
    ),
    "a consent to joining was taken back": (
        "SELECT 1 FROM consent WHERE kind = 'declaration' AND withdrawn_at IS NOT NULL"
    ),
    "work came to rest": "SELECT 1 FROM outbox WHERE dead_at IS NOT NULL AND given_up_at IS NULL",
    "somebody left while the period was locked": "SELECT 1 FROM membership WHERE state = 'left'",
    "a refund came back": "SELECT 1 FROM refund WHERE state = 'returned'",
    "a refund waits for release": "SELECT 1 FROM refund WHERE state = 'due'",
    "a child moved to the next plan on a lock day": "SELECT 1 FROM deposit WHERE kind = 'moved_in'",
    "a member left a plan by age": "SELECT 1 FROM membership WHERE state = 'aged_out'",
    "somebody joined while the period was locked": (
        "SELECT 1 FROM membership m JOIN period p ON p.pool_id = m.pool_id "
        "WHERE m.joined_at > p.locked_at AND m.joined_at < p.settled_at AND m.join_seq = p.seq"
    ),
    # people
    "a member of another account was refused": "SELECT 1 FROM application WHERE state = 'refused'",
    "an application waits to be checked": "SELECT 1 FROM application WHERE state = 'to_be_checked'",
    "somebody was born on a leap day": "SELECT 1 FROM person WHERE birth_on LIKE '%-02-29' AND relation = 'self'",
    "two of a village joined in person, and one stopped on the way": (
        "SELECT 1 FROM invitation i JOIN application a ON a.account_id = i.account_id "
        "GROUP BY i.list_id HAVING SUM(a.state = 'accepted') = 2 AND SUM(a.state = 'invited') = 1"
    ),
    "somebody declined an invitation": "SELECT 1 FROM invitation WHERE state = 'declined'",
    "an invitation waits for its answer": "SELECT 1 FROM invitation WHERE state = 'invited'",
    "a list waits to be corrected": "SELECT 1 FROM member_list WHERE state = 'checked' AND bad = 3 AND good = 1",
    "a group waits to be admitted": "SELECT 1 FROM organiser_group WHERE state = 'asked'",
    # what members ask about themselves
    "a complaint was answered in time": "SELECT 1 FROM complaint WHERE state = 'answered'",
    "a complaint is overdue": "SELECT 1 FROM complaint WHERE state = 'open' AND due_on < '2026-11-22'",
    "a member was looked up": "SELECT 1 FROM look_up WHERE hits = 1",
    "a name was corrected, another one waits": (
        "SELECT 1 FROM person_correction a JOIN person_correction w WHERE a.state = 'accepted' AND w.state = 'asked'"
    ),
    "somebody took the own data along": "SELECT 1 FROM data_export WHERE state = 'ready'",
    # claims
    "a claim was refused by its dates": "SELECT 1 FROM decision WHERE verdict = 'refuse' AND clause = '3.1'",
    "evidence was asked for and brought": "SELECT 1 FROM claim_step WHERE move = 'answer'",
    "a recommendation was sent back": "SELECT 1 FROM claim_step WHERE move = 'send_back'",
    "an appeal was won": "SELECT 1 FROM claim_step WHERE from_state = 'appealed' AND to_state = 'approved'",
    "an appeal was lost": "SELECT 1 FROM claim_step WHERE from_state = 'appealed' AND move = 'refuse'",
    "an appeal was withdrawn": "SELECT 1 FROM claim_step WHERE move = 'withdraw_appeal'",
    "an objection was dismissed": "SELECT 1 FROM objection WHERE state = 'dismissed'",
    "an objection was admitted": "SELECT 1 FROM objection WHERE state = 'admitted'",
    "an objection became moot": "SELECT 1 FROM objection WHERE state = 'moot'",
    "an objection waits": "SELECT 1 FROM objection WHERE state = 'open'",
    "a case was deferred": "SELECT 1 FROM deferral WHERE to_period_id IS NOT NULL",
    "a published case was withdrawn": "SELECT 1 FROM removal WHERE cause = 'withdrawn'",
    "a claim was paid in three parts, up to its total": (
        "SELECT 1 FROM award a JOIN decision d ON d.claim_id = a.claim_id "
        "GROUP BY a.claim_id, d.amount_fen HAVING COUNT(*) = 3 AND SUM(a.amount_fen) = d.amount_fen"
    ),
    "a case settled with nothing": "SELECT 1 FROM claim WHERE state = 'closed_unpaid'",
    # rules
    "members agreed to version 2": "SELECT 1 FROM acknowledgement",
    "a claim is judged by version 1 although version 2 holds": (
        "SELECT 1 FROM claim c JOIN member_terms t ON t.id = c.member_terms_id "
        "JOIN rule_version v ON v.id = t.rule_version_id JOIN rule_version n ON n.plan_id = v.plan_id "
        "WHERE v.number = 1 AND n.number = 2 AND c.event_on >= n.valid_from"
    ),
    "a claim is judged by version 2": (
        "SELECT 1 FROM claim c JOIN member_terms t ON t.id = c.member_terms_id "
        "JOIN rule_version v ON v.id = t.rule_version_id WHERE v.number = 2"
    ),
}


@pytest.fixture(scope="module")
def read(told: Told) -> Iterator[Flask]:
    """The story, for looking only."""
    site = told.site()
    with site.app_context():
        yield site
    release(site)


def states(table: str) -> set[str]:
    return set(db.session.scalars(text(f"SELECT DISTINCT state FROM {table}")))


@pytest.mark.usefixtures("read")
def test_every_state_is_somewhere() -> None:
    assert states("claim") == set(claim_states.TABLE.states)
    # An approval lasts from the end of the objections to the settle day; the story ends within the objections.
    assert states("period") == set(period_states.TABLE.states) - {"checked", "approved"}
    assert states("bill") == set(reimbursement.BILLS.states)
    assert states("payout") == {"due", "released", "paid", "returned", "failed"}
    assert states("membership") == {
        "pending", "sharing", "left", "lapsed", "helped", "rescinded", "aged_out", "died",
    }  # fmt: skip
    assert states("refund") >= {"due", "paid", "returned"}
    assert states("application") >= {"accepted", "refused", "to_be_checked"}


@pytest.mark.usefixtures("read")
def test_no_bad_day_is_missing() -> None:
    missing = [what for what, asked in BAD_DAYS.items() if db.session.execute(text(asked)).first() is None]
    assert missing == []


@pytest.mark.usefixtures("read")
def test_each_plan_has_settled_two_years_worth_and_each_role_has_work() -> None:
    counted = dict(
        db.session.execute(
            text(
                "SELECT p.slug, count(*) FROM settlement s JOIN pool ON pool.id = s.pool_id "
                "JOIN plan p ON p.id = pool.plan_id GROUP BY p.slug"
            )
        ).all()
    )
    assert set(counted) == set(MAIN)
    assert min(counted.values()) >= 24
    assert len(db.session.scalars(db.select(Claim.id)).all()) >= 60
    assert len(CLAIMS) + len(PAST) >= 60
    assert {role for _, _, _, role in STAFF} == {
        "caseworker", "treasurer", "operator", "auditor", "investigator",
    }  # fmt: skip
    assert len({one.label for one in HOUSEHOLDS}) == len(HOUSEHOLDS)


@pytest.mark.usefixtures("read")
def test_shares_follow_what_was_approved_and_the_index_only_grows() -> None:
    rows = db.session.scalars(db.select(Settlement).order_by(Settlement.pool_id, Settlement.seq)).all()
    assert all(row.index_after_fen - row.index_before_fen == row.share_fen for row in rows)
    shared = [row for row in rows if row.cases]
    assert all(row.share_fen > 0 for row in shared)
    assert all(row.share_fen == 0 for row in rows if not row.cases and not row.unpaid_fen)


@pytest.mark.usefixtures("read")
def test_the_books_agree_at_the_end() -> None:
    wrong = [f"{question.name}: {row}" for question in selfcheck.check() for row in question.rows]
    assert not wrong, "\n".join(wrong)


def test_the_same_seed_begins_with_the_same_facts_on_either_database(read: Flask, own_app: Flask) -> None:
    stated = db.select(Fact.type, Fact.about, Fact.body).order_by(Fact.id)
    told = stated.where(Fact.type != "dataset")  # public files are written where a story ends, not on its way
    with read.app_context():
        whole = [tuple(row) for row in db.session.execute(told)]
    tell_on(own_app, stop=plot.times(_calendar(), UNTIL).periods[2].publication_day)
    with own_app.app_context():
        beginning = [tuple(row) for row in db.session.execute(told)]
        assert [(question.name, question.rows) for question in selfcheck.check() if question.rows] == []
    assert len(beginning) > 100
    assert whole[: len(beginning)] == beginning


def _calendar() -> Calendar:
    return read_preset("young-cancer").pool.calendar


def test_the_days_are_counted_from_the_newest_period() -> None:
    days = plot.times(_calendar(), dt.date(2026, 11, 23))
    assert days.end == dt.date(2026, 11, 22)
    assert len(days.periods) == plot.OPEN + 1
    assert plot.times(_calendar(), dt.date(2026, 11, 6)).end == dt.date(2026, 10, 22)
    assert (days.in_force - days.announced).days >= 30
