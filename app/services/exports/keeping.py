"""An export from the asking to its end: one that lives an account, made once, downloadable for some days.

The file is encrypted under a key of its own; destroying the key is its end, and the store is swept afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import select, update

from app.adapters import store
from app.db import db, transaction
from app.models import Account, DataExport
from app.services import audit, messages, outbox, vault
from app.services.spool import EncryptedSpool

WORK: Final = "make-export"
"""The kind of work in the outbox."""
KEPT: Final = dt.timedelta(days=7)
"""How long the file can be downloaded."""
_FILE: Final = "export"
_LIVING: Final = ("asked", "ready")


class ExportGone(Exception):
    """The file is not there (any more): it was deleted after its days, replaced, or is not made yet."""


def ask(account: Account, *, language: str, at: dt.datetime) -> DataExport:
    """Ask for one's own data. Asked again while one is being made, it is the same; a file that is ready is replaced."""
    db.session.get_one(Account, account.id, with_for_update={"key_share": True}, populate_existing=True)
    living = of_account(account)
    if living is not None and living.state == "asked":
        return living
    if living is not None:
        _end(living, at=at)
    row = DataExport(account_id=account.id, language=language, asked_at=at)
    db.session.add(row)
    db.session.flush()
    outbox.ask(WORK, f"{WORK}:{row.ref}", at=at, export=row.ref)
    audit.note("ask-export", "export", row.ref, by=account.id, role="member", at=at)
    return row


def of_account(account: Account) -> DataExport | None:
    """The export that is being made, or can be downloaded."""
    return db.session.scalar(
        select(DataExport).where(DataExport.account_id == account.id, DataExport.state.in_(_LIVING))
    )


def to_be_made(ref: str) -> tuple[DataExport, Account] | None:
    """What a worker is to make; None when it was made, dropped, or its account was closed meanwhile."""
    row = db.session.scalar(select(DataExport).where(DataExport.ref == ref, DataExport.state == "asked"))
    account = db.session.get(Account, row.account_id) if row is not None else None
    return (row, account) if row is not None and account is not None and account.closed_at is None else None


def keep(row: DataExport, chunks: Iterable[bytes], *, at: dt.datetime) -> bool:
    """Store the file, encrypted all the way, then let its owner have it; False when it is not wanted any more.

    A worker that is killed in between leaves a file whose key nobody has; the next one begins anew.
    """
    number, name = row.id, store.new_name()
    key, wrapped = vault.new_document_key()
    with EncryptedSpool() as spool:  # the store is read while the file is made, so it is not written at the same time
        for chunk in chunks:
            spool.write(chunk)
        db.session.rollback()  # nothing is held while it is stored
        if spool.is_broken:
            raise store.NotKept(name)
        store.put(name, vault.encrypt_document(spool.chunks(), key=key, purpose=_FILE))
        size = spool.size
    try:
        with transaction():
            kept = _is_ready(number, name, wrapped, size, at=at)
    except BaseException:
        _delete(name)
        raise
    if not kept:
        _delete(name)
    return kept


def opened(row: DataExport, *, by: Account, at: dt.datetime) -> Iterator[bytes]:
    """The file, decrypted piece by piece, for its owner; that it was taken is written down first. `ExportGone`."""
    if row.state != "ready" or row.object is None or row.wrapped_key is None or has_expired(row, at=at):
        raise ExportGone
    key = vault.open_document_key(row.wrapped_key)
    try:
        pieces = store.get(row.object)
    except store.ObjectMissing as missing:
        raise ExportGone from missing
    with transaction():
        audit.note("take-export", "export", row.ref, by=by.id, role="member", at=at)
    return vault.decrypt_document(pieces, key=key, purpose=_FILE)


def has_expired(row: DataExport, *, at: dt.datetime) -> bool:
    """Whether its days are over, swept or not."""
    return row.expires_at is not None and row.expires_at <= at


def expired(*, at: dt.datetime) -> Sequence[DataExport]:
    """The files whose days are over."""
    return db.session.scalars(select(DataExport).where(DataExport.state == "ready", DataExport.expires_at <= at)).all()


def end_expired(*, at: dt.datetime) -> list[str]:
    """Destroy their keys, inside a transaction; the names of their files, to be deleted after it (`delete_files`)."""
    return [name for row in expired(at=at) if (name := _end(row, at=at))]


def drop(row: DataExport, *, by: Account, at: dt.datetime) -> None:
    """The owner wants it gone now."""
    _end(row, at=at)
    audit.note("drop-export", "export", row.ref, by=by.id, role="member", at=at)


def erase(account: Account, *, at: dt.datetime) -> None:
    """The account is closed: what was made of it goes, and what is being made will not be kept."""
    living = of_account(account)
    if living is not None:
        _end(living, at=at)


def delete_files(names: Iterable[str]) -> None:
    """What a failing store does not give up now, the sweep of orphans finds."""
    for name in names:
        _delete(name)


def _is_ready(number: int, name: str, wrapped: bytes, size: int, *, at: dt.datetime) -> bool:
    row = db.session.get_one(DataExport, number, populate_existing=True)
    account = db.session.get_one(Account, row.account_id, with_for_update={"key_share": True}, populate_existing=True)
    changed = db.session.execute(
        update(DataExport)
        .where(DataExport.id == number, DataExport.state == "asked")
        .values(state="ready", object=name, wrapped_key=wrapped, size_bytes=size, made_at=at, expires_at=at + KEPT)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1 or account.closed_at is not None:  # type: ignore[attr-defined]
        return False
    audit.note("make-export", "export", row.ref, by=None, role="system", at=at)
    messages.tell(account.id, "export-ready", key=f"export:{row.ref}", at=at)
    return True


def _end(row: DataExport, *, at: dt.datetime) -> str | None:
    row.state, row.wrapped_key, row.gone_at = "gone", None, at
    db.session.flush()
    return row.object


def _delete(name: str) -> None:
    with suppress(store.NotKept):
        store.delete(name)
