"""What arrives: one file is checked and stored encrypted with its view, or refused by name and gone.

Every document passes here, whatever it belongs to. While it arrives, at most 1 MiB of it is in memory (two chunks of
64 KiB in the spool, one part of 256 KiB on its way to a local store); where a virus scanner is configured it is asked
first, and then the file is taken to pieces in a process apart (`app/services/apart`). Disks and store hold ciphertext
only.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from flask import current_app

from app.adapters import antivirus, store
from app.models import Evidence
from app.services import file_refusals, made_on, vault
from app.services.apart import asking
from app.services.apart.answers import Checked
from app.services.file_types import EvidenceRefused
from app.services.spool import EncryptedSpool

LONGEST_NAME: Final = 120
NAME: Final = "evidence.name"
ORIGINAL: Final = "original"
VIEW: Final = "view"

_log = logging.getLogger(__name__)


class StoreFull(EvidenceRefused):
    """The file is sound and could not be kept: the disk or the store has no room, or does not answer."""


class Infected(EvidenceRefused):
    """The virus scanner found something in it; `name` is what it calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotScanned(EvidenceRefused):
    """A virus scanner is configured and gave no verdict: nothing is kept unscanned. It may well be sound."""


def take_in(
    stream: IO[bytes], *, kind: str, filename: str, at: dt.datetime, has_room: Callable[[bytes], None]
) -> tuple[Evidence, str]:
    """Check one file and store it; a row that belongs to nobody yet, and what the file carries besides its pages.

    `has_room` is asked with the fingerprint of the file before it is read closely. Raises a kind of `EvidenceRefused`,
    what `has_room` raises, and `StoreFull` when it could not be kept; then nothing of it is left.
    """
    limit_bytes = current_app.config["UPLOAD_FILE_BYTES"]
    with EncryptedSpool.holding(stream, most_bytes=limit_bytes) as original:
        if original.size == 0:
            raise file_refusals.Empty
        if original.is_too_large:
            raise file_refusals.TooLarge(limit_bytes)
        if original.is_broken:
            raise StoreFull
        fingerprint = _fingerprint(original)
        has_room(fingerprint)
        _refuse_harm(original)
        with EncryptedSpool() as view:
            checked = _checked(original, view)
            row = _stored(original, view, checked)
    row.kind, row.original_hash, row.uploaded_at = kind, fingerprint, at
    row.name_sealed = vault.seal(clean_name(filename), purpose=NAME)
    return row, checked.carries


@contextmanager
def kept_or_discarded(row: Evidence) -> Iterator[None]:
    """The stored bytes of a row that cannot be written after all are removed."""
    try:
        yield
    except BaseException:
        discard(row)
        raise


def clean_name(filename: str) -> str:
    """A name that can be shown and sent in a header: the last part of a path, printable, not too long."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        ending = f"{dot}{ending}"[:10] if dot else ""
        shown = f"{(stem or shown)[: LONGEST_NAME - len(ending) - 1]}…{ending}"
    return shown or "document"


def _fingerprint(original: EncryptedSpool) -> bytes:
    digest = vault.document_digest()
    for piece in original.chunks():
        digest.update(piece)
    return digest.digest()


def _refuse_harm(original: EncryptedSpool) -> None:
    """Ask the scanner, where there is one. Raises `Infected`, and `NotScanned` when it gives no verdict."""
    if not antivirus.is_configured():
        return
    try:
        found = antivirus.harm_in(original.chunks())
    except antivirus.ScannerSilent as silent:
        _log.warning("the virus scanner gave no verdict: %s", silent)
        raise NotScanned from silent
    if found is not None:
        raise Infected(found)


def _checked(original: EncryptedSpool, view: EncryptedSpool) -> Checked:
    try:
        checked = asking.check(original, view)
    except OSError as full:  # no temporary file for the view
        raise StoreFull from full
    if view.is_broken:
        raise StoreFull
    return checked


def _stored(original: EncryptedSpool, view: EncryptedSpool, checked: Checked) -> Evidence:
    """Both files in the store under a fresh key, and a row that knows them; not in the database yet."""
    key, wrapped = vault.new_document_key()
    row = Evidence(
        media_type=checked.media_type,
        view_media_type=checked.view_media_type,
        size_bytes=original.size,
        pages=checked.pages,
        wrapped_key=wrapped,
        made_on_sealed=made_on.seal(checked.made_on, key=key),
        original_object=store.new_name(),
        view_object=store.new_name(),
    )
    try:
        store.put(row.original_object, vault.encrypt_document(original.chunks(), key=key, purpose=ORIGINAL))
        store.put(row.view_object, vault.encrypt_document(view.chunks(), key=key, purpose=VIEW))
    except store.NotKept as full:
        discard(row)
        raise StoreFull from full
    except BaseException:
        discard(row)
        raise
    return row


def discard(row: Evidence, *also: str) -> None:
    """Remove its files from the store, and `also` what else belongs to it.

    What a failing store does not give up now, the sweep of orphans finds (app/services/orphans.py).
    """
    for name in (row.original_object, row.view_object, *also):
        with suppress(store.NotKept):
            store.delete(name)
