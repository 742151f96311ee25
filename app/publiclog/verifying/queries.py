"""What the public log says of something that somebody holds."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.db import db
from app.domain import checkpoints, merkle, notes
from app.domain.checkpoints import CheckpointNotReadable, ProofNotReadable
from app.domain.merkle import ProofDoesNotHold
from app.domain.notes import NoteNotReadable
from app.models import Award, Case, Claim, Decision, Membership, Notice, NoticeFile, Payout, Period
from app.publiclog.verifying.forms import Brought
from app.services import decisions
from app.services.counting.proving import FORMAT
from app.services.public_log import fingerprints, proving, reading, signing

_PERIOD: Final = re.compile(r"[a-z-]+-\d{4}-\d{2}-\d{1,2}")
_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")
_REF: Final = re.compile("[0-9A-HJKMNP-TV-Z]{12}")
_TITLE: Final = re.compile(rb"\xc2\xb7 ([0-9A-HJKMNP-TV-Z]{12})<")
_MOST_DIGITS: Final = 12


class NotBorneOut(Exception):
    """The log does not bear this out; `why` is one of the reasons the page has a sentence for."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why, self.values = why, values


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry that bears out what somebody holds; or how far a checkpoint of theirs is the beginning of the log."""

    size: int
    number: int | None = None
    signed_at: dt.datetime | None = None
    said: Mapping[str, Any] | None = None
    """What the entry says; with `number`."""
    kept: int | None = None
    """Size of the checkpoint that somebody kept."""
    leaf: int | None = None
    """Which leaf somebody is, from 1, in the count that the entry states."""
    letter: str = ""
    """The kind of letter that led to the entry."""
    settled: Answer | None = None
    """The settlement of the same period."""


def answer(brought: Brought) -> Answer:
    """What the log says of it. Raises `NotBorneOut`."""
    if not brought.text:
        return _letter(brought.file)
    text = brought.text
    if text.startswith("c2sp.org/tlog-proof"):
        return _proof(text)
    if text.startswith("{"):
        return _count(text)
    if "\n\n" in text:
        return _checkpoint(text)
    return _named("".join(text.split()))


def _of_entry(number: int | None, **more: Any) -> Answer:
    """The entry of this number, as it stands signed."""
    fact = None if number is None else reading.entry(number)
    signed = None if number is None else reading.checkpoint_holding(number)
    if fact is None or signed is None:
        raise NotBorneOut("not-there")
    return Answer(reading.size(), number, signed.at, json.loads(fact.body), **more)


def _signed(note: str) -> checkpoints.Checkpoint:
    """The checkpoint of a note that a key of this log signed, now or once."""
    try:
        read = notes.parse(note)
        found = checkpoints.parse(read.text)
    except (NoteNotReadable, CheckpointNotReadable):
        raise NotBorneOut("unreadable") from None
    if found.origin != signing.origin():
        raise NotBorneOut("another-log", other=found.origin)
    keys = {*signing.verifier_keys(), *(key.vkey for key in signing.keys_so_far())}
    if not any(signing.is_signed(read, notes.parse_vkey(key)) for key in keys):
        raise NotBorneOut("unsigned")
    if found.size > reading.size():
        raise NotBorneOut("ahead", size=found.size)
    if proving.root(found.size) != found.root:
        raise NotBorneOut("two-histories")
    return found


def _checkpoint(text: str) -> Answer:
    return Answer(reading.size(), kept=_signed(text).size)


def _proof(text: str) -> Answer:
    try:
        found = checkpoints.parse_proof(text)
    except ProofNotReadable:
        raise NotBorneOut("unreadable") from None
    signed = _signed(found.checkpoint)
    if found.index >= signed.size:
        raise NotBorneOut("unreadable")
    fact = reading.entry(found.index)
    leaf = merkle.leaf_hash(fact.body.encode()) if fact else b""
    try:
        merkle.verify_inclusion(leaf, found.index, signed.size, found.hashes, signed.root)
    except ProofDoesNotHold:
        raise NotBorneOut("unreadable") from None
    return _with_settlement(_of_entry(found.index))


def _count(text: str) -> Answer:
    """A count proof: its leaf leads to the root that the log holds for its period."""
    try:
        proof = json.loads(text)
        if proof["format"] != FORMAT:
            raise NotBorneOut("unknown")
        hashes = [notes.decoded(one) for one in proof["hashes"]]
        data = bytes.fromhex(proof["salt"]) + str(proof["membership"]).encode("ascii")
        period, index = str(proof["period"]), int(proof["index"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise NotBorneOut("unreadable") from None
    if not _PERIOD.fullmatch(period):  # before a database is asked for letters that it cannot hold
        raise NotBorneOut("unreadable")
    lock = _of_entry(_newest("members-locked", period))
    said = lock.said or {}
    leaf = merkle.leaf_hash(hashlib.sha256(data).digest())
    try:
        merkle.verify_inclusion(leaf, index, said["members"], hashes, bytes.fromhex(said.get("root", "")))
    except ProofDoesNotHold:
        raise NotBorneOut("not-counted") from None
    return _with_settlement(replace(lock, leaf=index + 1))


def _with_settlement(lock: Answer) -> Answer:
    """With what was charged, when the entry is the lock of a period that is settled."""
    said = lock.said or {}
    number = _newest("settlement", said["about"]) if said["type"] == "members-locked" else None
    return lock if number is None else replace(lock, settled=_of_entry(number))


def _newest(type_: str, about: str) -> int | None:
    return next(reversed(reading.numbers_about(type_, about)), None)


def _letter(file: bytes) -> Answer:
    """A letter of ours, byte for byte: what it tells of stands in the log."""
    digest = hashlib.sha256(file).hexdigest()
    ours = select(Notice).join(NoticeFile, NoticeFile.notice_id == Notice.id).where(NoticeFile.sha256 == digest)
    notice = db.session.scalar(ours.limit(1))
    if notice is not None:
        return _of_notice(notice)
    found = _TITLE.search(file)
    if not file.startswith(b"%PDF") or found is None:
        raise NotBorneOut("no-reference")
    raise NotBorneOut("not-our-letter", ref=found[1].decode())


def _of_notice(notice: Notice) -> Answer:
    number = _TOLD[notice.kind](notice) if notice.kind in _TOLD else None
    if number is None:
        raise NotBorneOut("not-logged")
    return _of_entry(number, letter=notice.kind)


def _bulletin(notice: Notice) -> int | None:
    return _newest("settlement", db.session.get_one(Period, notice.about).name)


def _payout(notice: Notice) -> int | None:
    paid = select(Case.ref).join(Award, Case.award_id == Award.id).join(Payout, Payout.award_id == Award.id)
    return _newest("payout", db.session.scalars(paid.where(Payout.id == notice.about)).one())


def _decision(notice: Notice) -> int | None:
    made = db.session.get_one(Decision, notice.about)
    return fingerprints.entry_of(decisions.commitment_of(made, db.session.get_one(Claim, made.claim_id)))


def _certificate(notice: Notice) -> int | None:
    version = db.session.get_one(Membership, notice.about).member_terms.version
    return fingerprints.entry_of(version.fingerprint)


_TOLD: Final[dict[str, Callable[[Notice], int | None]]] = {
    "bulletin": _bulletin, "payout": _payout, "decision": _decision, "certificate": _certificate,
}  # fmt: skip
"""The entry that a letter of each kind tells of; the other kinds tell of nothing that is logged."""


def _named(text: str) -> Answer:
    """An address, a number of an entry, a fingerprint, the name of a period, a reference of a case or a letter."""
    if "/" in text:
        return _address(text)
    if text.isdecimal() and text.isascii() and len(text) < _MOST_DIGITS:
        return _of_entry(int(text))
    if _FINGERPRINT.fullmatch(text.lower()):
        return _of_entry(fingerprints.entry_of(text.lower()))
    if _PERIOD.fullmatch(text):
        return _period(text)
    if _REF.fullmatch(text.upper()):
        return _reference(text.upper())
    raise NotBorneOut("unknown")


def _period(name: str) -> Answer:
    """Its settlement, or its lock while it is not settled."""
    settled = _newest("settlement", name)
    return _of_entry(_newest("members-locked", name) if settled is None else settled)


def _reference(ref: str) -> Answer:
    """A public case, or a letter."""
    number = _newest("disclosure", ref)
    if number is not None:
        return _of_entry(number)
    notice = db.session.scalar(select(Notice).where(Notice.ref == ref))
    if notice is None:
        raise NotBorneOut("not-there")
    return _of_notice(notice)


def _address(text: str) -> Answer:
    """A page of this site, whatever name the site was called by."""
    try:
        path = urlsplit(text if "//" in text else f"//{text}").path
        endpoint, values = current_app.url_map.bind("localhost").match(path)
    except (ValueError, HTTPException):  # ValueError: brackets that are no address
        raise NotBorneOut("not-there") from None
    if "number" in values and endpoint.startswith("publiclog."):
        return _of_entry(values["number"])
    if endpoint.startswith("plan"):
        return _of_entry(_newest("rules", f"{values.get('slug')}-{values.get('number')}"))
    if "ref" in values and endpoint.split(".")[0] in {"disclosures", "notices"}:
        return _reference(values["ref"])
    if "name" in values and endpoint.startswith("disclosures."):
        return _period(values["name"])
    if endpoint.split(".")[0] in {"claims", "replying"}:
        raise NotBorneOut("own")
    raise NotBorneOut("unknown")
