"""docs/bad-days.md is kept true: each row names a page that exists, a sentence the site really says, and a test."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from app.web.sentences import NAMED
from tests.fixtures.application import ROOT

DOCUMENT = ROOT / "docs" / "bad-days.md"
LEAST = 8
"""So many letters of a sentence are not there by chance."""
ROW = re.compile(
    r"^\| (?P<day>[^|]+) \| (?P<page>[^|]+) \| (?P<sentence>[^|]+) \| (?P<status>[^|]+) \| (?P<test>[^|]+) \|$"
)
PAGE = re.compile(r"`(/[^`]*)`")
TEST = re.compile(r"`(tests/[^`]+\.py)::(test_[a-z0-9_]+)`")
SAID = re.compile(r"“([^”]+)”")
STATUS = re.compile(r"\b4\d\d\b")
HELD = re.compile(r"%\(\w+\)[sd]|</?\w+>")


@dataclass(frozen=True, slots=True)
class Row:
    """One bad day of the document."""

    day: str
    pages: tuple[str, ...]
    sentences: tuple[str, ...]
    statuses: tuple[str, ...]
    """How it is refused; none when it is done, or when nobody waits for an answer."""
    tests: tuple[tuple[str, str], ...]


def rows() -> list[Row]:
    found = [ROW.match(line) for line in DOCUMENT.read_text(encoding="utf-8").splitlines()]
    return [
        Row(
            match["day"].strip(),
            tuple(PAGE.findall(match["page"])),
            tuple(SAID.findall(match["sentence"])),
            tuple(STATUS.findall(match["status"])),
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


@cache
def asserting(path: str) -> frozenset[str]:
    """The functions of a file that state something: an assertion, an error that has to come, or a call of one."""
    made = [node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, ast.FunctionDef)]
    states = {one.name for one in made if any(isinstance(p, ast.Assert) or is_raising(p) for p in ast.walk(one))}
    calls = {one.name for one in made if any(isinstance(p, ast.Name) and p.id in states for p in ast.walk(one))}
    return frozenset(states | calls)


def is_raising(part: ast.AST) -> bool:
    return isinstance(part, ast.Attribute) and part.attr == "raises"


@cache
def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def errors_of(path: str) -> frozenset[str]:
    """The answers to the errors a test names: each named error of the house has its status."""
    words = set(re.findall(r"\w+", text_of(path)))
    return frozenset(str(status) for kind, (status, _sentence) in NAMED.items() if kind.__name__ in words)


def tells_of_refusal(path: str, row: Row) -> bool:
    """Whether a test's file speaks of the answer: its status, its sentence, or an error that has this status."""
    source = re.sub(r'"\s*\n\s*f?"', "", text_of(path))
    pieces = [piece.strip() for sentence in row.sentences for piece in sentence.split("…")]
    said = any(len(piece) >= LEAST and piece in source for piece in pieces)
    return said or any(re.search(rf"\b{one}\b", source) or one in errors_of(path) for one in row.statuses)


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
        assert name in asserting(path), f"{name} states nothing"
    if row.statuses:
        assert any(tells_of_refusal(path, row) for path, _name in row.tests), f"no test of {row.day} tells its answer"


def test_each_page_that_is_named_is_there(app: Flask):
    known = {re.sub(r"<[^>]*>", "<>", rule.rule) for rule in app.url_map.iter_rules()}
    named = {page for row in rows() for page in row.pages}
    assert not {page for page in named if re.sub(r"<[^>]*>", "<>", page) not in known}
