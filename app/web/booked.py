"""Where people find what stands for a line of the bank already, for whoever wants to book it a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import url_for

from app.db import db
from app.models import Closing, Plan, Remainder
from app.services.bank_lines import BookedBefore, RecordedBefore
from app.services.transfers_by_hand import ArrivedBefore


def _closing(ref: str) -> str:
    slug = db.session.scalar(
        db.select(Plan.slug)
        .join(Closing, Closing.plan_id == Plan.id)
        .join(Remainder, Remainder.closing_id == Closing.id)
        .where(Remainder.ref == ref)
    )
    return url_for("closing.plan", slug=slug)


_PAGES: Final[Mapping[str, Callable[[str], str]]] = {
    "transfer": lambda ref: url_for("transfers.transfer", transfer=ref),
    "funding": lambda ref: url_for("reserves.index", _anchor=f"funding-{ref}"),
    "statement": lambda ref: url_for("custody.statement", statement=ref),
    "payment": lambda ref: url_for("incoming.payment", payment=ref),
    "batch": lambda ref: url_for("bank_files.batch", batch=ref),
    "remainder": _closing,
}


def first_of(error: Exception) -> str | None:
    """The address of the first booking; None for an error that is about something else."""
    if isinstance(error, BookedBefore):
        return _PAGES[error.booked.desk](error.booked.ref)
    if isinstance(error, RecordedBefore):
        return _PAGES[error.desk](error.ref)
    return _PAGES["payment"](error.ref) if isinstance(error, ArrivedBefore) else None
