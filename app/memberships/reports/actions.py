"""What a relative does: report. The proofs are read and stored first, the report is one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from werkzeug.datastructures import FileStorage

from app.db import transaction
from app.models import Account, Evidence, Report
from app.services import evidence, reports
from app.services.reports import Told


def take_in(
    files: Sequence[FileStorage], *, at: dt.datetime
) -> tuple[list[tuple[Evidence, str]], list[tuple[str, Exception]]]:
    """Read and store each file by itself; what was kept, and name and error of what was not."""
    kept: list[tuple[Evidence, str]] = []
    refused: list[tuple[str, Exception]] = []
    for file in files:
        name = file.filename or ""
        try:
            kept.append(evidence.take_in(file.stream, kind=reports.PROOF, filename=name, at=at, has_room=_any))
        except evidence.EvidenceRefused as wrong:
            refused.append((evidence.clean_name(name), wrong))
    return kept, refused


def _any(_fingerprint: bytes) -> None:
    """A report is new: there is room for every file of it."""


def report(told: Told, proofs: Sequence[tuple[Evidence, str]], *, by: Account, at: dt.datetime) -> Report:
    """Make the report; when it cannot be made, nothing of its proofs stays. Raises what `reports.make` raises."""
    with ExitStack() as stored:
        for row, _carries in proofs:
            stored.enter_context(evidence.kept_or_discarded(row))
        with transaction():
            return reports.make(told, proofs, by=by, at=at)


def forget(proofs: Sequence[tuple[Evidence, str]]) -> None:
    """Remove stored proofs of a report that is not made, because one of its files was refused."""
    with suppress(reports.ProofMissing), ExitStack() as stored:
        for row, _carries in proofs:
            stored.enter_context(evidence.kept_or_discarded(row))
        raise reports.ProofMissing
