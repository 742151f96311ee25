"""What time ends by itself: sessions, links, forms that wait, used-up allowances, accounts that nobody confirmed.

And news of the payment service that waited for what was booked by hand in the meantime.
"""

from __future__ import annotations

import datetime as dt

from app.db import db, transaction
from app.models import Allowance, BrowserSession, MailLink, ParkedForm
from app.services import deliveries, erasure, limits, mail_links, parked_forms, sessions
from app.services.arrivals import ending as arrivals
from app.services.exports import keeping as exports
from app.services.invitations import ends as invitation_ends
from app.web import clock


def do(at: dt.datetime) -> list[str]:
    """Sweep once; done again, it does nothing. Sessions, forms and allowances go by the time on the wall.

    Reads first: a tick that finds nothing to do takes no lock from anybody.
    """
    wall, moved_on = clock.real_now(), deliveries.catch_up(at)
    done = [f"payment service: {moved_on} news moved on"] if moved_on else []
    if invitation_ends.is_due(at):
        with transaction():
            done.append(f"lists: {invitation_ends.end_overdue(at)} are over")
    if exports.expired(at=at):
        with transaction():
            files = exports.end_expired(at=at)
        exports.delete_files(files)
        done.append(f"exports: {len(files)} deleted after their days")
    if arrivals.is_due(at=at):
        done.append(f"arrivals: {arrivals.sweep(at=at)} were not finished in time")
    if not _is_anything_due(at, wall) and not erasure.overdue(at=at):
        return done
    with transaction():
        swept = sessions.sweep(wall) + parked_forms.sweep(wall) + limits.sweep(wall) + mail_links.sweep(at)
        closed = erasure.close_overdue(at=at, on_the_wall=wall)
    return [*done, f"accounts: {closed} closed, never confirmed; {swept} leftovers swept"]


def _is_anything_due(at: dt.datetime, wall: dt.datetime) -> bool:
    due = (
        db.exists().where(ParkedForm.expires_at <= wall),
        db.exists().where(Allowance.busy_until < wall),
        db.exists().where(BrowserSession.ends_at < wall - sessions.LONGEST),
        db.exists().where(MailLink.expires_at < at - mail_links.KEPT),
    )
    return bool(db.session.scalar(db.select(db.or_(*due))))
