"""Checkpoints: what the log signs, and the file by which one entry is proved (c2sp.org/tlog-checkpoint, tlog-proof)."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.domain.merkle import HASH_BYTES
from app.domain.notes import decoded, is_name

PROOF_HEAD: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 64
"""A tree that needs a longer path has more entries than can be counted in 64 bits."""

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LINES: Final = 3


class CheckpointNotReadable(Exception):
    """A text that is not a checkpoint; the message says why."""


class ProofNotReadable(Exception):
    """A file that is not a proof; the message says why."""


class Checkpoint(NamedTuple):
    """How long the log of an origin is and what its root is then."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()
    """Further lines, of other logs; ours has none."""

    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.more))


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One entry's way to a signed checkpoint, as a file somebody keeps."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    """The signed note, letter by letter."""
    extra: bytes | None = None

    def text(self) -> str:
        """The file."""
        lines = [PROOF_HEAD]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode('ascii')}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(part).decode("ascii") for part in self.hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse(text: str) -> Checkpoint:
    """The checkpoint a note's text is. CheckpointNotReadable, saying why, when it is none."""
    if not text.endswith("\n"):
        raise CheckpointNotReadable("a checkpoint ends with a line end")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < _LINES or not all(lines):
        raise CheckpointNotReadable("a checkpoint is three lines: origin, size and root")
    if not is_name(lines[0]):
        raise CheckpointNotReadable("the first line of a checkpoint names the log, without spaces or plus signs")
    if not _NUMBER.fullmatch(lines[1]):
        raise CheckpointNotReadable("the second line of a checkpoint is its size, a whole number")
    return Checkpoint(lines[0], int(lines[1]), _hash(lines[2], CheckpointNotReadable), tuple(lines[_LINES:]))


def parse_proof(file: str) -> ProofFile:
    """A proof taken apart; neither hashes nor signature are checked here. ProofNotReadable when it is none."""
    head, blank, checkpoint = file.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != PROOF_HEAD:
        raise ProofNotReadable(f"a proof begins with the line {PROOF_HEAD}")
    if not blank or not checkpoint:
        raise ProofNotReadable("a proof ends with a blank line and the checkpoint it leads to")
    rest = lines[1:]
    extra = None
    if rest and rest[0].startswith("extra "):
        try:
            extra = decoded(rest.pop(0).removeprefix("extra "))
        except ValueError:
            raise ProofNotReadable("what follows “extra” in a proof must be base64") from None
    if not rest or not _NUMBER.fullmatch(rest[0].removeprefix("index ")) or not rest[0].startswith("index "):
        raise ProofNotReadable("a proof says which entry it is of, in a line like “index 437”")
    return ProofFile(int(rest[0].removeprefix("index ")), _hashes(rest[1:]), checkpoint, extra)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MOST_HASHES:
        raise ProofNotReadable("a proof is no longer than 64 hashes")
    return tuple(_hash(line, ProofNotReadable) for line in lines)


def _hash(line: str, wrong: type[Exception]) -> bytes:
    try:
        data = decoded(line)
    except ValueError:
        data = b""
    if len(data) != HASH_BYTES:
        raise wrong("a hash is 32 bytes in base64")
    return data
