"""The rule files of the house, parsed anew for every test that wants to spoil one."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.rules import read_rules
from app.domain.terms import Rules

RULE_FILES = Path(__file__).parents[2] / "app" / "presets" / "rules"
SLUGS = ("accident", "child-health", "lifelong-million", "senior-cancer", "young-cancer")


def rule_data(slug: str, number: int = 1) -> dict[str, Any]:
    """A rule file of a plan as plain data, safe to change; the first one if nothing else is asked for."""
    return tomllib.loads((RULE_FILES / slug / f"{number}.toml").read_text(encoding="utf-8"))


@cache
def plan(slug: str, number: int = 1) -> Rules:
    """A rule version of a plan, the first one if nothing else is asked for."""
    return read_rules(rule_data(slug, number), source=f"{slug}/{number}.toml")
