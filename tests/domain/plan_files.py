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


def rule_data(slug: str) -> dict[str, Any]:
    """The first rule file of a plan as plain data, safe to change."""
    return tomllib.loads((RULE_FILES / slug / "1.toml").read_text(encoding="utf-8"))


@cache
def plan(slug: str) -> Rules:
    """The first rule version of a plan."""
    return read_rules(rule_data(slug), source=f"{slug}/1.toml")
