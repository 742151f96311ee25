"""The files of the public log and two that write them: nothing signed is taken back, whoever comes late or is older."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain import checkpoints
from app.jobs import numbering
from app.services.public_log import files, reading, signing
from app.services.public_log.files import LogIsOlder
from tests.publiclog import log_story as story
from tests.services.test_public_log import folder

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_whoever_waited_for_another_that_wrote_a_later_checkpoint_takes_nothing_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.grow(3)
    alone = files._alone

    def another() -> None:
        with app.app_context():
            story.grow(5)
            monkeypatch.setattr(files, "_alone", alone)
            files.publish()

    @contextlib.contextmanager
    def waiting() -> Iterator[None]:
        other = threading.Thread(target=another)
        other.start()
        other.join()
        with alone():
            yield

    monkeypatch.setattr(files, "_alone", waiting)
    files.publish()
    whole = folder()
    latest = reading.latest()
    assert latest is not None
    assert whole["checkpoint"].decode() == latest.note
    assert "tile/0/000.p/9" in whole


def test_a_database_restored_from_an_older_copy_signs_no_second_history(client: FlaskClient) -> None:
    story.grow(3)
    files.publish()
    later = signing.sign(checkpoints.Checkpoint(signing.origin(), 40, bytes(32)).text()).encode()
    files.write("log/checkpoint", later)
    story.state(1, first=90)
    with pytest.raises(LogIsOlder, match="checkpoint of 40 entries, and this database, with 4,"):
        story.number()
    assert numbering.number(story.AT) == []
    assert numbering.publish() == []
    assert (reading.size(), reading.waiting()) == (4, 1)
    assert folder()["checkpoint"] == later, "what was signed stays for everybody to see"
    assert "its database is an older copy" in client.get("/log", headers={"Accept-Language": "en"}).text
    files.remove("log/checkpoint")
    assert story.number() == 1
    assert "older copy" not in client.get("/log", headers={"Accept-Language": "en"}).text
