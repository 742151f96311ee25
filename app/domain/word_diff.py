"""What differs between two wordings of one sentence, word by word; in Chinese, character by character.

Numbers hold together: 30 against 300 is one number for another, never an added nought.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "gone", "new"]

_PIECES: Final = re.compile(r"[0-9][0-9,.]*[0-9]|[0-9]|[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*|\s+|.", re.DOTALL)
_FEWEST_ALIKE: Final = 3
"""Runs shorter than this between two changes are read as part of the change: a lone “the” in common helps nobody."""

_PARTS: Final = 3
"""Wordings that have less than a third in common are two sentences: a patchwork of both could not be read."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stands in both wordings (`same`), only in the older (`gone`), or only in the newer."""

    kind: Kind
    text: str


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Both wordings as one line: without `new` it is `before`, without `gone` it is `after`.

    Where they have too little in common, the older whole and then the newer whole.
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    blocks = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks() if one.size]
    found: list[Run] = []
    at_old = at_new = 0
    for block in blocks:
        inside = at_old < block.a or at_new < block.b
        follows = block.a + block.size < len(old) or block.b + block.size < len(new)
        alike = "".join(old[block.a : block.a + block.size])
        if inside and follows and block.a > 0 and block.b > 0 and len(alike.strip()) < _FEWEST_ALIKE:
            continue
        _add(found, "gone", old[at_old : block.a])
        _add(found, "new", new[at_new : block.b])
        _add(found, "same", old[block.a : block.a + block.size])
        at_old, at_new = block.a + block.size, block.b + block.size
    _add(found, "gone", old[at_old:])
    _add(found, "new", new[at_new:])
    alike_letters = sum(len(run.text) for run in found if run.kind == "same")
    if before and after and _PARTS * alike_letters < max(len(before), len(after)):
        return (Run("gone", before), Run("new", after))
    return tuple(found)


def _add(found: list[Run], kind: Kind, pieces: list[str]) -> None:
    if pieces:
        found.append(Run(kind, "".join(pieces)))
