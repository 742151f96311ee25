"""The deeds of somebody who asks for a correction. The documents are stored first, the asking is one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from werkzeug.datastructures import FileStorage

from app.db import transaction
from app.models import Account, Evidence, Person, PersonCorrection
from app.services import evidence
from app.services.person_corrections import asking
from app.services.person_corrections.values import ProofNeeded, Value


def take_in(
    files: Sequence[FileStorage], *, at: dt.datetime
) -> tuple[list[tuple[Evidence, str]], list[tuple[str, Exception]]]:
    """Read and store each file by itself; what was kept, and name and error of what was not."""
    kept: list[tuple[Evidence, str]] = []
    refused: list[tuple[str, Exception]] = []
    for file in files:
        name = file.filename or ""
        try:
            kept.append(evidence.take_in(file.stream, kind=asking.PROOF, filename=name, at=at, has_room=_any))
        except evidence.EvidenceRefused as wrong:
            refused.append((evidence.clean_name(name), wrong))
    return kept, refused


def _any(_fingerprint: bytes) -> None:
    """A correction is new: there is room for every file of it."""


def ask(
    person: Person, after: Value, proofs: Sequence[tuple[Evidence, str]], *, by: Account, at: dt.datetime
) -> PersonCorrection:
    """Ask for it; when that cannot be, nothing of its documents stays. Raises what `asking.ask` raises."""
    with ExitStack() as stored:
        for row, _carries in proofs:
            stored.enter_context(evidence.kept_or_discarded(row))
        with transaction():
            made = asking.ask(person, after, proofs, by=by, at=at)
    if not made.papers:
        forget(proofs)
    return made


def withdraw(row: PersonCorrection, *, by: Account, at: dt.datetime) -> None:
    """Take it back. Raises `CorrectionAnswered`."""
    asking.withdraw(row, by=by, at=at)


def forget(proofs: Sequence[tuple[Evidence, str]]) -> None:
    """Remove stored documents of a correction that was not made, or that needed none."""
    with suppress(ProofNeeded), ExitStack() as stored:
        for row, _carries in proofs:
            stored.enter_context(evidence.kept_or_discarded(row))
        raise ProofNeeded
