"""The public log against the facts it was made of, and its signed root against its tiles.

The tree is asked without reading all of it: its right edge every time, and besides one bundle of entries, another one
each time, so that in the course of the nights every entry is compared with its fact again.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, func, select

from app.db import db
from app.domain import checkpoints, merkle, notes, tiles
from app.domain.checkpoints import CheckpointNotReadable
from app.domain.notes import NoteNotReadable
from app.domain.tiles import WIDTH, NoSuchTile
from app.models import Checkpoint, CheckRun, Fact, FactWaiting, LogEntry
from app.services.public_log import growing, reading, signing

_MOST = 100


def numbered() -> Iterable[str]:
    """Every fact has its number in the log, or waits for it; none has both."""
    has_number = exists().where(LogEntry.fact_id == Fact.id)
    waits = exists().where(FactWaiting.fact_id == Fact.id)
    for fact in db.session.scalars(select(Fact).where(~has_number, ~waits).order_by(Fact.id).limit(_MOST)):
        yield f"{fact.type} {fact.about}: has no number in the public log and does not wait for one"
    for fact in db.session.scalars(select(Fact).where(has_number, waits).order_by(Fact.id).limit(_MOST)):
        yield f"{fact.type} {fact.about}: has its number in the public log and still waits for one"


def stands() -> Iterable[str]:
    """The latest checkpoint is signed by a known key over the root of the tiles, and the tiles are of the facts."""
    latest = reading.latest()
    last = db.session.scalar(select(func.max(LogEntry.number)))
    if latest is None:
        if last is not None:
            yield f"the public log has {last + 1} entries and no checkpoint"
        return
    if last != latest.size - 1:
        yield f"the latest checkpoint speaks of {latest.size} entries, and there are {(last or 0) + 1}"
    yield from _signed(latest)
    yield from _rooted(latest)
    edge = (latest.size - 1) // WIDTH
    for bundle in sorted({edge, _tonight() % (edge + 1)}):
        yield from _as_stated(bundle, latest.size)


def _tonight() -> int:
    """Another number in every run."""
    return db.session.scalar(select(func.max(CheckRun.id))) or 0


def _signed(latest: Checkpoint) -> Iterable[str]:
    try:
        note = notes.parse(latest.note)
        said = checkpoints.parse(note.text)
    except (NoteNotReadable, CheckpointNotReadable) as wrong:
        yield f"the checkpoint of {latest.size} entries is no signed note: {wrong}"
        return
    if (said.size, said.root) != (latest.size, latest.root):
        yield f"the checkpoint of {latest.size} entries says something else than its row"
    if not any(signing.is_signed(note, notes.parse_vkey(key.vkey)) for key in signing.keys_so_far()):
        yield f"the checkpoint of {latest.size} entries is signed by no key of this log"


def _rooted(latest: Checkpoint) -> Iterable[str]:
    try:
        root = growing.root_at(latest.size)
    except NoSuchTile as missing:
        yield f"the tiles of the public log are not whole: {missing}"
        return
    if root != latest.root:
        yield f"the tiles of {latest.size} entries have another root than the one that was signed"


def _as_stated(bundle: int, size: int) -> Iterable[str]:
    """One bundle of entries, from the facts up to the tile above."""
    width = tiles.width_at(size, 0, bundle)
    leaves = [merkle.leaf_hash(body) for body in reading.bodies(bundle * WIDTH, width)]
    tile = growing.hashes_of(0, bundle)
    if b"".join(leaves) != tile:
        yield f"the facts of entries {bundle * WIDTH} to {bundle * WIDTH + width - 1} are not what was hashed"
    elif width == WIDTH and tiles.folded(leaves) not in tiles.cut(growing.hashes_of(1, bundle // WIDTH)):
        yield f"the tile above entries {bundle * WIDTH} to {bundle * WIDTH + width - 1} does not hold their root"
