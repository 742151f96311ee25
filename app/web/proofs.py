"""Documents that come with a form and belong to nothing yet: stored first, kept once the deed is done, or discarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from werkzeug.datastructures import FileStorage

from app.models import Evidence
from app.services import evidence

Proofs = Sequence[tuple[Evidence, str]]
"""Rows that are not in the database yet, as `evidence.take_in` gives them."""


class _NotWanted(Exception):
    """The documents are not kept."""


def take_in(
    files: Sequence[FileStorage], *, kind: str, at: dt.datetime
) -> tuple[list[tuple[Evidence, str]], list[tuple[str, Exception]]]:
    """Read and store each file by itself; what was kept, and name and error of what was not."""
    kept: list[tuple[Evidence, str]] = []
    refused: list[tuple[str, Exception]] = []
    for file in files:
        name = file.filename or ""
        try:
            kept.append(evidence.take_in(file.stream, kind=kind, filename=name, at=at, has_room=_any))
        except evidence.EvidenceRefused as wrong:
            refused.append((evidence.clean_name(name), wrong))
    return kept, refused


@contextmanager
def kept_or_discarded(proofs: Proofs) -> Iterator[None]:
    """What is done inside keeps the stored documents; when it fails, none of them stays."""
    with ExitStack() as stored:
        for row, _carries in proofs:
            stored.enter_context(evidence.kept_or_discarded(row))
        yield


def forget(proofs: Proofs) -> None:
    """Remove stored documents of what was not done after all."""
    with suppress(_NotWanted), kept_or_discarded(proofs):
        raise _NotWanted


def _any(_fingerprint: bytes) -> None:
    """What they come with is new: there is room for every file of it."""
