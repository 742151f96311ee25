"""Messages about money that did not go its way: periods moved, payouts back, payments failed or taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.web.filters import day, money
from app.web.letter import Letter
from app.web.words import word

Values = Mapping[str, Any]


def _claim(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the claim"), f"/claims/{values['claim']}"),)


def _period(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("The page of the period"), f"/disclosures/{values['period']}"),)


def _day(text: str) -> str:
    return str(day(dt.date.fromisoformat(text)))


def _postponed(values: Values) -> Letter:
    return Letter(
        _("The period of your case was postponed"),
        _(
            "The money is promised by %(day)s now. The public reason: %(reason)s",
            day=_day(values["pay_by"]),
            reason=values["reason"],
        ),
        (*_claim(values), *(_period(values) if values["locked"] else ())),
    )


def _cancelled(values: Values) -> Letter:
    return Letter(
        _("The period of your case was cancelled"),
        _(
            "Your case goes to the next period and is published there again. The public reason: %(reason)s",
            reason=values["reason"],
        ),
        (*_claim(values), *_period(values)),
    )


def _returned(values: Values) -> Letter:
    amount, reason = money(values["amount_fen"]), word(values["reason"], "payout_return")
    said = (
        _("%(amount)s came back. What the bank says: %(reason)s.", amount=amount, reason=reason)
        if values["left"]
        else _("The bank refused %(amount)s: %(reason)s. Nothing has left.", amount=amount, reason=reason)
    )
    return Letter(
        _("Your payout did not arrive: please name the account again"),
        said + " " + _("The money stays yours and is sent as soon as you have named an account."),
        ((_("Name the account again"), f"/claims/{values['claim']}/payout-account"), *_claim(values)),
    )


def _failed(values: Values) -> Letter:
    links: tuple[tuple[str, str], ...] = ((_("To my memberships"), "/me"),)
    if values.get("membership"):
        links = ((_("Top up again"), f"/me/{values['membership']}/top-up"), *links)
    return Letter(
        _("A payment of %(amount)s did not arrive", amount=money(values["amount_fen"])),
        _("The payment service refused it. Nothing was booked and nothing is lost: you can pay again."),
        links,
    )


def _differs(values: Values) -> Letter:
    return Letter(
        _(
            "%(amount)s arrived instead of %(asked)s",
            amount=money(values["amount_fen"]),
            asked=money(values["asked_fen"]),
        ),
        _("%(plan)s: what arrived is what counts. If that was not meant, top up the rest.", plan=values["plan"]),
        ((_("To my memberships"), "/me"),),
    )


def _reversed(values: Values) -> Letter:
    amount, balance = money(values["amount_fen"]), money(values["balance_fen"])
    if not values["live"]:
        text = _(
            "The bank took %(amount)s back that had been paid in. The membership had ended; what is left of its "
            "balance is %(balance)s.",
            amount=amount,
            balance=balance,
        )
        return Letter(_("%(plan)s: a payment was taken back", plan=values["plan"]), text)
    return Letter(
        _("%(plan)s: a payment was taken back", plan=values["plan"]),
        _(
            "The bank took %(amount)s back that had been paid in. The balance is %(balance)s now. The membership does "
            "not end because of it before %(day)s, 24:00: top up until then.",
            amount=amount,
            balance=balance,
            day=_day(values["last_day"]),
        ),
        ((_("Top up"), f"/me/{values['membership']}/top-up"), (_("See the membership"), f"/me/{values['membership']}")),
    )


def _credited(values: Values) -> Letter:
    amount = money(values["amount_fen"])
    return Letter(
        _("%(amount)s come back to you: a settlement had charged too much", amount=amount),
        ngettext(
            "%(num)s membership that has ended was charged too much by a settlement of %(plan)s. It goes back with "
            "what is still owed. The public reason: %(reason)s",
            "%(num)s memberships that have ended were charged too much by a settlement of %(plan)s. It goes back with "
            "what is still owed. The public reason: %(reason)s",
            values["members"],
            plan=values["plan"],
            reason=values["reason"],
        ),
        _period(values),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "period-postponed": _postponed,
    "period-cancelled": _cancelled,
    "payout-returned": _returned,
    "payment-failed": _failed,
    "amount-differs": _differs,
    "topup-reversed": _reversed,
    "credit-named": _credited,
}
