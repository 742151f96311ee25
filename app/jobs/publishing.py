"""What anybody can fetch follows what is at rest: open data, the numbers of its files, the log's files, the archive.

Done by the worker's rounds and by commands, after everything else. The story of the demonstration lives through
hundreds of midnights at once and does it once, at its end. A full disk stops nothing but this: what could not be
written is due until it can, and the pages say from when the files are.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from sqlalchemy import select

from app.db import db, transaction
from app.domain.open_data import LATEST
from app.jobs import numbering
from app.models import Period, Settlement
from app.services.days import midnight
from app.services.open_data import archive, due, keeping, latest, parts
from app.services.open_data.keeping import Damaged
from app.services.visibility import SEEN
from app.web import feeds
from app.web.feeds import Entry
from app.web.filters import amount

_log = logging.getLogger(__name__)
_AT_ONCE: Final = 200
FEED_PERIODS: Final = 50
"""So many of the newest periods stand in the feeds."""


def publish(at: dt.datetime) -> list[str]:
    """Write whatever lags behind; what was done, in words. Reads first: with nothing due nobody waits for anything."""
    try:
        done = [*numbering.number(at), *_open_data(at), *numbering.number(at), *numbering.publish()]
        return done + _archive(at)
    except OSError as failed:
        db.session.rollback()
        _log.error("public files could not be written and will be tried again: %s", failed.strerror)
        return [f"public files: could not be written ({failed.strerror})"]
    except Damaged as found:
        db.session.rollback()
        _log.warning("%s; it is written anew", found)
        return [f"open data: {found.part} is written anew, a file was not as it was written"]


def _open_data(at: dt.datetime) -> list[str]:
    """The parts that are due, each in a transaction of its own, then all of them together."""
    if not due.is_due(at):
        return []
    with keeping.alone() as is_ours:
        if not is_ours:
            return []
        written = 0
        while names := due.parts(at, most=_AT_ONCE):
            for name in names:
                with transaction():
                    parts.write(name, at=at)
            written += len(names)
        if not due.latest_is_due():
            return [f"open data: {written} parts looked at"] if written else []
        changed = latest.compose(at=at)
        with transaction():
            _feeds(at)
            latest.composed()
    return [f"open data: {written} parts and {len(changed)} tables of everything written"]


def _archive(at: dt.datetime) -> list[str]:
    if not archive.is_due():
        return []
    with keeping.alone() as is_ours:
        db.session.rollback()  # another process may have written while this one looked
        return ["open data: the archive written"] if is_ours and archive.is_due() and archive.write(at=at) else []


def _feeds(at: dt.datetime) -> None:
    """The newest periods as feeds, in both languages at once: a file cannot ask who reads it."""
    rows = db.session.execute(
        select(Period, Settlement)
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .where(SEEN, Period.state != "planned")
        .order_by(Period.publication_day.desc(), Period.id.desc())
        .limit(FEED_PERIODS)
    )
    entries = [_entry(period, settlement) for period, settlement in rows]
    page, changed_at = f"{keeping.home()}/disclosures", feeds.newest(entries, at)
    for name, write in (("feed.atom", feeds.atom), ("feed.json", feeds.json_feed)):
        own = f"{keeping.home()}/{keeping.FOLDER}/{LATEST}/{name}"
        text = write("均摊公示 · Juntan disclosures", page, changed_at, entries, self_url=own)
        keeping.put_anew(f"{LATEST}/{name}", text.encode(), at=at)


def _entry(period: Period, settlement: Settlement | None) -> Entry:
    """A period with its share: the same sum as in its settlement's row."""
    address = f"{keeping.home()}/disclosures/{period.name}"
    known = (period.locked_at, period.settled_at, period.paid_at, period.cancelled_at)
    changed_at = max((one for one in known if one is not None), default=midnight(period.publication_day))
    if settlement is None:
        return Entry(address, period.name, address, changed_at, period.state)
    share, paid = amount(settlement.share_fen), amount(settlement.shared_payouts_fen)
    said = (
        f"每人分摊 ¥{share}，{settlement.members} 人，互助金 ¥{paid} · "
        f"¥{share} each, {settlement.members} members, payouts ¥{paid}"
    )
    return Entry(address, period.name, address, changed_at, said)
