"""A document from a telephone: the line breaks three times, and nothing that had arrived is sent again."""

from __future__ import annotations

import datetime as dt
import io
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from app.db import db
from app.models import Arrival, ArrivalPiece, Claim, Evidence
from tests.domain.plan_files import plan as rules_of
from tests.journeys import people, stage
from tests.journeys.stage import Claimant
from tests.journeys.walker import Walker

LIN = Claimant()
EVENT = dt.date(2026, 8, 3)
REPORT = "pathology_report"
LINE = [kind.key for kind in rules_of(stage.SLUG).member.checklist].index(REPORT) + 1
CUTS = (300_000, 450_000, 450_000)
"""After so many bytes each the line breaks."""
ONE_UNDER_WAY = (
    "%(num)s file is still arriving or being checked. You can hand in once it is uploaded, or once you remove it; "
    "nothing is lost."
)
MANY_UNDER_WAY = (
    "%(num)s files are still arriving or being checked. You can hand in once they are uploaded, or once you remove "
    "them; nothing is lost."
)


class Line:
    """The line from a telephone to the server: it breaks after so many bytes, and stays broken until it is mended."""

    def __init__(self, address: str) -> None:
        self.there = urlsplit(address)
        self.left: int | None = None
        """How many bytes it still carries to the server; None for as many as come."""
        self.broken = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def mend(self, *, breaks_after: int | None = None) -> None:
        self.left = breaks_after
        self.broken.clear()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                here, _from = self.listening.accept()
                if self.broken.is_set():
                    here.close()
                    continue
                there = socket.create_connection((str(self.there.hostname), int(self.there.port or 0)))
                for ends in ((here, there, True), (there, here, False)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, counts: bool) -> None:  # noqa: FBT001 -- a thread
        with suppress(OSError):
            while (piece := source.recv(8192)) and not self.broken.is_set():
                target.sendall(piece)
                if counts and self.left is not None:
                    self.left -= len(piece)
                    if self.left <= 0:
                        self.broken.set()
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                end.close()


@pytest.fixture
def line(live_server: str) -> Iterator[Line]:
    broken = Line(live_server)
    yield broken
    broken.listening.close()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], line: Line) -> Iterator[Page]:
    """A browser of 360 pixels at the end of that line; an error of its scripts fails the test."""
    errors: list[str] = []
    screen = {"width": 360, "height": 780}
    page = new_context(base_url=line.address, viewport=screen, has_touch=True, is_mobile=True).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert not errors


def test_a_document_that_was_cut_three_times_arrives_is_checked_and_handed_in(  # noqa: PLR0913, PLR0917 -- fixtures
    app: Flask, line: Line, phone: Page, locale: str, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    stage.open_house(app, locale)
    stage.let_join(app, LIN, locale)
    ref = stage.let_draft(app, LIN, EVENT, locale, without=(REPORT,))
    with stage.inside(app):
        stage.set_clock(stage.noon(EVENT))
    page, claimant = phone, Walker(phone, locale)
    say = claimant.say
    people.sign_in(claimant, LIN.email, towards=f"/claims/{ref}/documents/{LINE}")
    photo = tmp_path / "病理报告.jpg"
    photo.write_bytes(grainy_photo())
    size = photo.stat().st_size
    sent = sent_in_pieces(page)
    expect(claimant.field("Take a photo")).to_be_visible()
    expect(claimant.field("Take a photo")).to_have_attribute("capture", "environment")
    line.mend(breaks_after=CUTS[0])
    choose_and_send(claimant, photo)
    is_told_of_the_cut(claimant, line)
    line.mend(breaks_after=CUTS[1])  # it goes on by itself
    is_told_of_the_cut(claimant, line)
    line.mend()
    page.reload()  # the page was closed, and is opened again
    expect(page.locator("#here [data-state=arriving]")).to_contain_text("病理报告.jpg")
    line.mend(breaks_after=CUTS[2])
    choose_and_send(claimant, photo)
    is_told_of_the_cut(claimant, line)
    line.mend()
    axe(page)
    expect(page.locator("#sending")).to_contain_text(say("Being checked"), timeout=20_000)
    assert len(sent) > len(CUTS), "each cut begins a new piece"
    with stage.inside(app):
        row = db.session.scalars(db.select(Arrival)).one()
        assert (row.state, row.received_bytes) == ("checking", size)
        assert sum(db.session.scalars(db.select(ArrivalPiece.size_bytes))) == size, "nothing came twice"
    other = Walker(page.context.new_page(), locale)
    other.go(f"/claims/{ref}/submission")
    other.reads(other.count(ONE_UNDER_WAY, MANY_UNDER_WAY, 1))
    stage.a_worker_looks(app)
    expect(page.locator("#sending")).to_contain_text(say("Uploaded"), timeout=15_000)
    expect(page.locator("#files")).to_contain_text("病理报告.jpg", timeout=15_000)
    expect(page.locator("#here [data-arrival]")).to_have_count(0)
    hand_in(claimant, ref)
    with stage.inside(app):
        claim = db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
        document = db.session.scalars(db.select(Evidence).where(Evidence.kind == REPORT)).one()
        assert (claim.state, document.claim_id, document.size_bytes) == ("submitted", claim.id, size)


def choose_and_send(claimant: Walker, file: Path) -> None:
    claimant.page.locator("#documents").set_input_files(file)
    claimant.press("Send the files")


def is_told_of_the_cut(claimant: Walker, line: Line) -> None:
    assert line.broken.wait(20)
    said = "The connection is gone. It goes on by itself when it is back; you may also close this page."
    claimant.told(claimant.say(said))


def grainy_photo() -> bytes:
    """A photograph of about a megabyte and a half, as the grain of a telephone's camera makes it."""
    held = io.BytesIO()
    Image.effect_noise((1400, 1800), 60).convert("RGB").save(held, "JPEG", quality=85)
    return held.getvalue()


def sent_in_pieces(page: Page) -> list[str]:
    """Where each request that carries a piece says that it begins."""
    offsets: list[str] = []
    page.on("request", lambda one: offsets.append(one.headers["upload-offset"]) if one.method == "PATCH" else None)
    return offsets


def hand_in(claimant: Walker, ref: str) -> None:
    claimant.go(f"/claims/{ref}")
    claimant.follow("Check and hand in")
    claimant.arrives("Check and hand in")
    claimant.tick(claimant.say("What I have entered and brought is true and complete as far as I know."))
    claimant.press("Hand the claim in")
    claimant.page.wait_for_url(re.compile(rf"/claims/{ref}\b(?!/submission)"))
