"""What somebody asks about the own history."""

from __future__ import annotations

from collections.abc import Sequence

from app.models import Account
from app.services import history
from app.services.history import Entry, Which

A_PAGE = 50


def page_of(account: Account, which: Which, before: int | None) -> tuple[Sequence[Entry], int | None]:
    """Lines older than a key, newest first, and the key of the next page."""
    return history.entries(account, which=which, before=before, most=A_PAGE)


def looks(account: Account) -> int:
    """How often somebody of the staff looked."""
    return history.looks_of_staff(account)
