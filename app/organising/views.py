"""Routes of organisers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Group, MemberList
from app.organising import actions, queries
from app.organising.forms import DeedForm, GroupForm, ListForm
from app.services import limits
from app.services.closings import PlanCloses
from app.services.invitations.groups import GroupMoved, contact_of
from app.services.invitations.lists import MOST_BYTES, ListTooLong, NobodyOnTheList
from app.services.invitations.sending import ListMoved, NobodyToInvite
from app.services.list_files import NotAList
from app.web import clock, doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import download
from app.web.fields import blame
from app.web.filters import in_words
from app.web.hx import done, page
from app.web.i18n import language
from app.web.list_sentences import refused_sentence
from app.web.paging import asked_page
from app.web.sentences import sentence_of, status_of
from app.web.too_often import too_often

bp = Blueprint("organising", __name__, url_prefix="/groups")
bp.before_request(door("member"))

_HEADER: Final = {
    "zh": ("姓名", "出生日期", "省份", "证件类型", "证件号码", "邮箱"),
    "en": ("name", "born", "province", "document", "number", "email"),
}
_ROOM_FOR_FORM: Final = 64 * 1024


@bp.url_value_preprocessor
def let_file_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send one list; it is measured while it arrives."""
    if endpoint == "organising.hand_in" and doors.account_or_none() is not None:
        request.max_content_length = 2 * MOST_BYTES + _ROOM_FOR_FORM


@bp.get("")
def index() -> Response:
    """The groups of this account."""
    return page("organising/groups.html", groups=queries.groups_of(doors.account()))


@bp.get("/new")
def new() -> Response:
    """The form for a group."""
    return page("organising/new.html", form=GroupForm())


@bp.post("/new")
def register() -> Response:
    """Ask for a group."""
    form = GroupForm()
    if not form.validate_on_submit():
        return page("organising/new.html", status=422, form=form)
    by = doors.confirmed()
    try:
        limits.take("group-account", by.ref, at=clock.real_now())
    except limits.TooMany as refused:
        return too_often(lambda: page("organising/new.html", status=429, form=form), form.name, refused)
    with transaction():
        group = actions.register(str(form.kind.data), str(form.name.data), str(form.contact.data), by=by, at=now())
        url = url_for(".group", group=group.ref)
    flash(_("Asked. A caseworker looks at the group; you get a message when it is admitted."), "done")
    return done(url)


@bp.get("/template.csv")
def template() -> Response:
    """An empty list with its header, as a spreadsheet opens it."""
    return _csv("list.csv", _HEADER["zh" if language() == "zh" else "en"], ())


@bp.get("/<ref:group>")
def group(group: str) -> Response:
    """One group: where it stands, and its lists with the answers counted."""
    found = _group(group)
    lists = queries.lists_of(found)
    return page(
        "organising/group.html",
        group=found,
        contact=contact_of(found),
        lists=lists,
        counts=queries.counts_of(lists),
        names=queries.plan_names(on=today()),
    )


@bp.get("/<ref:group>/lists/new")
def new_list(group: str) -> Response:
    """The form that takes a file."""
    return _list_form(_group(group))


@bp.post("/<ref:group>/lists/new")
def hand_in(group: str) -> Response:
    """Keep a file and let the worker read it; the same file twice is one list."""
    found, form = _group(group), _form()
    if not form.validate_on_submit():
        return _list_form(found, form, 422)
    by = doors.confirmed()
    try:
        limits.take("list-account", by.ref, at=clock.real_now())
        with transaction():
            plan = queries.plan_with(str(form.plan.data))
            taken = actions.hand_in(
                _group(group), plan, form.file.data.stream, language=str(form.language.data), by=by, at=now()
            )
            url = url_for(".member_list", group=group, member_list=taken.ref)
    except limits.TooMany as refused:
        return too_often(lambda: _list_form(found, form, 429), form.file, refused)
    except (NotAList, ListTooLong, NobodyOnTheList, GroupMoved) as refused:
        blame(form.file, sentence_of(refused))
        return _list_form(_group(group), form, status_of(refused))
    except PlanCloses as closing:
        blame(form.plan, sentence_of(closing))
        return _list_form(_group(group), form, status_of(closing))
    return done(url)


