"""Signed notes: a text with signatures below it, and the keys that verify them (c2sp.org/signed-note).

Text and bytes only: signing itself needs a key and lives with it. Reading is strict: one spelling is accepted, so that
two readers never see two different things in the same file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

ED25519: Final = 0x01
"""The kind of key that signs a note."""
COSIGNATURE: Final = 0x04
"""The kind of key with which a witness signs that it saw a checkpoint at a time."""
PUBLIC_BYTES: Final = 32
KEYID_BYTES: Final = 4
MOST_SIGNATURES: Final = 100

_DASH: Final = "\u2014 "
_KEYID_HEX: Final = 2 * KEYID_BYTES


class NoteNotReadable(Exception):
    """A file that is not a signed note; the message says why."""


class KeyNotReadable(Exception):
    """A text that is not a verifier key; the message says why."""


class Signature(NamedTuple):
    """One signature below a note: who says to have signed, the number of the key, the signature's bytes."""

    name: str
    keyid: bytes
    signature: bytes


class Note(NamedTuple):
    """A text, ending in a newline, and what stands below it."""

    text: str
    signatures: tuple[Signature, ...]


class VerifierKey(NamedTuple):
    """The public half of a key, with the name it signs under."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def keyid(self) -> bytes:
        """The number by which a signature names its key."""
        return keyid(self.name, self.public, self.kind)

    def __str__(self) -> str:
        """The key as people hand it on: name+number+base64."""
        return f"{self.name}+{self.keyid.hex()}+{_encoded(bytes([self.kind]) + self.public)}"


def keyid(name: str, public: bytes, kind: int = ED25519) -> bytes:
    """The four bytes that tell keys apart: SHA-256 over the name, a newline, the kind and the public key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEYID_BYTES]


def parse_vkey(text: str) -> VerifierKey:
    """A verifier key as people hand it on. KeyNotReadable when it is none, or its number is not its own."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    if not is_name(name):
        raise KeyNotReadable("a verifier key begins with a name without spaces or plus signs")
    try:
        data = decoded(encoded)
    except ValueError:
        raise KeyNotReadable("the last part of a verifier key must be base64") from None
    if len(data) != 1 + PUBLIC_BYTES or data[0] not in {ED25519, COSIGNATURE}:
        raise KeyNotReadable("the key is not an Ed25519 key of 32 bytes")
    key = VerifierKey(name, data[1:], data[0])
    if len(number) != _KEYID_HEX or number != key.keyid.hex():
        raise KeyNotReadable("the number of the verifier key is not that of its key")
    return key


def written(text: str, signatures: Iterable[Signature]) -> str:
    """A note with its signatures. NoteNotReadable when nobody could read it back."""
    lines = "".join(
        f"{_DASH}{signature.name} {_encoded(signature.keyid + signature.signature)}\n" for signature in signatures
    )
    note = f"{text}\n{lines}"
    parse(note)
    return note


def parse(note: str) -> Note:
    """A signed note taken apart. NoteNotReadable, saying why, when it is none; no signature is checked here."""
    if any(letter != "\n" and unicodedata.category(letter) in {"Cc", "Cs"} for letter in note):
        raise NoteNotReadable("a signed note holds no control characters but line ends")
    at = note.rfind("\n\n")
    if at < 0:
        raise NoteNotReadable("a signed note is a text, a blank line and signatures")
    text, below = note[: at + 1], note[at + 2 :]
    if text == "\n":
        raise NoteNotReadable("a signed note begins with a text")
    if not below or not below.endswith("\n"):
        raise NoteNotReadable("the last line of a signed note is a signature and ends with a line end")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteNotReadable(f"a signed note has at most {MOST_SIGNATURES} signatures")
    return Note(text, tuple(map(_signature, lines)))


def is_name(name: str) -> bool:
    """Whether a key can bear this name: not empty, no spaces, no plus sign, no control characters."""
    return bool(name) and not any(
        letter == "+" or letter.isspace() or unicodedata.category(letter) in {"Cc", "Cs"} for letter in name
    )


def decoded(text: str) -> bytes:
    """Base64 in its one spelling. ValueError otherwise."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("not base64") from None
    if _encoded(data) != text:
        raise ValueError("not base64 in its one spelling")
    return data


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_name(name):
        raise NoteNotReadable("a signature is a line of an em dash, a name and base64")
    try:
        data = decoded(encoded)
    except ValueError:
        raise NoteNotReadable("a signature is a line of an em dash, a name and base64") from None
    if len(data) <= KEYID_BYTES:
        raise NoteNotReadable("a signature is longer than the number of its key")
    return Signature(name, data[:KEYID_BYTES], data[KEYID_BYTES:])


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
