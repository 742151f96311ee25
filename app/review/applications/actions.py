"""What a caseworker does with an application: let it begin, or refuse it. Each deed is one transaction at the edge."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Application, Membership
from app.services import joining


def accept(application: Application, *, by: Account, at: dt.datetime) -> Membership:
    """Let the membership begin. Raises `joining.MemberElsewhere` and `joining.NotToBeChecked`."""
    return joining.accept(application, by=by.id, at=at)


def refuse(application: Application, *, by: Account, at: dt.datetime) -> None:
    """Refuse it; the money goes back. Raises `joining.NotToBeChecked`."""
    joining.refuse(application, by=by.id, at=at)
