"""How late a step was, in words."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def lateness(seconds: int) -> str:
    """How long after its instant a step came, in whole seconds, minutes, hours or days; or that it was in time."""
    if seconds == 0:
        return _("in time")
    if seconds < _MINUTE:
        return ngettext("%(num)s second later", "%(num)s seconds later", seconds)
    if seconds < _HOUR:
        return ngettext("%(num)s minute later", "%(num)s minutes later", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("%(num)s hour later", "%(num)s hours later", seconds // _HOUR)
    return ngettext("%(num)s day later", "%(num)s days later", seconds // _DAY)


def init_app(app: Flask) -> None:
    """Hang the filter: {{ line.late_seconds|lateness }}."""
    app.jinja_env.filters["lateness"] = lateness
