"""What time ends by itself: sessions, links, forms that wait, used-up allowances, accounts that nobody confirmed."""

from __future__ import annotations

import datetime as dt

from app.db import transaction
from app.services import erasure, limits, mail_links, parked_forms, sessions
from app.web import clock


def do(at: dt.datetime) -> list[str]:
    """Sweep once; done again, it does nothing. Sessions, forms and allowances go by the time on the wall."""
    wall = clock.real_now()
    with transaction():
        swept = sessions.sweep(wall) + parked_forms.sweep(wall) + limits.sweep(wall) + mail_links.sweep(at)
        closed = erasure.close_overdue(at=at, on_the_wall=wall)
    return [f"accounts: {closed} closed, never confirmed; {swept} leftovers swept"] if closed or swept else []
