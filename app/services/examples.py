"""What a paper that a checklist asks for looks like: how many pages, what must be readable, and what does instead.

These words stand beside the rules, keyed by the kind of evidence, and are no part of them: a rule version is a fact
that nobody edits, an example may be made clearer at any time. The pictures are drawn by templates/ui/specimen.html.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.terms import Words

_FILE: Final = Path(__file__).resolve().parents[1] / "presets" / "papers" / "papers.toml"


@dataclass(frozen=True, slots=True)
class Example:
    """One kind of paper."""

    key: str
    pages: Words
    """How many pages it usually has, and which of them are needed."""
    shows: tuple[Words, ...]
    """What must be readable, in the order of the numbers in the picture."""
    instead: Words | None
    """What does when it cannot be had; None when nothing else does."""


@cache
def every() -> Mapping[str, Example]:
    """All examples by the key of their kind of evidence."""
    with _FILE.open("rb") as file:
        read = tomllib.load(file)
    return {key: _example(key, told) for key, told in read.items()}


def _example(key: str, told: Mapping[str, object]) -> Example:
    shows, instead = told["shows"], told.get("instead")
    if not isinstance(shows, list):
        raise TypeError(f"{key}: what the picture shows is a list")
    return Example(
        key=key,
        pages=_words(told["pages"]),
        shows=tuple(_words(one) for one in shows),
        instead=_words(instead) if instead else None,
    )


def _words(told: object) -> Words:
    if not isinstance(told, dict):
        raise TypeError(f"no words in two languages: {told!r}")
    return Words(str(told["zh"]), str(told["en"]))
