"""Routes of what was paid: the list, and the receipt of each payment on the page and on paper."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext as _

from app.adapters import pdf
from app.memberships.receipts import queries
from app.memberships.receipts.queries import Paid
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import download
from app.web.hx import page
from app.web.i18n import TAGS, language
from app.web.paging import asked_page

bp = Blueprint("receipts", __name__, url_prefix="/me/payments")
bp.before_request(door("member"))

A_PAGE: Final = 20


@bp.get("")
def index() -> Response:
    """Everything this account has paid or was asked to pay, newest first; how to pay what waits."""
    account = doors.account()
    at_page, pages = asked_page(queries.count_payments(account), A_PAGE)
    return page(
        "memberships/payments.html",
        found=queries.payments(account, page=at_page, a_page=A_PAGE, on=today()),
        at_page=at_page,
        pages=pages,
    )


@bp.get("/<ref:ref>")
def receipt(ref: str) -> Response:
    """The receipt of one payment; of one that was taken back, it says so."""
    return page("memberships/receipt.html", paid=_arrived(ref))


@bp.get("/<ref:ref>.pdf")
def receipt_pdf(ref: str) -> Response:
    """The same on paper, made anew each time: it promises the same figures, not the same bytes."""
    paid = _arrived(ref)
    origin: str = current_app.config["ORIGIN"] or request.host_url.rstrip("/")
    title = _("Receipt %(number)s", number=paid.number)
    html = render_template(
        "memberships/receipt_letter.html",
        paid=paid, title=title, made_at=now(), owner=doors.account(), site=origin.partition("://")[2],
    )  # fmt: skip
    content = pdf.render(html, language=TAGS[language()], title=title)
    return download(content, "application/pdf", f"receipt-{ref}.pdf", disposition="inline")


def _arrived(ref: str) -> Paid:
    paid = queries.payment_of(doors.account(), ref, on=today()) or abort(404)
    if not paid.has_arrived:
        abort(404, _("This payment has not arrived, so there is no receipt for it."))
    return paid
