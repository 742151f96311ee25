"""Work that fails is tried again, later and later, and not for ever.

Each piece of work is begun at most `MOST_ATTEMPTS` times. After the first failure it waits one minute, then twice as
long each time, at most six hours; then it is a dead letter and waits for a person. A worker that dies of a piece of
work has begun it too: what kills every worker that touches it comes to rest as well.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

MOST_ATTEMPTS: Final = 10
LEASE: Final = dt.timedelta(minutes=2)
"""How long a worker holds one piece of work before others believe it dead."""
LONG_LEASE: Final = dt.timedelta(hours=1)
"""The same for work that reads everything there is."""
_FIRST_WAIT: Final = dt.timedelta(minutes=1)
_LONGEST_WAIT: Final = dt.timedelta(hours=6)


def wait_after(attempts: int) -> dt.timedelta | None:
    """How long work waits after so many failed attempts; None when it is not tried again by itself.

    ValueError for work that was never tried.
    """
    if attempts < 1:
        raise ValueError("work that was never tried has not failed")
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(_FIRST_WAIT * (1 << (attempts - 1)), _LONGEST_WAIT)
