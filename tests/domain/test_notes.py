"""Signed notes, verifier keys, checkpoints and proof files have one spelling each, and only that one is read."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import checkpoints, notes
from app.domain.checkpoints import Checkpoint, CheckpointNotReadable, ProofFile, ProofNotReadable
from app.domain.notes import KeyNotReadable, NoteNotReadable, Signature, VerifierKey

SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED = Signature("juntan.example/log", b"key1", b"s" * 64)
NAMES = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), blacklist_characters="+"), min_size=1
)


def test_the_key_of_the_specification_is_read_and_written_letter_by_letter() -> None:
    key = notes.parse_vkey(SPEC_KEY)
    assert (key.name, key.keyid.hex(), str(key)) == ("example.com/foo", "530d903a", SPEC_KEY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with a name"),
        (SPEC_KEY.replace("example.com/foo", "example.com/bar"), "not that of its key"),
        (SPEC_KEY.replace("530d903a", "530d903b"), "not that of its key"),
        (SPEC_KEY.replace("530d903a", "530D903A"), "not that of its key"),
        (SPEC_KEY + "=", "base64"),
        (SPEC_KEY[:-4], "32 bytes"),
        (SPEC_KEY.replace("+Aeky", "+Bgky"), "32 bytes"),
        ("a b+" + SPEC_KEY.partition("+")[2], "begins with a name"),
    ],
)
def test_any_other_key_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(KeyNotReadable, match=why):
        notes.parse_vkey(text)


@given(NAMES, st.binary(min_size=32, max_size=32))
def test_every_key_comes_back(name: str, public: bytes) -> None:
    key = VerifierKey(name, public)
    assert notes.parse_vkey(str(key)) == key


@given(st.lists(st.sampled_from(["one", "two two", "", "三"]), min_size=1, max_size=5), st.integers(1, 3))
def test_a_note_comes_back_as_it_was_signed(lines: list[str], signatures: int) -> None:
    text = "begins\n" + "".join(f"{line}\n" for line in lines)
    note = notes.parse(notes.written(text, [SIGNED] * signatures))
    assert (note.text, note.signatures) == (text, (SIGNED,) * signatures)


GOOD = notes.written("text\n", [SIGNED])


@pytest.mark.parametrize(
    "note",
    [
        "", "text\n", "text\n\n", GOOD[:-1], GOOD + "\n", GOOD.replace("—", "-"), GOOD.replace("text", "te\rxt"),
        GOOD.replace("text", "te\x00xt"), GOOD.replace(" juntan", "  juntan"), GOOD.replace(" juntan.example", " a+b"),
        GOOD.replace("\n\n", "\n"), GOOD[:-2] + "!\n", "\n\n" + GOOD.partition("\n\n")[2], GOOD + "more\n",
        "text\n\n— name a2V5MQ==\n", GOOD + GOOD.partition("\n\n")[2] * 100,
    ],
)  # fmt: skip
def test_any_other_note_is_refused(note: str) -> None:
    with pytest.raises(NoteNotReadable):
        notes.parse(note)


def test_a_note_nobody_could_read_is_not_written() -> None:
    for text in ("", "text", "te\txt\n"):
        with pytest.raises(NoteNotReadable):
            notes.written(text, [SIGNED])
    with pytest.raises(NoteNotReadable):
        notes.written("text\n", [])


ROOT = base64.b64encode(bytes(32)).decode()


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_three_lines(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("juntan.example/log", size, root)
    text = checkpoint.text()
    assert text.split("\n")[:2] == ["juntan.example/log", str(size)]
    assert checkpoints.parse(text) == checkpoint
    assert checkpoints.parse(text + "of another log\n").more == ("of another log",)


@pytest.mark.parametrize(
    "text",
    [
        "", f"log\n7\n{ROOT}", "log\n7\n", f"log\n07\n{ROOT}\n", f"log\n-7\n{ROOT}\n", f"log\n７\n{ROOT}\n",
        f"\n7\n{ROOT}\n", f"log\n7\n{ROOT[:-1]}\n", f"log\n7\n{ROOT}\n\n", f"a log\n7\n{ROOT}\n", "log\n7\nAAAA\n",
    ],
)  # fmt: skip
def test_any_other_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CheckpointNotReadable):
        checkpoints.parse(text)


@given(
    st.integers(0, 10**9),
    st.lists(st.binary(min_size=32, max_size=32), max_size=40),
    st.none() | st.binary(max_size=50),
)
def test_a_proof_file_comes_back(index: int, hashes: list[bytes], extra: bytes | None) -> None:
    proof = ProofFile(index, tuple(hashes), GOOD, extra)
    assert checkpoints.parse_proof(proof.text()) == proof


def test_a_proof_file_reads_as_the_specification_has_it() -> None:
    text = ProofFile(1, (bytes(32),), GOOD, b"leaf").text()
    assert text == f"c2sp.org/tlog-proof@v1\nextra bGVhZg==\nindex 1\n{ROOT}\n\n{GOOD}"


HEAD = "c2sp.org/tlog-proof@v1\n"


@pytest.mark.parametrize(
    "file",
    [
        "", HEAD, f"{HEAD}index 1\n", f"{HEAD}index 1\n\n", f"{HEAD}{ROOT}\n\n{GOOD}", f"{HEAD}index 01\n\n{GOOD}",
        f"{HEAD}1\n\n{GOOD}", f"{HEAD}index 1\nAAAA\n\n{GOOD}", f"{HEAD}extra ?\nindex 1\n\n{GOOD}",
        f"{HEAD}index 1\nextra AAAA\n\n{GOOD}", f"c2sp.org/tlog-proof@v2\nindex 1\n\n{GOOD}",
        f"{HEAD}index 1\n" + f"{ROOT}\n" * 65 + f"\n{GOOD}",
    ],
)  # fmt: skip
def test_any_other_file_is_no_proof(file: str) -> None:
    with pytest.raises(ProofNotReadable):
        checkpoints.parse_proof(file)
