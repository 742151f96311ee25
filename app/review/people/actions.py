"""Looking somebody up is a deed: written down whether somebody was found or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.models import Account
from app.services import look_ups
from app.services.look_ups import Kind


def look_up(value: tuple[Kind, str, str, str], *, by: Account, role: str, at: dt.datetime) -> Sequence[Account]:
    """Find accounts by what was typed (`LookUpForm.value`)."""
    kind, sought, document_type, reason = value
    return look_ups.look_up(kind, sought, reason, by=by, role=role, at=at, document_type=document_type)
