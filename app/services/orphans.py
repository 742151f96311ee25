"""Orphans: files in the store that no row knows, left behind when a store failed or a process was killed in between.

They are ciphertext whose key was never kept or is destroyed: nobody could read them, they only take room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from sqlalchemy import select

from app.adapters import store
from app.db import db
from app.models import ArrivalPiece, CorrectionPaper, CorrectionRendition, DataExport, Evidence, NoticeFile, Rendition

SPARED: Final = dt.timedelta(days=1)
"""Younger files may belong to a row that is just being written."""
_AT_ONCE: Final = 500


def sweep(*, real_now: dt.datetime) -> int:
    """Remove every file older than a day that no row knows, or whose document was taken back; returns how many.

    `real_now` is the time of the machine, as the store dates its files by it: not that of a demonstration.
    """
    gone = 0
    for names in _in_batches(store.everything(older_than=real_now - SPARED)):
        for name in sorted(set(names) - _known(names)):
            store.sweep_away(name)
            gone += 1
    return gone


def _known(names: list[str]) -> set[str]:
    """Those among the names that a row knows."""
    here = Evidence.removed_at.is_(None)
    originals = select(Evidence.original_object).where(Evidence.original_object.in_(names), here)
    views = select(Evidence.view_object).where(Evidence.view_object.in_(names), here)
    notices = select(NoticeFile.object).where(NoticeFile.object.in_(names))
    exports = select(DataExport.object).where(DataExport.object.in_(names), DataExport.state == "ready")
    paper = CorrectionPaper.removed_at.is_(None)
    proofs = select(CorrectionPaper.original_object).where(CorrectionPaper.original_object.in_(names), paper)
    proof_views = select(CorrectionPaper.view_object).where(CorrectionPaper.view_object.in_(names), paper)
    arriving = select(ArrivalPiece.object).where(ArrivalPiece.object.in_(names))
    pictures = select(Rendition.object).join(Evidence, Rendition.evidence_id == Evidence.id)
    pictures = pictures.where(Rendition.object.in_(names), here)
    proof_pictures = select(CorrectionRendition.object).join(
        CorrectionPaper, CorrectionRendition.document_id == CorrectionPaper.id
    )
    proof_pictures = proof_pictures.where(CorrectionRendition.object.in_(names), paper)
    others = (pictures, views, notices, exports, proofs, proof_views, proof_pictures, arriving)
    return set(db.session.scalars(originals.union_all(*others)))


def _in_batches(names: Iterable[str]) -> Iterator[list[str]]:
    source = iter(names)
    while batch := list(islice(source, _AT_ONCE)):
        yield batch
