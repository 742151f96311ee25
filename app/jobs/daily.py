"""What the clock does once a day: it reminds, says what is late, and clears the store of orphans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from app.db import transaction
from app.domain.retries import LONG_LEASE
from app.services import broken_promises, claim_figures, orphans, outbox, takeovers, unanswered
from app.services.days import day_of
from app.web import clock

_FILES: Final = "sweep-files"


def do(at: dt.datetime) -> list[str]:
    """Remind, say what is late, count what claims took and became, and tell whose child comes of age.

    Once a week it asks for the store to be swept. Reads first: a tick that finds nothing takes no lock from anybody.
    """
    year, week, _day = day_of(at).isocalendar()
    key = f"{_FILES}:{year}-{week:02}"
    comes_of_age = takeovers.is_due(at=at)
    counts = claim_figures.is_due(at)
    nothing = not (comes_of_age or counts or unanswered.due(at) or broken_promises.due(at))
    if outbox.is_asked(key) and nothing:
        return []
    with transaction():
        if comes_of_age:
            takeovers.ask_to_announce(at=at)
        if counts:
            claim_figures.count(at)
        told, late = unanswered.remind(at), broken_promises.tell(at)
        outbox.ask(_FILES, key, at=at)
    said = [f"claims: {told} reminded of evidence that was asked for"] if told else []
    return said + ([f"claims: {late} told that a promised day has passed"] if late else [])


def _sweep_files(_payload: Mapping[str, Any], _at: dt.datetime) -> None:
    """Harmless when it runs twice: what is gone stays gone."""
    orphans.sweep(real_now=clock.real_now())


outbox.handlers[_FILES] = _sweep_files
outbox.outside[_FILES] = LONG_LEASE
