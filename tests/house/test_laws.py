"""docs/laws.md is kept true: each law names a test that is there, a constraint of the schema, and a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.fixtures.application import ROOT
from tests.house.test_bad_days import TEST, functions

DOCUMENT = ROOT / "docs" / "laws.md"
ROW = re.compile(r"^\| (?P<law>[^|]+) \| (?P<tried>[^|]+) \| (?P<held>[^|]+) \| (?P<page>[^|]+) \|$")
NAMED = re.compile(r"`([a-z_]+)`")
PAGE = re.compile(r"`(/[^`]*)`")


@dataclass(frozen=True, slots=True)
class Law:
    """One line of the document."""

    law: str
    tests: tuple[tuple[str, str], ...]
    held_by: tuple[str, ...]
    pages: tuple[str, ...]


def laws() -> list[Law]:
    found = [ROW.match(line) for line in DOCUMENT.read_text(encoding="utf-8").splitlines()]
    return [
        Law(
            match["law"].strip(),
            tuple(TEST.findall(match["tried"])),
            tuple(NAMED.findall(match["held"])),
            tuple(PAGE.findall(match["page"])),
        )
        for match in found
        if match and not match["law"].startswith(("The law", "---"))
    ]


def test_the_document_has_a_line_for_each_law() -> None:
    assert len(laws()) > 20


@pytest.mark.parametrize("law", laws(), ids=lambda law: law.law[:60])
def test_each_law_is_tried_by_a_test_and_held_by_a_constraint(law: Law) -> None:
    assert law.tests
    assert law.held_by
    assert law.pages
    for path, name in law.tests:
        assert (ROOT / path).exists(), path
        assert name in functions(path), f"{path} has no {name}"
    schema = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "migrations" / "versions").glob("*.py"))
    for name in law.held_by:
        assert re.search(rf"[\"'](ck_\w+_)?{name}[\"']", schema), f"no constraint is called {name}"


def test_each_page_that_is_named_is_there(app: Flask) -> None:
    known = {re.sub(r"<[^>]*>", "<>", rule.rule) for rule in app.url_map.iter_rules()}
    named = {page for law in laws() for page in law.pages}
    assert not {page for page in named if re.sub(r"<[^>]*>", "<>", page) not in known}
