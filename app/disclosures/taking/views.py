"""Every view of cases and of periods as feeds and as a table: the same query as the page beside it, and nothing stored.

A feed says only what never expires, for a reader of feeds keeps what it was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, abort, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.disclosures import queries as disclosures
from app.disclosures.forms import PeriodFilter
from app.disclosures.queries import Listed
from app.disclosures.searching import queries as searching
from app.disclosures.searching.forms import CaseFilter
from app.disclosures.searching.queries import Found
from app.disclosures.taking import queries
from app.domain.period_states import LOCKED_STATES
from app.domain.terms import Rules
from app.services import figures
from app.services.days import midnight
from app.web import feeds
from app.web.addresses import whole
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import download
from app.web.feeds import Entry
from app.web.filters import amount, in_words, money
from app.web.i18n import language
from app.web.sums import period_title
from app.web.words import word

bp = Blueprint("taking", __name__, url_prefix="/disclosures")
bp.before_request(door("visitor"))
_Asked = TypeVar("_Asked", CaseFilter, PeriodFilter)
_KINDS: Final = {"atom": (feeds.ATOM, feeds.atom), "json": (feeds.JSON_FEED, feeds.json_feed)}


@bp.get("/cases.csv")
def cases_table() -> Response:
    """All cases of a view as a table, sent piece by piece."""
    asked = _cases_asked()
    pieces = searching.all_cases(asked.wanted(), on=today())
    return download(stream_with_context(queries.of_cases(pieces)), "text/csv", "cases.csv")


@bp.get("/cases.atom")
def cases_atom() -> Response:
    """The newest cases of a view as an Atom feed."""
    return _feed_of_cases("atom")


@bp.get("/cases.json")
def cases_json() -> Response:
    """The newest cases of a view as a JSON feed."""
    return _feed_of_cases("json")


@bp.get("/periods.csv")
def periods_table() -> Response:
    """All periods of a view as a table, sent piece by piece."""
    wanted = _periods_asked().wanted()
    return download(stream_with_context(queries.of_periods(wanted)), "text/csv", "periods.csv")


@bp.get("/periods.atom")
def periods_atom() -> Response:
    """The newest periods of a view as an Atom feed."""
    return _feed_of_periods("atom")


@bp.get("/periods.json")
def periods_json() -> Response:
    """The newest periods of a view as a JSON feed."""
    return _feed_of_periods("json")


def _feed_of_cases(kind: str) -> Response:
    asked = _cases_asked()
    plans = figures.plan_names(today())
    found = searching.cases(asked.wanted(), after=None, on=today(), limit=searching.FEED_ROWS)
    return _feed(kind, _("Published cases"), asked, "searching.cases", [_of_case(one, plans) for one in found.rows])


def _feed_of_periods(kind: str) -> Response:
    asked = _periods_asked()
    plans = figures.plan_names(today())
    found = disclosures.periods(asked.wanted(), page=1, at=now())
    made = [_of_period(one, plans) for one in found.rows]
    return _feed(kind, _("Published periods"), asked, "disclosures.index", made)


def _feed(kind: str, title: str, asked: CaseFilter | PeriodFilter, view: str, made: Sequence[Entry]) -> Response:
    media_type, write = _KINDS[kind]
    said: dict[str, Any] = asked.kept()
    text = write(
        " · ".join([_("Juntan"), title, *asked.chosen_words()]),
        whole(url_for(view, **said)),
        feeds.newest(made, midnight(today())),
        made,
        self_url=whole(url_for(str(request.endpoint), **said, lang=language())),
        language=language(),
    )
    return Response(text, mimetype=media_type)


def _cases_asked() -> CaseFilter:
    return _sound(lambda plans: CaseFilter(request.args, plans))


def _periods_asked() -> PeriodFilter:
    def offered(plans: Sequence[Any]) -> PeriodFilter:
        asked = PeriodFilter(request.args)
        asked.offer(plans)
        return asked

    return _sound(offered)


def _sound(make: Callable[[Sequence[Any]], _Asked]) -> _Asked:
    """What was asked for; 422 with the first thing that is wrong with it, for there is no form to say it on."""
    asked = make(list(figures.plan_names(today()).values()))
    if not asked.validate():
        abort(422, str(next(field.errors[0] for field in asked if field.errors)))
    return asked


def _of_case(one: Found, plans: Mapping[str, Rules]) -> Entry:
    """A case by its plan, its period, its number and its amount; age, place and group stand on its page alone."""
    case, address = one.case, whole(url_for("disclosures.case", ref=one.case.ref))
    if one.received_fen is None:
        came = _("It asks for %(amount)s and waits for its settlement.", amount=money(case.amount_fen))
    elif one.state == "paid":
        came = _("It receives %(amount)s, which has arrived.", amount=money(one.received_fen))
    else:
        came = _("It receives %(amount)s.", amount=money(one.received_fen))
    title = _("Case %(number)s, %(period)s", number=f"{case.number:04}", period=period_title(one.month))
    return Entry(address, f"{_plan(one.plan, plans)}: {title}", address, one.changed_at, came)


def _of_period(one: Listed, plans: Mapping[str, Rules]) -> Entry:
    """A period by its plan, its state, its cases and its share."""
    period, address = one.period, whole(url_for("disclosures.period", name=one.period.name))
    said = [str(word(period.state, "period_state")), ngettext("%(num)s case", "%(num)s cases", one.cases)]
    if one.share_fen is not None and period.state in LOCKED_STATES:
        said.append(_("at most %(share)s", share=amount(one.share_fen)))
    elif one.share_fen is not None:
        said.append(_("%(share)s each", share=money(one.share_fen)))
    known = (period.locked_at, period.settled_at, period.paid_at, period.cancelled_at)
    changed_at = max((at for at in known if at is not None), default=midnight(period.publication_day))
    title = f"{_plan(period.plan.slug, plans)}: {period_title(period)}"
    return Entry(address, title, address, changed_at, " · ".join(said))


def _plan(slug: str, plans: Mapping[str, Rules]) -> str:
    return in_words(plans[slug].name) if slug in plans else slug
