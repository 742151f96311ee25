"""One file with everything: all tables, the log that proves them, and the program that checks them, offline.

It is put together when every file in it stands in the signed log, and is the same bytes whenever it holds the same:
sorted names, fixed times.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select, update

from app.db import db, transaction
from app.domain import tiles
from app.domain.open_data import ARCHIVE, KEY, LATEST, READ_ME, VERIFIER
from app.models import Checkpoint, Dataset, LogEntry, Plan
from app.services.open_data import due, keeping
from app.services.open_data.keeping import Damaged, Draft
from app.services.public_log import files, reading, signing

_PRESETS: Final = Path(__file__).resolve().parents[2] / "presets" / "open_data"
_VERIFIER: Final = Path(__file__).resolve().parents[3] / "verifier" / VERIFIER
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP file can tell: every file in it has this one."""
_READABLE: Final = 0o644 << 16
_ON_UNIX: Final = 3


def is_due() -> bool:
    """Whether something in it has changed since it was written."""
    latest = keeping.in_part(LATEST)
    return bool(latest) and not due.latest_is_due() and not _stands(_fingerprint(latest))


def write(*, at: dt.datetime) -> bool:
    """Put it together anew; False while a file of it has no number yet."""
    signed, latest = reading.latest(), keeping.in_part(LATEST)
    if signed is None or not _all_signed(latest, signed):
        return False
    try:
        with Draft(ARCHIVE) as draft:
            _fill(draft, latest, signed)
            ends = [one.ends_on for one in latest if one.ends_on is not None]
            with transaction():
                for name, data in _top().items():
                    keeping.put_anew(name, data, at=at)
                draft.keep(len(latest), at=at, ends_on=min(ends, default=None), made_of=_fingerprint(latest))
    except Damaged:
        _make_anew(at=at)
        raise
    return True


def _fill(draft: Draft, latest: Iterable[Dataset], signed: Checkpoint) -> None:
    contents: dict[str, Iterable[bytes]] = {one.path: keeping.pieces_of(one) for one in latest}
    contents |= {name: [data] for name, data in _top().items()}
    contents[READ_ME] = [(_PRESETS / READ_ME).read_bytes()]
    contents[files.CHECKPOINT] = [signed.note.encode()]
    contents[files.VKEY] = [_keys()]
    for tile in (*tiles.tiles_at(signed.size), *tiles.bundles_at(signed.size)):
        contents[f"{files.LOG}/{tile.path()}"] = _of_tile(tile)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name in sorted(contents):
            told = zipfile.ZipInfo(name, _BEGINNING)
            told.compress_type, told.external_attr, told.create_system = zipfile.ZIP_DEFLATED, _READABLE, _ON_UNIX
            with packed.open(told, "w", force_zip64=True) as entry:
                for piece in contents[name]:
                    entry.write(piece)


def _of_tile(tile: tiles.Tile) -> Iterator[bytes]:
    """A tile as its file has it, and from the database where there is no such file (yet)."""
    path = files.path_of(f"{files.LOG}/{tile.path()}")
    yield path.read_bytes() if path.is_file() else files.bytes_of(tile)


def _top() -> dict[str, bytes]:
    """What lies at the top: the program that checks, and the keys it checks with."""
    return {VERIFIER: _VERIFIER.read_bytes(), KEY: _keys()}


def _keys() -> bytes:
    return "".join(f"{vkey}\n" for vkey in signing.verifier_keys()).encode()


def _stands(made_of: str) -> bool:
    known = db.session.get(Dataset, ARCHIVE)
    return known is not None and known.made_of == made_of and keeping.is_there(known)


def _fingerprint(latest: Iterable[Dataset]) -> str:
    digest = hashlib.sha256()
    for one in latest:
        digest.update(f"{one.path} {one.sha256}\n".encode())
    for name, data in _top().items():
        digest.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
    return digest.hexdigest()


def _all_signed(latest: Iterable[Dataset], signed: Checkpoint) -> bool:
    facts = [one.fact_id for one in latest if one.fact_id is not None]
    numbered = select(LogEntry.fact_id).where(LogEntry.fact_id.in_(facts), LogEntry.number < signed.size)
    return len(set(db.session.scalars(numbered))) == len(set(facts))


def _make_anew(*, at: dt.datetime) -> None:
    """A file of everything is not what was written: all of them are put together anew, and the texts of the rules."""
    with transaction():
        anew = update(Dataset).where(Dataset.part == LATEST).values(made_of="")
        db.session.execute(anew.execution_options(synchronize_session=False))
        due.mark([LATEST, *db.session.scalars(select(Plan.slug))], at)
