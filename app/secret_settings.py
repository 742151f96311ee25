"""The secrets of an installation: given to production by its environment, drawn once by a demonstration."""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SECRETS: Final = ("SECRET_KEY", "JUNTAN_PEPPER", "JUNTAN_KEK", "JUNTAN_LOG_KEY")
NEEDED_IN_PRODUCTION: Final = (
    *SECRETS,
    "DATABASE_URL",
    "JUNTAN_ORIGIN",
    "JUNTAN_SMTP_HOST",
    "JUNTAN_MAIL_FROM",
)
LEAST_SECRET: Final = 32
"""A secret shorter than this many characters was typed, not drawn."""
KEY_BYTES: Final = 32


class SecretsNotConfigured(Exception):
    """A secret is missing or is none; the message tells the operator what to set and shows no secret."""


def key_list(text: str, name: str) -> dict[str, bytes]:
    """Keys of the setting `name` from "id:base64,id:base64", newest first: the first one seals or signs."""
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        label, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not label or len(key) != KEY_BYTES or label in keys or key in keys.values():
            raise SecretsNotConfigured(
                f"{name} must be a list of different id:base64 entries, each key 32 bytes long, the newest first; "
                f"entry {number} is not."
            )
        keys[label] = key
    if not keys:
        raise SecretsNotConfigured(f"{name} names no key.")
    return keys


def given_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets production was given; everything missing or too short is named in one sentence."""
    missing = [name for name in NEEDED_IN_PRODUCTION if not environment.get(name, "").strip()]
    if missing:
        raise SecretsNotConfigured(
            f"Production does not start without: {', '.join(missing)}. Set them in the environment."
        )
    short = [name for name in SECRETS if len(environment[name]) < LEAST_SECRET]
    if short:
        raise SecretsNotConfigured(
            f"Production does not start with secrets shorter than {LEAST_SECRET} characters: {', '.join(short)}."
        )
    return {name: environment[name] for name in SECRETS}


def own_secrets(instance: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The demonstration's secrets: drawn once, kept in the instance folder, readable by its owner only.

    A secret that stands in the environment goes first. What a later version needs besides is drawn and added. Of two
    processes that start together the second waits, and reads what the first has drawn.
    """
    path = instance / "secrets.json"
    kept = _kept(path)
    if not set(SECRETS) <= set(kept):
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = _drawn(path)
    return {name: environment.get(name) or kept[name] for name in SECRETS}


def _kept(path: Path) -> dict[str, str]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _drawn(path: Path) -> dict[str, str]:
    """What is there, and what was missing, at rest in one piece."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        whole = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JUNTAN_PEPPER": secrets.token_urlsafe(48),
            "JUNTAN_KEK": f"demo-1:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}",
            "JUNTAN_LOG_KEY": f"demo-1:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}",
            **_kept(path),
        }
        draft = path.with_name(f".secrets-{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(whole, handle)
        draft.replace(path)
        return whole
    finally:
        os.close(folder)
