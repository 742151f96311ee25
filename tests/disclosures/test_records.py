"""What proves a period and a case to a stranger, and that every way to read a period tells the same sums."""

import csv
import io
import re

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Fact, LogEntry, Objection, Period, RefusalCount, Settlement, SettlementAward
from app.services import figures, vault
from app.services.objections import TEXT
from app.services.selfcheck import periods as questions_of_periods
from app.web import qr
from app.web.filters import amount, money
from tests.disclosures import story
from tests.disclosures.test_periods import SETTLED, case_refs, words

NAME = "young-cancer-2026-09-2"


def entry_of(type_: str, about: str) -> int:
    return db.session.scalars(
        db.select(LogEntry.number)
        .join(Fact, Fact.id == LogEntry.fact_id)
        .where(Fact.type == type_, Fact.about == about)
    ).one()


def test_a_period_shows_root_entries_proof_files_and_a_code_to_scan(told_once: Flask, visitor: FlaskClient):
    with told_once.app_context():
        locked, settled = entry_of("members-locked", NAME), entry_of("settlement", NAME)
    page = visitor.get(SETTLED).text
    for number in (locked, settled):
        assert f'href="/log/entry/{number}"' in page
        assert f'href="/log/proof/{number}"' in page
        assert visitor.get(f"/log/proof/{number}").status_code == 200
    root = re.search(r"Root of the count.*?<code>([0-9a-f ]+)</code>", page, re.DOTALL)
    assert root is not None
    assert f'"root":"{root[1].replace(" ", "")}"' in visitor.get(f"/log/entry/{locked}.json").text
    assert qr.qr_code(f"http://localhost/verify?said={NAME}", "").path in page
    assert f'href="/verify?said={NAME}"' in page
    assert "Yes, it stands in the public log" in visitor.get(f"/verify?said={NAME}").text


def test_a_case_shows_its_entry_and_how_objections_to_it_ended(told: Flask, changer: FlaskClient):
    with told.app_context():
        ref = case_refs()[0]
        number = entry_of("disclosure", ref)
        with transaction():
            case_id = db.session.scalar(db.text("SELECT id FROM published_case ORDER BY id LIMIT 1"))
            db.session.add(
                Objection(
                    case_id=case_id, period_id=story.period(NAME).id, filed_at=story.TODAY, sender_hash=b"x",
                    text_sealed=vault.seal("I know this person", purpose=TEXT), state="dismissed",
                    answered_at=story.TODAY, answered_by=story.organiser().id, public_reason="Nothing in it.",
                )
            )  # fmt: skip
    page = changer.get(f"/cases/{ref}").text
    assert f'href="/log/entry/{number}"' in page
    assert f'href="/log/proof/{number}"' in page
    said = words(page)
    assert "Nothing in it." in said
    assert "dismissed" in said
    assert "I know this person" not in said


def test_refusals_are_told_by_chapter_and_add_up(told: Flask, changer: FlaskClient):
    assert "Refusals by the chapter" not in words(changer.get(SETTLED).text)
    with told.app_context(), transaction():
        period = story.period(NAME)
        period.received = {"received": 12, "approved": 3, "refused": 8, "withdrawn": 1, "open": 0}
        db.session.flush()
        for group, number in (("other", 2), ("5", 6)):
            db.session.add(RefusalCount(period_id=period.id, clause_group=group, number=number))
    said = words(changer.get(SETTLED).text)
    assert "received 12" in said
    assert "chapter 5 6 other 2 refused 8" in said
    assert "do not add up" not in said
    with told.app_context():
        assert list(questions_of_periods.claims_add_up()) == []


def test_counts_that_do_not_add_up_are_said_and_found(told: Flask, changer: FlaskClient):
    with told.app_context(), transaction():
        story.period(NAME).received = {"received": 9, "approved": 3, "refused": 3, "withdrawn": 1, "open": 0}
    said = words(changer.get(SETTLED).text)
    assert "These counts do not add up." in said
    with told.app_context():
        assert list(questions_of_periods.claims_add_up()) == [f"{NAME}: 9 claims received, 7 told"]


def test_home_plan_page_period_table_and_feed_tell_one_sum(told_once: Flask, visitor: FlaskClient):
    with told_once.app_context():
        settled = db.session.scalars(
            db.select(Settlement).join(Period, Period.id == Settlement.period_id).where(Period.name == NAME)
        ).one()
        received = db.session.scalar(
            db.select(db.func.sum(SettlementAward.shared_fen)).where(SettlementAward.seq == settled.seq)
        )
        together = figures.together().shared_fen
        share, cases = settled.share_fen, settled.cases
    for address in ("/", "/plans/young-cancer", SETTLED):
        assert amount(share) in visitor.get(address).text, address
    assert money(together) in visitor.get("/").text
    table = csv.DictReader(io.StringIO(visitor.get("/disclosures/periods.csv").text))
    row = next(one for one in table if one["period"] == NAME)
    assert (int(row["share_fen"]), int(row["cases"])) == (share, cases)
    rows = [
        one for one in csv.DictReader(io.StringIO(visitor.get("/disclosures/cases.csv").text)) if one["period"] == NAME
    ]
    assert sum(int(one["received_fen"]) for one in rows) == received
    assert len(rows) == cases
    read = feedparser.parse(visitor.get("/disclosures/periods.atom").data)
    entry = next(one for one in read.entries if one.link.endswith(NAME))
    assert money(share) in entry.summary
    assert all(one["log_index"] for one in rows)


@pytest.mark.parametrize("kind", ["atom", "json", "csv"])
def test_feeds_of_a_plan_that_nobody_shares_are_empty_and_sound(visitor: FlaskClient, kind: str):
    answer = visitor.get(f"/disclosures/cases.{kind}?plan=accident")
    assert answer.status_code == 200
    refused = visitor.get(f"/disclosures/cases.{kind}?plan=nothing")
    assert refused.status_code == 422
    assert "There is no such plan. Choose one of the list." in words(refused.text)
    if kind != "csv":
        again = visitor.get(
            f"/disclosures/cases.{kind}?plan=accident", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
