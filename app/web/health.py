"""/healthz: for the machine that watches this one. It says what is down, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
from typing import Final

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.adapters import antivirus
from app.db import db
from app.models.outbox import Heartbeat
from app.services import check_runs, outbox
from app.web import clock
from app.web.doors import door

STALE_AFTER: Final = dt.timedelta(minutes=3)
_OK, _UNAVAILABLE = 200, 503

bp = Blueprint("health", __name__)
bp.before_request(door("anybody"))


@bp.get("/healthz")
def healthz() -> Response:
    """200 while the database answers and the worker beats; otherwise 503 with what is down.

    `dead_letters` is work that waits for a person, `findings` what the last questions about the money found: both need
    somebody, and neither is mended by a restart. `scanner` stands there when one is configured: while it is silent no
    document is taken.
    """
    down = _what_is_down()
    needs: dict[str, int | str] = {}
    if down != ["database"]:
        needs.update(dead_letters=outbox.dead_letters(), findings=_findings())
    if antivirus.is_configured():
        needs["scanner"] = "answers" if antivirus.answers() else "silent"
    response = jsonify({"down": down, "ok": not down, **needs})
    response.status_code = _UNAVAILABLE if down else _OK
    return response


def _findings() -> int:
    last = check_runs.last_whole()
    return last.findings if last is not None else 0


def _what_is_down() -> list[str]:
    """`database`, `worker`, or nothing. The heart beats in real time, whatever a demonstration's clock says."""
    try:
        last = db.session.scalar(db.select(Heartbeat.at).where(Heartbeat.name == "worker"))
    except SQLAlchemyError:
        db.session.rollback()
        return ["database"]
    return [] if last is not None and clock.real_now() - last < STALE_AFTER else ["worker"]
