"""The look keeps its promises: one style sheet made of its parts, colours one can read, vendored files unchanged."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
READABLE = 4.5
CONTROL = 3.0
_LINEAR_BELOW = 0.04045


def test_the_delivered_style_sheet_is_its_parts_joined() -> None:
    assert subprocess.run([sys.executable, ROOT / "scripts" / "join_css.py", "--check"], check=False).returncode == 0


def test_a_first_load_of_style_and_script_is_small() -> None:
    frame = (ROOT / "templates" / "layouts" / "base.html").read_text("utf-8")
    scripts = re.findall(r"filename='((?:vendor|js)/[\w.-]+\.js)'", frame)
    assert len(scripts) == 2
    files = [CSS / "app.css", *(ROOT / "static" / name for name in scripts)]
    assert sum(file.stat().st_size for file in files) < 110_000


def test_only_the_tokens_and_paper_name_colours() -> None:
    for part in sorted(CSS.glob("*.css")):
        if part.name in {"tokens.css", "print.css", "letter.css", "app.css"}:
            continue
        found = set(re.findall(r"#[0-9a-f]{3,8}\b", part.read_text("utf-8")))
        assert found <= {"#fff", "#1b2330"}, f"{part.name}: {found} (white and ink of scanned things stay by night)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    tokens = _tokens(scheme)
    for ground in ("paper", "sheet", "tint", "red-tint"):
        for text in ("ink", "ink-2", "red"):
            assert _contrast(tokens[text], tokens[ground]) >= READABLE, f"{scheme}: {text} on {ground}"
    assert _contrast(tokens["on-ink"], tokens["ink"]) >= READABLE
    assert _contrast(tokens["on-ink"], tokens["red"]) >= READABLE
    assert _contrast(tokens["line-2"], tokens["paper"]) >= CONTROL


def test_vendored_files_are_the_ones_that_were_published() -> None:
    table = (ROOT / "static" / "vendor" / "VENDORED.md").read_text("utf-8")
    sums = dict(re.findall(r"^\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    scripts = (ROOT / "static" / "vendor").glob("*.js")
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in scripts}
    assert files == sums


def test_the_slogan_font_names_exactly_the_characters_it_holds() -> None:
    range_ = re.search(r"unicode-range:([^;]+);", (CSS / "tokens.css").read_text("utf-8"))
    assert range_ is not None
    named = {chr(int(code, 16)) for code in re.findall(r"U\+([0-9A-F]+)", range_[1])}
    assert named == set("一人患病众人均摊壹贰叁肆伍陆")


def _tokens(scheme: str) -> dict[str, str]:
    """The colour tokens of one scheme, name to #rrggbb; by night what is not said anew stays."""
    light, dark = (CSS / "tokens.css").read_text("utf-8").split("prefers-color-scheme: dark", 1)
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark))
    return found


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= _LINEAR_BELOW else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)
