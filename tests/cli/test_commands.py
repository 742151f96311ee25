"""An operator at the command line: rule files are checked and published, the ledger answers."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.db import db, transaction
from app.domain.signatures import HEADER, check
from app.models import Plan, RuleVersion
from app.payment_settings import PaymentSettings
from app.web import clock

ROOT = Path(__file__).resolve().parents[2]
YOUNG_CANCER = ROOT / "app" / "presets" / "rules" / "young-cancer" / "1.toml"


def run(app: Flask, *words: str):
    """What a command answers, as the operator reads it."""
    return app.test_cli_runner().invoke(args=list(words))


def test_a_sound_rule_file_is_published_once_and_opens_its_plan(app: Flask) -> None:
    answer = run(app, "rules", "publish", str(YOUNG_CANCER), "--from", "2026-12-01")
    assert answer.exit_code == 0, answer.output
    assert "young-cancer version 1 holds from 2026-12-01" in answer.output
    with app.app_context():
        version = db.session.scalars(db.select(RuleVersion)).one()
        assert version.fingerprint in answer.output
        assert db.session.scalars(db.select(Plan.slug)).all() == ["young-cancer"]
    again = run(app, "rules", "publish", str(YOUNG_CANCER), "--from", "2027-01-01")
    assert again.exit_code == 1
    assert "the next version of young-cancer is 2" in again.output


def test_a_second_version_waits_for_its_notice_days(app: Flask, tmp_path: Path) -> None:
    run(app, "rules", "publish", str(YOUNG_CANCER), "--from", "2026-12-01")
    second = tmp_path / "2.toml"
    second.write_text(YOUNG_CANCER.read_text(encoding="utf-8").replace("number = 1", "number = 2", 1), encoding="utf-8")
    answer = run(app, "rules", "publish", str(second), "--from", "2026-12-02")
    assert answer.exit_code == 1
    assert "notice is too short" in answer.output


def test_a_rule_file_that_promises_is_refused_with_the_line_in_either_language(app: Flask, tmp_path: Path) -> None:
    text = YOUNG_CANCER.read_text(encoding="utf-8")
    broken = tmp_path / "promise.toml"
    broken.write_text(
        text.replace("all share, up to 300,000 yuan.", "we promise 300,000 yuan, guaranteed.").replace(
            "一人患癌，众人均摊，最高 300,000 元。", "一人患癌，承诺赔付 300,000 元。"
        ),
        encoding="utf-8",
    )
    answer = run(app, "rules", "publish", str(broken), "--from", "2026-12-01")
    assert answer.exit_code == 1
    for place in (
        "promise.toml:10: summary.en: says “guaranteed” in “",
        "promise.toml:10: summary.en: promises: “promise” in “",
        "promise.toml:9: summary.zh: says “赔付” in “",
        "promise.toml:9: summary.zh: promises: “承诺” in “18 至 50 周岁的抗癌互助：一人患癌，承诺赔付 300,000 元。”",
    ):
        assert place in answer.output
    with app.app_context():
        assert db.session.scalars(db.select(RuleVersion.id)).all() == []


def test_every_wrong_place_of_a_rule_file_is_named_with_file_and_key(app: Flask, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(
        YOUNG_CANCER.read_text(encoding="utf-8")
        .replace("waiting_days = 180", "waiting_days = true", 1)
        .replace("amount_fen = 20_000_000", 'amount_fen = "many"', 1),
        encoding="utf-8",
    )
    answer = run(app, "rules", "check", str(broken))
    assert answer.exit_code == 1
    assert "broken.toml: member.waiting_days:" in answer.output
    assert "broken.toml:57: member.benefits.2.amount_fen:" in answer.output
    assert run(app, "rules", "publish", str(broken), "--from", "2026-12-01").exit_code == 1
    with app.app_context():
        assert db.session.scalars(db.select(RuleVersion.id)).all() == []


def test_the_ledger_check_ends_with_1_and_the_rows_when_a_question_is_not_empty(app: Flask) -> None:
    run(app, "rules", "publish", str(YOUNG_CANCER), "--from", "2026-12-01")
    answer = run(app, "ledger", "check")
    assert answer.exit_code == 0, answer.output
    assert "all empty" in answer.output
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE pool_counter SET members = members + 1 WHERE slot = 0"))
    answer = run(app, "ledger", "check")
    assert answer.exit_code == 1
    assert "counters-are-the-rows: 1" in answer.output
    assert "young-cancer" in answer.output


def test_the_story_is_told_into_an_empty_house_only(app: Flask) -> None:
    run(app, "rules", "publish", str(YOUNG_CANCER), "--from", "2026-12-01")
    answer = run(app, "demo", "load")
    assert answer.exit_code == 1
    assert "not empty" in answer.output


def test_a_tick_without_plans_finds_nothing_to_do_but_to_tidy_up_once(app: Flask) -> None:
    assert run(app, "tick").exit_code == 0
    answer = run(app, "tick")
    assert (answer.exit_code, answer.output) == (0, "")


def test_a_delivery_is_signed_with_the_newest_secret_or_says_what_to_set(app: Flask, tmp_path: Path) -> None:
    body = tmp_path / "news.json"
    body.write_bytes(b'{"id": "evt-1"}')
    refused = run(app, "payments", "sign", str(body))
    assert refused.exit_code == 1
    assert "JUNTAN_PAYMENTS=webhook" in refused.output
    app.config["PAYMENTS"] = PaymentSettings("webhook", secrets=(b"the newest", b"the one before"))
    answer = run(app, "payments", "sign", str(body))
    assert answer.exit_code == 0, answer.output
    name, _, header = answer.output.strip().partition(": ")
    assert name == HEADER
    check(header, body.read_bytes(), (b"the newest",), at=clock.real_now())
