"""Messages in words: what is kept is a kind and values, what is read is a sentence in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.domain.terms import Words
from app.web import (
    inbox_bills,
    inbox_closing,
    inbox_desk,
    inbox_ends,
    inbox_filing,
    inbox_investigations,
    inbox_lists,
    inbox_money,
    inbox_questions,
    inbox_rights,
    inbox_stories,
)
from app.web.filters import day, in_words, money
from app.web.letter import Letter

Values = Mapping[str, Any]


def letter(kind: str, values: Values, *, plan_names: Mapping[str, Words]) -> Letter:
    """The message of this kind; `plan_names` by slug. A kind without words of its own says that something changed."""
    slug = str(values.get("plan", ""))
    named = {**values, "plan": in_words(plan_names[slug]) if slug in plan_names else slug}
    if kind in _KINDS:
        return _KINDS[kind](named)
    if kind.startswith("claim-") and "claim" in values:
        return _claim_step(kind, values)
    return Letter(_("Something has changed in your account"), _("Open the page of your memberships to see it."))


def _membership(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the membership"), f"/me/{values['membership']}"),)


def _claim(values: Values) -> tuple[tuple[str, str], ...]:
    links = [(_("See the claim"), f"/claims/{values['claim']}")]
    if "notice" in values:
        links.append((_("Decision notice (PDF)"), f"/notices/{values['notice']}.pdf"))
    return tuple(links)


def _period(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("The sum of the period"), f"/disclosures/{values['period']}"),)


def _joined(values: Values) -> Letter:
    return Letter(
        _("Welcome to %(plan)s", plan=values["plan"]),
        _("The membership has begun. Its certificate and its statement are on its page."),
        _membership(values),
    )


def _to_be_checked(values: Values) -> Letter:
    return Letter(
        _("Your application for %(plan)s is being looked at", plan=values["plan"]),
        _(
            "Some applications are looked at by a person before they begin. Your money is kept apart until then; if "
            "the application is not accepted, it goes back to you in full."
        ),
    )


def _published(values: Values) -> Letter:
    return Letter(
        _("Your case has been published"),
        _("Anybody may object during the objection days; an objection by itself changes nothing."),
        (*_claim(values), (_("The public page of the case"), f"/cases/{values['case']}"), *_period(values)),
    )


def _settled(values: Values) -> Letter:
    if not values["amount_fen"]:
        return Letter(_("Your case was settled without a payout"), _("The page of the claim says why."), _claim(values))
    return Letter(
        _("Your case was settled: %(amount)s", amount=money(values["amount_fen"])),
        _("The members of this period have shared it. A treasurer releases the transfer next."),
        (*_claim(values), *_period(values)),
    )


def _paid(values: Values) -> Letter:
    return Letter(
        _("%(amount)s has been paid to you", amount=money(values["amount_fen"])),
        _("The transfer has arrived. Its notice is on the page of the claim."),
        _claim(values),
    )


def _low(values: Values) -> Letter:
    balance, share = money(values["balance_fen"]), money(values["share_fen"])
    if values["band"] == "floor":
        return Letter(
            _("%(plan)s: the days of grace have begun", plan=values["plan"]),
            _(
                "The last period took %(share)s and left %(balance)s. If nothing is paid in, the membership ends with "
                "%(day)s, and joining again begins a new waiting period.",
                share=share,
                balance=balance,
                day=day(dt.date.fromisoformat(values["last_day"])),
            ),
            (*_top_up(values), *_period(values)),
        )
    if values["band"] == "early":
        return Letter(
            _("%(plan)s: the balance is below what you have set", plan=values["plan"]),
            _(
                "You asked to be told below %(below)s. The last period took %(share)s and left %(balance)s.",
                below=money(values["below_fen"]),
                share=share,
                balance=balance,
            ),
            (*_top_up(values), (_("Change the reminder"), f"/me/{values['membership']}/reminder"), *_period(values)),
        )
    text = _(
        "The last period took %(share)s and left %(balance)s. Top up before the next one.", share=share, balance=balance
    )
    if "ends_earliest" in values:
        ends = day(dt.date.fromisoformat(values["ends_earliest"]))
        text += _(
            " If the next one takes as much, the days of grace begin, and without a top-up the membership ends with "
            "%(day)s at the earliest.",
            day=ends,
        )
    return Letter(
        _("%(plan)s: the balance is getting low", plan=values["plan"]),
        text,
        (*_top_up(values), *_period(values)),
    )


def _top_up(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("Top up"), f"/me/{values['membership']}/top-up"),)


def _low_list(values: Values) -> Letter:
    if values["band"] == "floor":
        text = ngettext(
            "%(num)s membership of your list is in its days of grace after the last period.",
            "%(num)s memberships of your list are in their days of grace after the last period.",
            values["members"],
        )
    else:
        text = ngettext(
            "%(num)s membership of your list has a low balance after the last period.",
            "%(num)s memberships of your list have a low balance after the last period.",
            values["members"],
        )
    title = _("%(plan)s: balances of your list", plan=values["plan"])
    return Letter(title, text, ((_("To my memberships"), "/me"), *_period(values)))


_CLAIM_STEPS: Final[Mapping[str, tuple[LazyString, LazyString]]] = {
    "answer": (_l("Your answer has reached us"), _l("The review goes on.")),
    "begin-review": (_l("The review of your claim has begun"), _l("A caseworker reads your evidence.")),
    "recommend": (_l("The first review of your claim is done"), _l("A second, different caseworker decides.")),
    "send-back": (
        _l("Your claim is reviewed once more"),
        _l("The second caseworker has asked the first one a question."),
    ),
    "approve": (
        _l("Your claim was approved"),
        _l("It is published with the next period and shared by its members when that settles."),
    ),
    "refuse": (
        _l("Your claim was not approved"),
        _l("The notice names the clause, the evidence, what might change the decision, and the last day to appeal."),
    ),
    "appeal": (_l("Your appeal has reached us"), _l("Somebody who had no part in the decision decides it.")),
    "withdraw": (_l("You have withdrawn your claim"), _l("Nothing more happens with it.")),
    "withdraw-appeal": (_l("You have withdrawn your appeal"), _l("The decision stands.")),
    "admit-objection": (
        _l("An objection to your case was admitted"),
        _l("The claim goes back to review."),
    ),
    "defer": (_l("Your case moves to the next period"), _l("An objection to it is not answered yet.")),
}
"""Heading and sentence for each move of a claim that its claimant is told of."""


def _claim_step(kind: str, values: Values) -> Letter:
    title, text = _CLAIM_STEPS.get(
        kind.removeprefix("claim-"), (_l("Your claim has moved on"), _l("Its page says where it stands."))
    )
    said = f"{text} {_public_reason(values)}" if "reason" in values else str(text)
    return Letter(str(title), said, _claim(values))


def _public_reason(values: Values) -> str:
    return _("The public reason: %(reason)s", reason=values["reason"])


def _dismissed(values: Values) -> Letter:
    return Letter(
        _("An objection to your case was dismissed"),
        _("Your case stays in its period.") + " " + _public_reason(values),
        (*_claim(values), *_period(values)),
    )


_KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    **inbox_bills.KINDS,
    **inbox_desk.KINDS,
    **inbox_ends.KINDS,
    **inbox_filing.KINDS,
    **inbox_money.KINDS,
    **inbox_questions.KINDS,
    **inbox_closing.KINDS,
    **inbox_investigations.KINDS,
    **inbox_lists.KINDS,
    **inbox_rights.KINDS,
    **inbox_stories.KINDS,
    "joined": _joined,
    "application-to-be-checked": _to_be_checked,
    "case-published": _published,
    "case-settled": _settled,
    "objection-dismissed": _dismissed,
    "payout-paid": _paid,
    "low-balance": _low,
    "low-balance-list": _low_list,
}
