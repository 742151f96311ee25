"""What a published case shows, in words: its age band, its place and its group, each as coarse as it was published."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from app.domain.event_groups import event_group
from app.domain.masking import ALL, EXPIRED, WITHHELD
from app.domain.places import place_name
from app.web import filters


def age_band(shown: str) -> str:
    """Of "31-40" it is "31 – 40"; of a coarser case "any age", of one without consent "not published"."""
    if shown in {ALL, WITHHELD, EXPIRED}:
        return _("any age") if shown == ALL else _nothing(shown)
    return filters.nb(shown.replace("-", " – "))


def place(shown: str) -> str:
    """The name of a province, a region or the country; "not published" without consent, "no longer shown" later."""
    return _nothing(shown) if shown in {WITHHELD, EXPIRED} else filters.in_words(place_name(shown))


def event_group_name(shown: str) -> str:
    """The name of a group of illnesses or accidents; of a coarser case "any group"."""
    if shown in {ALL, WITHHELD, EXPIRED}:
        return _("any group") if shown == ALL else _nothing(shown)
    return filters.in_words(event_group(shown).name)


def _nothing(shown: str) -> str:
    return _("no longer shown") if shown == EXPIRED else _("not published")


def init_app(app: Flask) -> None:
    """Hang the filters: {{ case.age_band|age_band }}, {{ case.place|place }}, {{ case.disease_group|event_group }}."""
    app.jinja_env.filters.update(age_band=age_band, place=place, event_group=event_group_name)
