"""The vault: what nobody reads without a key. Sealed values, keyed hashes and documents encrypted in chunks.

Sealed values are AES-256-GCM under the newest key-encryption key of the configuration; the blob names its key, so that
older keys go on opening what they sealed. What a value is for is authenticated with it: a sealed name put in the place
of a sealed bank account does not open. Each document has a key of its own, sealed like any value; destroying that row
erases the document, wherever copies of its file may be.

Documents follow the STREAM construction: 64 KiB chunks, each with its number in the nonce and the last one marked, so
that chunks cannot be exchanged, repeated or cut off without being noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from app.services.spool import CHUNK_BYTES

__all__ = ["CHUNK_BYTES"]

KEY_BYTES: Final = 32
_FORM: Final = b"\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + _TAG_BYTES
_DOCUMENT_FORM: Final = b"JD1\n"
_SALT_BYTES: Final = 16
_DOCUMENT_KEY: Final = "document-key"


class VaultSealedWithUnknownKey(Exception):
    """The value was sealed with a key that is no longer configured; `key_id` names it."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"sealed with the key {key_id!r}, which is not among the configured ones")
        self.key_id = key_id


class VaultTampered(Exception):
    """The bytes are not what was sealed, were sealed for another purpose, or end too early."""


def seal(value: str | bytes, *, purpose: str) -> bytes:
    """Encrypt a value under the newest key. It opens only for the same purpose, e.g. "person.name"."""
    return sealer(purpose=purpose)(value)


