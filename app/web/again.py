"""Two deeds that wait for each other: the database ends one of them, and that one is simply done again.

Nothing of a deed that was ended is left, so the same view is asked once more, unless this request has already kept
something (an attempt that was counted, a look that was written down) or brought files, which are read only once. The
worker needs none of this: what fails there comes again by itself.
"""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, g, request
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.db import ENDED_FOR_ANOTHER, db, sqlstate

_KEPT: Final = "kept"


def gave_way(error: OperationalError) -> bool:
    """Whether the database ended this deed so that another one could go on."""
    return sqlstate(error) in ENDED_FOR_ANOTHER


def may_go_again() -> bool:
    """Whether asking the view once more does nothing twice."""
    has_kept = bool(db.session().info.get(_KEPT))
    return not (g.get("goes_again") or has_kept or request.files)


def go_again() -> Any:
    """The answer of the same view, asked once more; an error of it is answered like any other."""
    g.goes_again = True
    try:
        return current_app.dispatch_request()
    except Exception as error:  # noqa: BLE001 -- answered as if the first time had met it
        return current_app.handle_user_exception(error)


@event.listens_for(db.session, "after_commit")
def _remember(session: Any) -> None:
    """A request has a session of its own: what that has kept stays kept."""
    session.info[_KEPT] = True
