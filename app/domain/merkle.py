"""Merkle trees as the public log and the count of members have them: hashes, roots, proofs (RFC 6962 §2.1, SHA-256).

A tree of n leaves splits at the largest power of two strictly below n. A complete subtree is named by its level (leaves
are level 0) and its index at that level: it holds the leaves from index * 2^level on, 2^level of them. Whoever reads
those hashes from storage can prove anything about the tree with as many reads as it is high.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Reader = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree of a level and index."""

_SIZE_BYTES: Final = 8
_sha256 = hashlib.sha256


class OutOfTree(Exception):
    """A leaf or size that the tree does not have."""


class ProofDoesNotHold(Exception):
    """A proof that does not lead to the root it was given for; the message says what is wrong with it."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, remembered by its right edge: one hash per bit of its size, so memory is O(log n)."""

    __slots__ = ("_edge", "size")

    def __init__(self) -> None:
        """An empty tree."""
        self.size = 0
        self._edge: list[bytes] = []  # roots of the complete subtrees, the largest first

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add the hashes of several leaves, in order."""
        edge, size, sha256 = self._edge, self.size, _sha256
        for leaf in leaves:
            carried, bits = leaf, size
            while bits & 1:
                carried = sha256(b"\x01" + edge.pop() + carried).digest()
                bits >>= 1
            edge.append(carried)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return _folded(self._edge)

    def to_bytes(self) -> bytes:
        """The frontier at rest: the size as 8 bytes, then the hashes of the edge, the largest subtree first."""
        return self.size.to_bytes(_SIZE_BYTES) + b"".join(self._edge)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Frontier:
        """A frontier as it was kept. ValueError when it is not one."""
        size = int.from_bytes(kept[:_SIZE_BYTES])
        if len(kept) != _SIZE_BYTES + size.bit_count() * HASH_BYTES:
            raise ValueError("these bytes are not the frontier of a tree")
        frontier = cls()
        frontier.size = size
        frontier._edge = [kept[at : at + HASH_BYTES] for at in range(_SIZE_BYTES, len(kept), HASH_BYTES)]
        return frontier


def root(size: int, read: Reader) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _folded([read(level, index) for level, index in _complete(0, size)])


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """What leads from leaf `index` to the root of the first `size` leaves, the leaf's sibling first (RFC 6962 §2.1.1).

    OutOfTree when the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise OutOfTree(f"a tree of {size} leaves has no leaf {index}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return [_range_root(first, last, read) for first, last in reversed(path)]


def consistency_proof(old_size: int, new_size: int, read: Reader) -> list[bytes]:
    """What shows that the tree of `old_size` leaves is the beginning of the one of `new_size` (RFC 6962 §2.1.2).

    Nothing needs to be shown for an empty tree or for the same one. OutOfTree when the old is the larger one.
    """
    if not 0 <= old_size <= new_size:
        raise OutOfTree(f"a tree of {old_size} leaves is not the beginning of one of {new_size}")
    if old_size in {0, new_size}:
        return []
    begin, end, path = 0, new_size, []
    while old_size != end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    if begin:  # the old tree is not a subtree of the new one: the part that ends it comes first
        path.append((begin, end))
    return [_range_root(first, last, read) for first, last in reversed(path)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """That the tree of `size` leaves with the root `expected` has the hash `leaf` at `index`, else ProofDoesNotHold.

    (RFC 9162 §2.1.3.2.)
    """
    if not 0 <= index < size:
        raise ProofDoesNotHold(f"a tree of {size} entries has no entry {index}")
    _refuse_crooked(proof)
    reached = leaf
    for sibling, on_the_left in _sides(index, size - 1, proof):
        reached = node_hash(sibling, reached) if on_the_left else node_hash(reached, sibling)
    if reached != expected:
        raise ProofDoesNotHold("the proof does not lead from this entry to this root")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """That the old tree is the beginning of the new one, else ProofDoesNotHold (RFC 9162 §2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        raise ProofDoesNotHold(f"a tree of {old_size} entries is not the beginning of one of {new_size}")
    _refuse_crooked(proof)
    if old_size in {0, new_size}:
        _verify_nothing_to_show(old_size, old_root, new_size, new_root, proof)
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise ProofDoesNotHold("the proof is shorter than the tree is high")
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old_reached = new_reached = path[0]
    for sibling, on_the_left in _sides(place, last, path[1:]):
        if on_the_left:
            old_reached = node_hash(sibling, old_reached)
            new_reached = node_hash(sibling, new_reached)
        else:
            new_reached = node_hash(new_reached, sibling)
    if old_reached != old_root:
        raise ProofDoesNotHold("the proof does not lead to the older root: the beginning was changed")
    if new_reached != new_root:
        raise ProofDoesNotHold("the proof does not lead to the newer root")


def _sides(place: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The hashes of a proof on the way up, each with whether it stands to the left of what was reached.

    `place` is where the way begins on its level, `last` the last place there.
    """
    for sibling in proof:
        if last == 0:
            raise ProofDoesNotHold("the proof is longer than the tree is high")
        on_the_left = bool(place & 1) or place == last
        while on_the_left and place and not place & 1:
            place >>= 1
            last >>= 1
        yield sibling, on_the_left
        place >>= 1
        last >>= 1
    if last:
        raise ProofDoesNotHold("the proof is shorter than the tree is high")


def _verify_nothing_to_show(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise ProofDoesNotHold("the proof is longer than the tree is high")
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise ProofDoesNotHold("the older tree is empty but its root is not that of an empty tree")
    if old_size == new_size and old_root != new_root:
        raise ProofDoesNotHold(f"two different roots for the same {new_size} entries: two histories were told")


def _refuse_crooked(proof: Sequence[bytes]) -> None:
    if any(len(part) != HASH_BYTES for part in proof):
        raise ProofDoesNotHold(f"every hash of a proof has {HASH_BYTES} bytes")


def _split(leaves: int) -> int:
    """The largest power of two strictly below a number of leaves (at least two)."""
    return 1 << (leaves - 1).bit_length() - 1


def _complete(begin: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees (level, index) that make up the leaves from `begin` to before `end`, the largest first.

    `begin` is a multiple of the largest power of two that fits, as in every range of a proof.
    """
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def _range_root(begin: int, end: int, read: Reader) -> bytes:
    return _folded([read(level, index) for level, index in _complete(begin, end)])


def _folded(edge: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size."""
    if not edge:
        return EMPTY_ROOT
    reached = edge[-1]
    for left in reversed(edge[:-1]):
        reached = node_hash(left, reached)
    return reached