@bp.get("/<ref:group>/lists/<ref:member_list>")
def member_list(group: str, member_list: str) -> Response:
    """One list: how far it is, what has to be corrected line by line, and the answers counted."""
    return _list_page(_list(group, member_list))


@bp.post("/<ref:group>/lists/<ref:member_list>/sending")
def send(group: str, member_list: str) -> Response:
    """Send the invitations, once."""
    return _deed(group, member_list, lambda taken: actions.send(taken, by=doors.confirmed(), at=now()))


@bp.post("/<ref:group>/lists/<ref:member_list>/taking-back")
def take_back(group: str, member_list: str) -> Response:
    """Take the list back."""
    return _deed(group, member_list, lambda taken: actions.take_back(taken, by=doors.account(), at=now()))


@bp.get("/<ref:group>/lists/<ref:member_list>/sheet")
def sheet(group: str, member_list: str) -> Response:
    """The codes to hand out, to be printed page by page."""
    taken = _with_codes(group, member_list)
    at_page, pages = asked_page(taken.good, queries.A_SHEET)
    return page(
        "organising/sheet.html",
        taken=taken,
        strips=queries.sheet_of(taken, at_page),
        at_page=at_page,
        pages=pages,
        plan=queries.plan_names(on=today())[taken.plan_id],
        address=url_for("invited.find", _external=True),
    )


@bp.get("/<ref:group>/lists/<ref:member_list>/codes.csv")
def codes(group: str, member_list: str) -> Response:
    """Line and code, for whoever prints the strips with a program of their own. No names."""
    taken = _with_codes(group, member_list)
    links = (
        (line, code, url_for("invited.landing", code=code, _external=True)) for line, code in queries.all_codes(taken)
    )
    return _csv(f"codes-{taken.ref}.csv", ("line", "code", "link"), links)


def _csv(name: str, header: Iterable[object], rows: Iterable[Iterable[object]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return download(out.getvalue().encode("utf-8-sig"), "text/csv", name)


def _with_codes(group: str, ref: str) -> MemberList:
    """A list whose codes may be handed out, after it was noted who looks at them."""
    taken = _list(group, ref)
    if taken.state not in ("sending", "sent"):
        abort(404, _("This list has no codes to hand out."))
    with transaction():
        actions.look_at_codes(_list(group, ref), by=doors.account(), at=now())
    return _list(group, ref)


def _deed(group: str, ref: str, deed: Callable[[MemberList], object]) -> Response:
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            deed(_list(group, ref))
    except (ListMoved, NobodyToInvite, GroupMoved, PlanCloses) as late:
        return _list_page(_list(group, ref), status_of(late), sentence_of(late))
    return done(url_for(".member_list", group=group, member_list=ref))


def _list_page(taken: MemberList, status: int = 200, problem: str | None = None) -> Response:
    at_page, pages = asked_page(taken.bad, queries.A_PAGE)
    return page(
        "organising/list.html",
        status=status,
        fragments={"progress": "organising/_progress.html"},
        taken=taken,
        group=taken.group,
        plan=queries.plan_names(on=today())[taken.plan_id],
        counts=queries.counts_of([taken])[taken.id],
        refusals=[(one.line, refused_sentence(one.reason, one.day)) for one in queries.refusals_of(taken, at_page)],
        at_page=at_page,
        pages=pages,
        problem=problem,
    )


def _list_form(found: Group, form: ListForm | None = None, status: int = 200) -> Response:
    if found.state != "admitted":
        abort(404, _("This group takes no lists: it is not admitted, or has ended."))
    return page("organising/upload.html", status=status, group=found, form=form or _form())


def _form() -> ListForm:
    return ListForm([(slug, in_words(name)) for slug, name in queries.open_plans(on=today())])


def _group(ref: str) -> Group:
    return queries.group_of(doors.account(), ref) or abort(404)


def _list(group: str, ref: str) -> MemberList:
    return queries.list_of(doors.account(), group, ref) or abort(404)
