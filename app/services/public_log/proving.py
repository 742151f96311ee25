"""That the log says what it says: proofs read from its tiles, as many tiles as it has levels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.domain import merkle, tiles
from app.domain.checkpoints import ProofFile
from app.domain.merkle import OutOfTree
from app.models import Checkpoint
from app.services.public_log import growing, reading


class NothingSigned(Exception):
    """No checkpoint was signed yet."""


def proof(number: int, size: int | None = None) -> list[bytes]:
    """The way from an entry to the root of the first `size` entries, or of the latest checkpoint.

    OutOfTree when there is no such entry, or more are asked for than are signed.
    """
    wanted = _signed() if size is None else _at_most_signed(size)
    return _proved(partial(merkle.inclusion_proof, number, wanted))


def consistency(old: int, new: int) -> list[bytes]:
    """What shows that the first `old` entries are the beginning of the first `new`. OutOfTree when they cannot be."""
    return _proved(partial(merkle.consistency_proof, old, _at_most_signed(new)))


def root(size: int) -> bytes:
    """The root of the first `size` entries. OutOfTree when not so many are signed."""
    return growing.root_at(_at_most_signed(size))


def proof_file(number: int) -> str:
    """The file by which anybody checks an entry against the latest checkpoint. OutOfTree when it has no such entry."""
    signed = _latest()
    found = _proved(partial(merkle.inclusion_proof, number, signed.size))
    return ProofFile(number, tuple(found), signed.note).text()


def _proved(prove: Callable[[merkle.Reader], list[bytes]]) -> list[bytes]:
    """A proof read from its tiles: asked once for what it needs, then, with all of that at hand, for itself."""
    wanted: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        where = tiles.place(level, index)
        wanted.add((where.level, where.number))
        return b""

    prove(note)
    found = growing.several(wanted)
    return prove(tiles.reader(lambda level, number: found.get((level, number), b"")))


def _latest() -> Checkpoint:
    found = reading.latest()
    if found is None:
        raise NothingSigned("nothing stands in the public log yet")
    return found


def _signed() -> int:
    return _latest().size


def _at_most_signed(size: int) -> int:
    signed = reading.size()
    if size > signed:
        raise OutOfTree(f"the log has {signed} entries, not {size}")
    return size
