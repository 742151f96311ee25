"""docs/bad-days.md is kept true: each row names a page that exists, a sentence the site really says, and a test."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from tests.fixtures.application import ROOT

DOCUMENT = ROOT / "docs" / "bad-days.md"
ROW = re.compile(r"^\| (?P<day>[^|]+) \| (?P<page>[^|]+) \| (?P<sentence>[^|]+) \| [^|]+ \| (?P<test>[^|]+) \|$")
PAGE = re.compile(r"`(/[^`]*)`")
TEST = re.compile(r"`(tests/[^`]+\.py)::(test_[a-z0-9_]+)`")
SAID = re.compile(r"“([^”]+)”")
HELD = re.compile(r"%\(\w+\)[sd]|</?\w+>")


@dataclass(frozen=True, slots=True)
class Row:
    """One bad day of the document."""

    day: str
    pages: tuple[str, ...]
    sentences: tuple[str, ...]
    tests: tuple[tuple[str, str], ...]


def rows() -> list[Row]:
    found = [ROW.match(line) for line in DOCUMENT.read_text(encoding="utf-8").splitlines()]
    return [
        Row(
            match["day"].strip(),
            tuple(PAGE.findall(match["page"])),
            tuple(SAID.findall(match["sentence"])),
            tuple(TEST.findall(match["test"])),
        )
        for match in found
        if match and not match["day"].startswith(("The day", "---"))
    ]


@cache
def sentences() -> tuple[str, ...]:
    """Every English sentence of the site, placeholders and tags as an ellipsis or nothing."""
    with (ROOT / "app/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="zh")
    said = []
    for message in catalogue:
        forms = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        said += [HELD.sub(lambda held: "…" if held.group().startswith("%") else "", form) for form in forms]
    return tuple(said)


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_document_has_a_row_for_each_day():
    assert len(rows()) > 60
    for row in rows():
        assert row.sentences, f"{row.day}: names no sentence"
        assert row.tests, f"{row.day}: names no test"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.day[:60])
def test_each_row_names_a_sentence_of_the_site_and_a_test_that_is_there(row: Row):
    for sentence in row.sentences:
        assert any(sentence in said for said in sentences()), f"nobody says: {sentence}"
    for path, name in row.tests:
        assert (ROOT / path).exists(), path
        assert name in functions(path), f"{path} has no {name}"


def test_each_page_that_is_named_is_there(app: Flask):
    known = {re.sub(r"<[^>]*>", "<>", rule.rule) for rule in app.url_map.iter_rules()}
    named = {page for row in rows() for page in row.pages}
    assert not {page for page in named if re.sub(r"<[^>]*>", "<>", page) not in known}
