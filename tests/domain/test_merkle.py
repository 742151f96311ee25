"""Hashes and proofs are those of RFC 6962: known answers, an independent definition, and every way to be wrong."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import merkle, tiles
from app.domain.merkle import Frontier, OutOfTree, ProofDoesNotHold

LEAVES = [merkle.leaf_hash(entry) for entry in (b"a", b"b", b"c")]
SIZES = st.integers(0, 600)


def tree(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + tree(leaves[:split]) + tree(leaves[split:])).digest()


def numbered(size: int) -> list[bytes]:
    """Hashes of so many different leaves."""
    return [merkle.leaf_hash(number.to_bytes(4)) for number in range(size)]


def reader(leaves: list[bytes]) -> merkle.Reader:
    """Hashes of complete subtrees, from the leaves themselves."""
    return lambda level, index: tiles.folded(leaves[index << level : index + 1 << level])


def frontier_of(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier


def test_the_known_answers() -> None:
    read = reader(LEAVES)
    assert merkle.EMPTY_ROOT == hashlib.sha256(b"").digest() == Frontier().root()
    assert merkle.root(2, read).hex() == "b137985ff484fb600db93107c77b0365c80d78f5b429ded0fd97361d077999eb"
    assert merkle.root(3, read).hex() == "36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1"
    assert merkle.inclusion_proof(1, 3, read) == [LEAVES[0], LEAVES[2]]
    assert merkle.consistency_proof(1, 3, read) == [LEAVES[1], LEAVES[2]]


@given(SIZES, st.integers(0, 600))
def test_a_streamed_tree_is_the_tree_of_all_its_leaves_also_when_it_was_put_away_between(size: int, pause: int) -> None:
    leaves = numbered(size)
    frontier = frontier_of(leaves[:pause])
    kept = frontier.to_bytes()
    assert len(kept) <= 8 + 32 * 10
    again = Frontier.from_bytes(kept)
    for leaf in leaves[pause:]:
        again.append(leaf)
    assert (again.size, again.root()) == (size, tree(leaves))
    assert merkle.root(size, reader(leaves)) == tree(leaves)


@pytest.mark.parametrize("kept", [b"", b"\0" * 7, b"\0" * 8 + b"x", b"\0" * 7 + b"\1", b"\0" * 7 + b"\3" + b"h" * 63])
def test_other_bytes_are_no_frontier(kept: bytes) -> None:
    with pytest.raises(ValueError, match="not the frontier"):
        Frontier.from_bytes(kept)


@given(st.data())
def test_every_leaf_can_be_proved_and_nothing_else_with_its_proof(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    proof, root = merkle.inclusion_proof(index, size, reader(leaves)), tree(leaves)
    merkle.verify_inclusion(leaves[index], index, size, proof, root)
    with pytest.raises(ProofDoesNotHold, match="does not lead from this entry"):
        merkle.verify_inclusion(merkle.leaf_hash(b"another"), index, size, proof, root)
    with pytest.raises(ProofDoesNotHold, match=r"longer|has no entry"):
        merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    if proof:
        with pytest.raises(ProofDoesNotHold, match="shorter"):
            merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)
        changed = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:changed], bytes(32), *proof[changed + 1 :]]
        with pytest.raises(ProofDoesNotHold, match="does not lead"):
            merkle.verify_inclusion(leaves[index], index, size, wrong, root)
        with pytest.raises(ProofDoesNotHold, match="32 bytes"):
            merkle.verify_inclusion(leaves[index], index, size, [proof[0][:-1], *proof[1:]], root)
    other = data.draw(st.integers(-2, size + 2))
    if other != index:
        with pytest.raises(ProofDoesNotHold):
            merkle.verify_inclusion(leaves[index], other, size, proof, root)


@given(st.data())
def test_a_log_that_only_grew_can_show_it_and_one_that_changed_cannot(data: st.DataObject) -> None:
    new = data.draw(SIZES)
    old = data.draw(st.integers(0, new))
    leaves = numbered(new)
    old_root, new_root = tree(leaves[:old]), tree(leaves)
    proof = merkle.consistency_proof(old, new, reader(leaves))
    merkle.verify_consistency(old, old_root, new, new_root, proof)
    with pytest.raises(ProofDoesNotHold):
        merkle.verify_consistency(old, old_root, new, new_root, [*proof, new_root])
    if old > 0:
        with pytest.raises(ProofDoesNotHold, match=r"beginning was changed|two histories|newer root"):
            merkle.verify_consistency(old, bytes(32), new, new_root, proof)
        with pytest.raises(ProofDoesNotHold, match=r"newer root|two histories"):
            merkle.verify_consistency(old, old_root, new, bytes(32), proof)
    if proof:
        with pytest.raises(ProofDoesNotHold):
            merkle.verify_consistency(old, old_root, new, new_root, proof[:-1])
        with pytest.raises(ProofDoesNotHold):
            merkle.verify_consistency(old, old_root, new, new_root, [])


def test_what_is_outside_of_the_tree_is_neither_proved_nor_believed() -> None:
    read = reader(LEAVES)
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(OutOfTree):
            merkle.inclusion_proof(index, size, read)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(OutOfTree):
            merkle.consistency_proof(old, new, read)
        with pytest.raises(ProofDoesNotHold, match="not the beginning"):
            merkle.verify_consistency(old, b"", new, b"", [])
    with pytest.raises(ProofDoesNotHold, match="empty"):
        merkle.verify_consistency(0, LEAVES[0], 3, tree(LEAVES), [])


@given(st.integers(1, 600))
def test_a_proof_asks_for_no_more_than_the_height_of_the_tree(size: int) -> None:
    leaves, asked = numbered(size), []
    read = reader(leaves)

    def counting(level: int, index: int) -> bytes:
        asked.append(level)
        return read(level, index)

    merkle.inclusion_proof(size // 2, size, counting)
    merkle.consistency_proof(size // 2, size, counting)
    assert len(asked) <= 4 * size.bit_length()