def sealer(*, purpose: str) -> Callable[[str | bytes], bytes]:
    """What seals many values for one purpose: the configuration is read once, each value has a nonce of its own."""
    key_id, key = next(iter(current_app.config["KEKS"].items()))
    head, encrypt = _head(key_id), _cipher(key).encrypt
    bound = head + purpose.encode()

    def seal_one(value: str | bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return head + nonce + encrypt(nonce, value.encode() if isinstance(value, str) else value, bound)

    return seal_one


def unseal(blob: bytes, *, purpose: str) -> str:
    """The text that was sealed. Raises `VaultTampered` or `VaultSealedWithUnknownKey`."""
    return unseal_bytes(blob, purpose=purpose).decode()


def unseal_bytes(blob: bytes, *, purpose: str) -> bytes:
    """The bytes that were sealed. Raises `VaultTampered` or `VaultSealedWithUnknownKey`."""
    if len(blob) < len(_FORM) + 1 or blob[:1] != _FORM:
        raise VaultTampered
    start = 2 + blob[1]
    head, nonce, sealed = blob[:start], blob[start : start + _NONCE_BYTES], blob[start + _NONCE_BYTES :]
    key_id = head[2:].decode(errors="replace")
    if len(nonce) != _NONCE_BYTES or len(sealed) < _TAG_BYTES:
        raise VaultTampered
    key = current_app.config["KEKS"].get(key_id)
    if key is None:
        raise VaultSealedWithUnknownKey(key_id)
    try:
        return _cipher(key).decrypt(nonce, sealed, head + purpose.encode())
    except InvalidTag as wrong:
        raise VaultTampered from wrong


def new_key() -> bytes:
    """A fresh key; whoever keeps it seals it first."""
    return os.urandom(KEY_BYTES)


def seal_under(key: bytes, value: str, *, purpose: str) -> bytes:
    """Encrypt a text under a key of its own: destroying that key erases the text. Opens only for the same purpose."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, value.encode(), _FORM + purpose.encode())


def unseal_under(key: bytes, blob: bytes, *, purpose: str) -> str:
    """The text that was sealed under this key. Raises `VaultTampered`."""
    head, nonce, sealed = blob[:1], blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    if head != _FORM or len(sealed) < _TAG_BYTES:
        raise VaultTampered
    try:
        return AESGCM(key).decrypt(nonce, sealed, head + purpose.encode()).decode()
    except InvalidTag as wrong:
        raise VaultTampered from wrong


def keyed_hash(*parts: str) -> bytes:
    """HMAC-SHA256 under the pepper of the configuration: the same parts give the same 32 bytes, and tell nothing else.

    Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    return hasher()(*parts)


def hasher() -> Callable[..., bytes]:
    """What makes many keyed hashes (see `keyed_hash`): the configuration is read once."""
    pepper: bytes = current_app.config["PEPPER"]

    def hash_one(*parts: str) -> bytes:
        encoded = [part.encode() for part in parts]
        return hmac.digest(pepper, b"".join(len(part).to_bytes(4, "big") + part for part in encoded), "sha256")

    return hash_one


def document_digest() -> hmac.HMAC:
    """A running HMAC-SHA256 under the pepper for the bytes of a document; its prefix keeps it from `keyed_hash`."""
    return hmac.new(current_app.config["PEPPER"], b"\xff\xff\xff\xffdocument", hashlib.sha256)


def new_document_key() -> tuple[bytes, bytes]:
    """A fresh key for one document, and the same key sealed for keeping."""
    key = os.urandom(KEY_BYTES)
    return key, seal(key, purpose=_DOCUMENT_KEY)


def open_document_key(wrapped: bytes) -> bytes:
    """The key of a document. Raises `VaultTampered` or `VaultSealedWithUnknownKey`."""
    return unseal_bytes(wrapped, purpose=_DOCUMENT_KEY)


def encrypt_document(chunks: Iterable[bytes], *, key: bytes, purpose: str) -> Iterator[bytes]:
    """The document encrypted, in pieces of at most 64 KiB and a tag; holds no more than two of them in memory.

    `purpose` ("original", "view") and a fresh salt make the key of this one file from the key of the document.
    """
    salt = os.urandom(_SALT_BYTES)
    cipher = AESGCM(_file_key(key, salt, purpose))
    yield _DOCUMENT_FORM + salt
    waiting = b""
    number = 0
    for piece in _in_chunks(chunks, CHUNK_BYTES):
        if number:
            yield cipher.encrypt(_chunk_nonce(number, last=False), waiting, None)
        waiting = piece
        number += 1
    yield cipher.encrypt(_chunk_nonce(max(number, 1), last=True), waiting, None)


def decrypt_document(chunks: Iterable[bytes], *, key: bytes, purpose: str) -> Iterator[bytes]:
    """The document again, chunk by chunk; each is authentic before it is given out.

    Raises `VaultTampered` as soon as something is wrong: a changed, exchanged or missing chunk, an end that comes too
    early (then only after the chunks before it), another key or another purpose.
    """
    source = iter(chunks)
    head, rest = _exactly(source, len(_DOCUMENT_FORM) + _SALT_BYTES)
    if not head.startswith(_DOCUMENT_FORM):
        raise VaultTampered
    cipher = AESGCM(_file_key(key, head[len(_DOCUMENT_FORM) :], purpose))
    waiting: bytes | None = None
    number = 0
    for piece in _in_chunks(_after(rest, source), _SEALED_CHUNK_BYTES):
        if waiting is not None:
            yield _open_chunk(cipher, waiting, number, last=False)
        waiting = piece
        number += 1
    if waiting is None:
        raise VaultTampered
    yield _open_chunk(cipher, waiting, number, last=True)


def _open_chunk(cipher: AESGCM, sealed: bytes, number: int, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_chunk_nonce(number, last=last), sealed, None)
    except (InvalidTag, ValueError) as wrong:
        raise VaultTampered from wrong


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE_BYTES - 1, "big") + (b"\x01" if last else b"\x00")


def _in_chunks(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of one size; only the last may be shorter, and none is empty."""
    held = bytearray()
    for piece in pieces:
        if not held and len(piece) == size:  # as it is: nothing is copied
            yield piece
            continue
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def _exactly(source: Iterator[bytes], size: int) -> tuple[bytes, bytes]:
    held = b""
    while len(held) < size:
        piece = next(source, None)
        if piece is None:
            raise VaultTampered
        held += piece
    return held[:size], held[size:]


def _after(first: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from source


def _file_key(key: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=b"juntan " + purpose.encode()).derive(key)


@lru_cache(maxsize=64)
def _head(key_id: str) -> bytes:
    encoded = key_id.encode()
    return _FORM + bytes((len(encoded),)) + encoded


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    """Setting up a cipher costs more than a short value; the few configured keys are set up once."""
    return AESGCM(key)
