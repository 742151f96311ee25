"""Codes of invitations: twelve letters, made from an invitation's reference with the pepper whenever they are written.

The database has their keyed hash only. Nobody makes or guesses one without the pepper: there are 2^60 of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.services import vault

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12
_BITS: Final = 5


def code_of(ref: str) -> str:
    """The code of an invitation, as it stands on paper and in the mail's link."""
    return maker()(ref)


def maker() -> Callable[[str], str]:
    """What makes many codes: the configuration is read once."""
    keyed = vault.hasher()

    def make(ref: str) -> str:
        bits = int.from_bytes(keyed("invitation-code", ref)[:8])
        return "".join(_LETTERS[bits >> (_BITS * place) & 31] for place in range(_LENGTH))

    return make


def hash_of(code: str) -> bytes:
    """What is kept of a code."""
    return vault.keyed_hash("invitation-code-hash", code)


def hasher() -> Callable[[str], bytes]:
    """What makes the hashes of many codes from their invitations' references."""
    keyed, make = vault.hasher(), maker()
    return lambda ref: keyed("invitation-code-hash", make(ref))
