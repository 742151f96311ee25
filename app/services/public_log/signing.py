"""Whose log it is and with which keys it signs. The address comes from the configuration, never from a request."""

from __future__ import annotations

import datetime as dt
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy import select

from app.db import db
from app.domain import notes
from app.domain.notes import Signature, VerifierKey
from app.models import LogIdentity, LogKey
from app.services import facts


class AnotherOrigin(Exception):
    """This database holds the log of another address than the one that is configured."""

    def __init__(self, begun: str, configured: str) -> None:
        """The address the log was begun under, and the one of the configuration."""
        super().__init__(
            f"This database holds the log of {begun}, and the configuration says {configured}. A log never changes "
            "its address: set JUNTAN_ORIGIN back to that of the log."
        )


class SignatureDoesNotHold(Exception):
    """No signature of a known key holds for this note."""


def origin() -> str:
    """The address of the log without its scheme, e.g. juntan.example/log: the first line of every checkpoint."""
    return str(current_app.config["LOG_ORIGIN"])


def verifier_keys() -> list[str]:
    """The public halves of the configured keys, the newest first, as people hand them on."""
    return [str(_verifier(origin(), seed)) for seed in _seeds()]


def sign(text: str) -> str:
    """The note of a text, signed by every configured key, the newest first."""
    return notes.written(text, [_signature(origin(), seed, text) for seed in _seeds()])


def is_signed(note: notes.Note, key: VerifierKey) -> bool:
    """Whether the key has signed the note."""
    public = Ed25519PublicKey.from_public_bytes(key.public)
    return any(
        _holds(public, signature.signature, note.text)
        for signature in note.signatures
        if (signature.name, signature.keyid) == (key.name, key.keyid)
    )


def keys_so_far() -> list[LogKey]:
    """Every key that has ever begun to sign, in the order in which they began."""
    return list(db.session.scalars(select(LogKey).order_by(LogKey.id)))


def new_keys() -> list[str]:
    """Configured keys that have not begun yet, the oldest first."""
    begun = set(db.session.scalars(select(LogKey.vkey)))
    return [vkey for vkey in reversed(verifier_keys()) if vkey not in begun]


def begun_under() -> str | None:
    """The address this log was begun under; None before its first entry."""
    return db.session.scalar(select(LogIdentity.origin))


def refuse_another_origin() -> bool:
    """Whether the log has begun. AnotherOrigin when it did under another address."""
    begun = begun_under()
    if begun is not None and begun != origin():
        raise AnotherOrigin(begun, origin())
    return begun is not None


def begin(*, at: dt.datetime) -> None:
    """Stamp the log with its address at its first entry, and state each key that begins to sign.

    AnotherOrigin when the log was begun under another address. The fact says whether the key before signs beside the
    new one: then whoever knows that one can see that the change was meant.
    """
    if not refuse_another_origin():
        db.session.add(LogIdentity(id=1, origin=origin(), at=at))
    before = db.session.scalar(select(LogKey.vkey).order_by(LogKey.id.desc()).limit(1)) or ""
    for vkey in new_keys():
        beside = before in verifier_keys()
        facts.state(
            "log-key", notes.parse_vkey(vkey).keyid.hex(), at=at, key=vkey, before=before, signed_by_both=beside
        )
        db.session.add(LogKey(vkey=vkey, at=at))
        before = vkey
    db.session.flush()


def _seeds() -> list[bytes]:
    return list(current_app.config["LOG_KEYS"].values())


@cache
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _verifier(name: str, seed: bytes) -> VerifierKey:
    return VerifierKey(name, _key(seed).public_key().public_bytes_raw())


def _signature(name: str, seed: bytes, text: str) -> Signature:
    return Signature(name, _verifier(name, seed).keyid, _key(seed).sign(text.encode()))


def _holds(public: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    try:
        public.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True
