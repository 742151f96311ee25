"""Arrivals: files that come in pieces. The states of one, and whose move leads from one to the next."""

from __future__ import annotations

from typing import Final, Literal

from app.domain.moves import MoveTable, row

ArrivalState = Literal["arriving", "checking", "kept", "refused", "dropped"]

ARRIVALS: Final[MoveTable[ArrivalState]] = MoveTable(
    "arriving",
    (
        row("arriving", "complete", "checking", "member"),
        row("arriving", "drop", "dropped", "member", "system"),
        row("arriving", "expire", "refused", "system"),
        row("checking", "keep", "kept", "system"),
        row("checking", "refuse", "refused", "system"),
        row("checking", "drop", "dropped", "member", "system"),
        row("refused", "drop", "dropped", "member", "system"),
    ),
)
"""A file arrives, is checked, and is then a document of its claim or was refused; a refusal stands until it is read."""

UNDER_WAY: Final = ("arriving", "checking")
"""While it is in one of these, there are bytes of it and a key."""
MOST_PIECES: Final = 2_000
"""So many pieces one file may come in: a line that breaks more often carries nothing."""
