"""What the public no longer reads: details whose days are over, and what is true of cases that count no more.

In small pieces, each in a transaction of its own: a killed worker leaves nothing half done, and nobody waits long.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from app.db import transaction
from app.services import taking_away


def do(at: dt.datetime) -> list[str]:
    """Whatever is due; done again, it does nothing. Reads first: who finds nothing takes no lock from anybody."""
    if not taking_away.is_due(at):
        return []
    expired = _in_pieces(lambda: taking_away.expire(at=at))
    forgotten = _in_pieces(lambda: taking_away.forget(at=at))
    said = [f"disclosures: the details of {expired} cases expired"] if expired else []
    return said + ([f"disclosures: {forgotten} cases count no longer among those alike"] if forgotten else [])


def _in_pieces(piece: Callable[[], int]) -> int:
    total = 0
    while True:
        with transaction():
            done = piece()
        total += done
        if done < taking_away.BATCH:
            return total
