"""What is asked about one own document."""

from __future__ import annotations

from collections.abc import Sequence

from app.db import db
from app.models import Audit, Evidence
from app.services import evidence


def looks_at(document: Evidence) -> Sequence[Audit]:
    """Every look at it, the latest first."""
    return db.session.scalars(
        db.select(Audit)
        .where(Audit.about_kind == "evidence", Audit.about_ref == document.ref, Audit.deed.in_(evidence.OPENINGS))
        .order_by(Audit.id.desc())
    ).all()
