"""The public log as people read it and as strangers' tools fetch it; whatever is not there is said in a sentence."""

from __future__ import annotations

import ast
import base64
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.domain import checkpoints, merkle, notes, tiles
from app.jobs import numbering
from app.services import facts
from app.services.public_log import files, signing
from app.web.words_log import KINDS, PARTS
from tests.fixtures.application import ROOT
from tests.publiclog import log_story as story

NEITHER = {"v", "type", "hash"}


@pytest.fixture
def log(app: Flask) -> int:
    """A log of several tiles, in two checkpoints; its size."""
    with app.app_context():
        return story.grow(300, 320)[-1].size


def test_before_the_first_entry_the_log_says_so(client: FlaskClient) -> None:
    page = client.get("/log", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Nothing stands in the public log yet" in page.text
    for path in ("/log/checkpoint", "/log/proof/0", "/log/entry/0", "/log/entry/0.json", "/log/tile/0/000.p/1"):
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 404, path


def test_the_page_says_how_far_it_is_and_leads_to_every_entry(client: FlaskClient, log: int) -> None:
    page = client.get("/log", headers={"Accept-Language": "en"})
    assert "621" in page.text
    assert f'href="/log/entry/{log - 1}"' in page.text
    assert "juntan.example/log" in page.text
    last = client.get("/log?page=21", headers={"Accept-Language": "en"})
    assert 'href="/log/entry/0"' in last.text
    assert client.get("/log?page=22").status_code == 404
    assert client.get("/log?page=x").status_code == 404
    assert "公开日志" in client.get("/log", headers={"Accept-Language": "zh"}).text


def test_what_happened_last_is_not_buried_under_the_files_it_led_to(app: Flask, client: FlaskClient, log: int) -> None:
    with app.app_context():
        with transaction():
            for number in range(40):
                facts.state("dataset", f"latest/{number}.csv", at=story.AT, period="", sha256="", bytes=0, rows=0)
        story.number()
    first = client.get("/log", headers={"Accept-Language": "en"}).text
    assert f'href="/log/entry/{log - 1}"' in first
    assert f'href="/log/entry/{log + 39}"' not in first
    assert 'href="/log?page=1"' in first
    assert f'href="/log/entry/{log + 39}"' in client.get("/log?page=1", headers={"Accept-Language": "en"}).text


def test_an_entry_is_told_in_words_with_its_proof(client: FlaskClient, log: int) -> None:
    page = client.get("/log/entry/7", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Paid to a family" in page.text
    assert "¥7.00" in page.text
    assert 'href="/log/proof/7"' in page.text
    assert f"of <b>{log}</b>" in page.text
    raw = client.get("/log/entry/7.json")
    assert json.loads(raw.data)["amount_fen"] == 700
    beyond = client.get(f"/log/entry/{log}", headers={"Accept-Language": "en"})
    assert beyond.status_code == 404
    assert f"The public log has {log} entries, numbered from 0 to {log - 1}." in beyond.text


def test_a_stranger_verifies_an_entry_with_what_is_served_alone(client: FlaskClient, log: int) -> None:
    key = notes.parse_vkey(client.get("/log/vkey").text.strip())
    served = client.get("/log/proof/400")
    assert served.headers["Content-Disposition"] == 'attachment; filename="juntan-log-400.tlog-proof"'
    proof = checkpoints.parse_proof(served.text)
    note = notes.parse(proof.checkpoint)
    assert signing.is_signed(note, key)
    signed = checkpoints.parse(note.text)
    leaf = merkle.leaf_hash(client.get("/log/entry/400.json").data)
    merkle.verify_inclusion(leaf, proof.index, signed.size, proof.hashes, signed.root)
    assert client.get("/log/checkpoint").text == proof.checkpoint
    shown = [base64.b64decode(line) for line in client.get(f"/log/consistency/301/{log}").text.split()]
    hashes = [leaf for where in range(3) for leaf in served_leaves(client, where, log)]
    merkle.verify_consistency(301, story.root(hashes[:301]), log, signed.root, shown)
    assert story.root(hashes) == signed.root


def served_leaves(client: FlaskClient, number: int, size: int) -> list[bytes]:
    """The hashes of a bundle of entries, and that the tile beside it says the same."""
    width = tiles.width_at(size, 0, number)
    bundle = client.get("/log/" + tiles.Tile(tiles.ENTRIES, number, width).path())
    leaves = [merkle.leaf_hash(entry) for entry in tiles.unbundled(bundle.data)]
    assert tiles.cut(client.get("/log/" + tiles.Tile(0, number, width).path()).data) == leaves
    return leaves


def test_tiles_come_from_the_files_and_are_the_same_without_them(app: Flask, client: FlaskClient, log: int) -> None:
    paths = [tile.path() for tile in (*tiles.tiles_at(log), *tiles.bundles_at(log), *tiles.tiles_at(400))]
    from_database = [client.get(f"/log/{path}").data for path in paths]
    with app.app_context():
        files.publish()
        files.write("log/tile/0/000", b"the file itself")
    for path, expected in zip(paths, from_database, strict=True):
        with client.get(f"/log/{path}") as answer:
            assert answer.data == (b"the file itself" if path == "tile/0/000" else expected)
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            kept = "public, max-age=3600" if ".p/" in path else "public, max-age=31536000, immutable"
            assert answer.headers["Cache-Control"] == kept
    assert client.get("/log/checkpoint").headers["Cache-Control"] == "public, max-age=5"
    known = client.get("/log/checkpoint").headers["ETag"]
    assert client.get("/log/checkpoint", headers={"If-None-Match": known}).status_code == 304


@pytest.mark.usefixtures("log")
def test_what_is_not_there_is_said_in_a_sentence(client: FlaskClient) -> None:
    for path, said in {
        "/log/tile/0/003": "621 entries has no tile/0/003",
        "/log/tile/0/002.p/110": "has no tile/0/002.p/110",
        "/log/tile/0/2": "is not the path of a tile",
        "/log/tile/0/001.p/0": "is not the path of a tile",
        "/log/tile/../../etc/passwd": "is not the path of a tile",
        "/log/tile/entries/x999/999": "has no tile/entries/x999/999",
        "/log/tile/0/%00": "is not the path of a tile",
        "/log/proof/621": "numbered from 0 to 620",
        "/log/entry/999999999999.json": "numbered from 0 to 620",
        "/log/consistency/5/622": "does not begin with one of 5",
        "/log/consistency/6/5": "The log of 5 entries does not begin with one of 6",
    }.items():
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.mimetype) == (404, "text/plain"), path
        assert said in answer.text, path
        assert "Traceback" not in answer.text
    for path in ("/log/entry/007", "/log/entry/-1", "/log/proof/x", "/log/consistency/1", "/log/tile/" + "9" * 200):
        assert client.get(path).status_code == 404, path


def test_every_kind_of_fact_the_house_states_has_its_words(app: Flask, client: FlaskClient) -> None:
    stated, parts = kinds_and_parts()
    assert stated - set(KINDS) == set()
    assert parts - set(PARTS) - NEITHER == set()
    assert len(stated) > 25, "the source is read at all"
    with app.app_context(), transaction():
        for kind in sorted(KINDS):
            facts.state(kind, "young-cancer-2026-09-1", at=story.AT, plan="young-cancer", reason="because")
    with app.app_context():
        story.number()
    for number in range(len(KINDS)):
        for language in ("en", "zh"):
            page = client.get(f"/log/entry/{number}", headers={"Accept-Language": language})
            assert page.status_code == 200
            assert "because" in page.text


@pytest.mark.usefixtures("log")
def test_a_log_of_another_address_stands_still_and_its_page_says_so(app: Flask, client: FlaskClient) -> None:
    app.config["LOG_ORIGIN"] = "other.example/log"
    with app.app_context():
        story.state(1)
        assert numbering.number(story.AT) == []
    page = client.get("/log", headers={"Accept-Language": "en"})
    assert "The log stands still" in page.text
    assert "It was begun as juntan.example/log, and this site now calls itself other.example/log." in page.text
    app.config["LOG_ORIGIN"] = "juntan.example/log"
    with app.app_context():
        assert numbering.number(story.AT) == ["public log: 1 facts numbered"]
    assert "The log stands still" not in client.get("/log", headers={"Accept-Language": "en"}).text


def kinds_and_parts() -> tuple[set[str], set[str]]:
    """Every literal type and every named part of facts.state in the source."""
    stated, parts = {"expired", "takedown", "postponed", "cancelled"}, set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "facts.state"):
                continue
            if isinstance(node.args[0], ast.Constant):
                stated.add(node.args[0].value)
            parts |= {keyword.arg for keyword in node.keywords if keyword.arg}
    return stated, parts
