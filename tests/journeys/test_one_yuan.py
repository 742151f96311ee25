"""One yuan is followed from a member's balance to the payout it became, and everything on the way is verified.

First with nothing but a browser; then offline, with the downloaded archive and the program that lies in it.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.db import db
from app.models import Account, Case, Membership, Payout, Period, Person, Settlement
from tests.journeys.walker import PATIENCE, Walker

pytestmark = pytest.mark.journey
MEMBER = "member-1"


@pytest.fixture
def app(story: Flask) -> Flask:
    """The application on a copy of the story."""
    return story


@pytest.fixture
def way(app: Flask) -> dict[str, str]:
    """The last settled period that the member shared in and whose case was paid: what the way leads through."""
    with app.app_context():
        found = db.session.execute(
            db.select(Membership.ref, Period.name, Case.ref, Settlement.share_fen)
            .join(Account, Membership.account_id == Account.id)
            .join(Person, Membership.person_id == Person.id)
            .join(Period, Period.pool_id == Membership.pool_id)
            .join(Settlement, Settlement.period_id == Period.id)
            .join(Case, Case.period_id == Period.id)
            .join(Payout, Payout.award_id == Case.award_id)
            .where(Account.demo_label == MEMBER, Person.relation == "self", Membership.state == "sharing")
            .where(Payout.state == "paid", Settlement.seq > Membership.join_seq, Settlement.share_fen > 0)
            .order_by(Period.id.desc())
        ).first()
        assert found is not None
        ref, name, case, share_fen = found
        return {"membership": ref, "period": name, "case": case, "share": f"{share_fen / 100:.2f}"}


def along(walker: Walker, address: str) -> None:
    """Follow the link on this page that leads there; it must be there to be seen."""
    link = walker.page.locator(f"main a[href='{address}']").first
    if not link.is_visible():  # what is folded is opened as a reader would
        walker.page.locator("main details").filter(has=link).locator("summary").first.click()
    link.click()
    walker.page.wait_for_url(f"**{address.partition('#')[0]}*")


def fetched(walker: Walker, address: str) -> bytes:
    """The file behind an address, as this visitor gets it."""
    answer = walker.page.context.request.get(address)
    assert answer.status == 200, address
    return answer.body()


@pytest.mark.parametrize("browser_with", [{}, {"java_script_enabled": False}], ids=["scripts", "no-scripts"])
def test_one_yuan_is_followed_from_a_balance_to_a_payout_and_verified_there_and_offline(
    new_page: Callable[..., Page], locale: str, browser_with: dict[str, bool], way: dict[str, str], tmp_path: Path
) -> None:
    walker = Walker(new_page(**browser_with), locale, scripts=not browser_with)
    walker.go("/demo")
    walker.press("Be %(name)s", name="林岚")
    walker.go(f"/me/{way['membership']}")
    along(walker, f"/me/{way['membership']}/statement")
    walker.reads(way["share"])

    along(walker, f"/disclosures/{way['period']}")
    walker.reads(way["share"])
    along(walker, f"/cases/{way['case']}")
    paid = walker.page.locator("main a[href^='/log/entry/']").last
    paid.click()
    walker.reads(way["case"])

    walker.go(f"/me/{way['membership']}/counted/{way['period']}")
    mine = fetched(walker, f"/me/{way['membership']}/counted/{way['period']}/proof")
    along(walker, "/verify")
    walker.page.locator("input[type=file]").set_input_files(
        {"name": "proof.json", "mimeType": "application/json", "buffer": mine}
    )
    walker.press("Check it")
    answer = walker.page.locator("#answer")
    expect(answer).to_contain_text(way["period"], timeout=PATIENCE)
    expect(answer).to_contain_text(way["share"])

    walker.go("/open-data")
    archive = walker.page.locator("main a[href$='.zip']").first.get_attribute("href")
    assert archive is not None
    with zipfile.ZipFile(io.BytesIO(fetched(walker, archive))) as opened:
        opened.extractall(tmp_path / "downloaded")
    (tmp_path / "mine.json").write_bytes(mine)
    told = offline(tmp_path / "downloaded", "--member", str(tmp_path / "mine.json"))
    assert told.returncode == 0, told.stdout + told.stderr
    assert way["period"] in told.stdout


def offline(folder: Path, *wishes: str) -> subprocess.CompletedProcess[str]:
    """What the downloaded program says of the downloaded folder, in an empty place of its own."""
    return subprocess.run(
        [sys.executable, str(folder / "verify.py"), str(folder), *wishes],
        capture_output=True, text=True, check=False, cwd=folder, env={},
    )  # fmt: skip
