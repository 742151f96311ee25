"""References as people write them: with spaces, hyphens and small letters, and with the letters that look alike."""

from __future__ import annotations

from typing import Final

_LOOKS_LIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN: Final = (" ", "-", "\u2010", "\u2011", "\u2013", "\u00a0", "\u3000", ".", "_")
GROUP: Final = 4


def as_written(text: str) -> str:
    """A reference of ours in its one spelling, from what somebody wrote on a transfer or a form.

    Crockford's alphabet knows no I, L and O: whoever wrote one of them meant 1, 1 and 0.
    """
    for sign in _BETWEEN:
        text = text.replace(sign, "")
    return text.upper().translate(_LOOKS_LIKE)


def in_groups(ref: str) -> str:
    """A reference in groups of four, as it is copied by hand: "7K2M 9QXA 3B4C"."""
    return " ".join(ref[start : start + GROUP] for start in range(0, len(ref), GROUP))
