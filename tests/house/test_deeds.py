"""Every deed the application writes into the audit trail has a sentence: nobody reads a code in the own history."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.claim_states import TABLE as CLAIMS
from app.services.history import LOOKS
from app.web.deeds import DEEDS
from tests.fixtures.application import ROOT

SPOKEN_ELSEWHERE = {"postponed", "cancelled", "explained", "late", "returned", "failed"}
"""First arguments of functions that share the name of the one that notes."""


def deeds_in(source: str) -> Iterator[str]:
    """The deeds a file notes, as patterns: what is put together at the time stands as a star."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "audit.note" and node.args:
            yield from _patterns(node.args[0])
        elif called.rpartition(".")[2] == "_note":
            for argument in node.args[:2]:
                yield from _patterns(argument)


def _patterns(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in argument.values)  # type: ignore[misc]


def without_a_sentence(folder: Path) -> set[str]:
    found = {deed for path in folder.rglob("*.py") for deed in deeds_in(path.read_text(encoding="utf-8"))}
    return {deed for deed in found - SPOKEN_ELSEWHERE if not any(_fits(deed, known) for known in DEEDS)}


def _fits(pattern: str, deed: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), deed) is not None


def test_every_deed_has_its_sentence() -> None:
    assert without_a_sentence(ROOT / "app") == set()
    assert {f"claim.{row.move}" for row in CLAIMS.moves if "member" in row.roles} <= set(DEEDS)
    assert set(LOOKS) <= set(DEEDS)


@pytest.mark.parametrize("deed", ['"polish-the-brass"', 'f"polish-{what}"'])
def test_a_planted_deed_is_seen(tmp_path: Path, deed: str) -> None:
    (tmp_path / "deed.py").write_text(f'audit.note({deed}, "account", ref, by=by, role="member", at=at)')
    assert without_a_sentence(tmp_path)
