"""Messages about the end of memberships, money that goes back, checked applications, and relatives' reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.web.filters import day, money
from app.web.letter import Letter
from app.web.words import word

Values = Mapping[str, Any]


def _membership(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the membership"), f"/me/{values['membership']}"),) if "membership" in values else ()


def _day(text: str) -> str:
    return str(day(dt.date.fromisoformat(text)))


def _refused(values: Values) -> Letter:
    return Letter(
        _("Your application for %(plan)s was not accepted", plan=values["plan"]),
        _(
            "Somebody has looked at it. The first top-up goes back to you in full, the way it came. You may apply "
            "again at any time."
        ),
    )


def _leaving(values: Values) -> Letter:
    if values["takes"] == "after_settlement":
        text = _(
            "It takes effect after the settlement on %(day)s. Until then you can undo it on the page of the "
            "membership; afterwards the remaining balance goes back to you.",
            day=_day(values["day"]),
        )
    elif values["day"]:
        text = _(
            "It takes effect with the lock on %(day)s. Until then you can undo it on the page of the membership; "
            "afterwards the remaining balance goes back to you.",
            day=_day(values["day"]),
        )
    else:
        text = _("It takes effect when the next period is locked. Until then you can undo it on its page.")
    return Letter(_("You are leaving %(plan)s", plan=values["plan"]), text, _membership(values))


def _ended(values: Values) -> Letter:
    fen = values["amount_fen"]
    if fen > 0 and values["ended_as"] == "lapsed":
        text = _(
            "%(amount)s of the balance are left and stay yours; have them paid back on its page.", amount=money(fen)
        )
    elif fen > 0 and values["ended_as"] == "died":
        text = _("%(amount)s of the balance are owed to the heirs.", amount=money(fen))
    elif fen > 0:
        text = _("%(amount)s go back to you, the way the money came.", amount=money(fen))
    elif fen < 0:
        text = _(
            "The last shares were more than the balance, by %(amount)s; nobody asks you for it.", amount=money(-fen)
        )
    else:
        text = _("Nothing of the balance was left.")
    title = _("%(plan)s: the membership has ended (%(why)s)", plan=values["plan"], why=_why(values["ended_as"]))
    return Letter(title, text, _membership(values))


def _why(ended_as: str) -> str:
    return str(word(ended_as, "membership_state"))


def _list_ended(values: Values) -> Letter:
    return Letter(
        _("%(plan)s: memberships of your list have ended", plan=values["plan"]),
        ngettext(
            "%(num)s membership of your list has ended. Its page says why, and what becomes of the balance.",
            "%(num)s memberships of your list have ended. Their pages say why, and what becomes of the balances.",
            values["members"],
        ),
        ((_("To my memberships"), "/me"),),
    )


def _paid_back(values: Values) -> Letter:
    amount = money(values["amount_fen"])
    if values.get("named"):
        return Letter(
            _("%(amount)s has been paid to the heirs", amount=amount),
            _("It was sent to the account named in the report."),
        )
    return Letter(
        _("%(amount)s went back to you", amount=amount),
        _("They went the way the money came: %(plan)s.", plan=values["plan"]),
        _membership(values),
    )


def _came_back(values: Values) -> Letter:
    return Letter(
        _("The bank sent %(amount)s back to us", amount=money(values["amount_fen"])),
        _("The money stays yours. A treasurer sends it again; you need do nothing."),
        _membership(values),
    )


def _kept_apart(values: Values) -> Letter:
    return Letter(
        _("%(amount)s arrived for a membership that has ended", amount=money(values["amount_fen"])),
        _("They are kept apart and not shared. Have them paid back on the page of the membership."),
        _membership(values),
    )


def _age_ahead(values: Values) -> Letter:
    title = _("%(plan)s: the age of this plan is reached on %(day)s", plan=values["plan"], day=_day(values["day"]))
    if values["to"]:
        text = _(
            "At the next lock after it the membership moves to the plan that the rules name. The balance and the "
            "waiting already served go along; who does not want to move may leave before. Keep the balance above the "
            "floor, because only then can it move."
        )
    else:
        text = _("At the next lock after it the membership ends, and the balance goes back to you.")
    return Letter(title, text, _membership(values))


def _moved(values: Values) -> Letter:
    return Letter(
        _("The membership has moved to %(plan)s", plan=values["plan"]),
        _(
            "%(amount)s and the waiting already served went along. Its new certificate is on its page.",
            amount=money(values["amount_fen"]),
        ),
        _membership(values),
    )


def _reports() -> tuple[tuple[str, str], ...]:
    return ((_("Your reports"), "/me/reports"),)


def _report_received(_values: Values) -> Letter:
    return Letter(
        _("Your report has reached us"),
        _("A caseworker compares the proof. You will find the answer here."),
        _reports(),
    )


def _report_confirmed(values: Values) -> Letter:
    text = (
        _(
            "Every membership of this person ends at its next boundary. Shares charged since the day of the death are "
            "credited back, and what is left goes to the account you named."
        )
        if values["about"] == "death"
        else ""
    )
    if values["handed_over"]:
        text = f"{text} " + _("The people and memberships that person looked after are in your account now.")
    links = (*_reports(), (_("To my memberships"), "/me"))
    return Letter(_("The proof of your report was confirmed"), text.strip(), links)


def _report_dismissed(values: Values) -> Letter:
    return Letter(_("The proof of your report was not confirmed"), str(values["reason"]), _reports())


def _handed_over(_values: Values) -> Letter:
    return Letter(
        _("Your people and memberships were handed over to a relative"),
        _(
            "A relative has reported, with proof, that you cannot look after this account any more, and a caseworker "
            "has confirmed it. If that is wrong, open a report yourself with a proof of your own."
        ),
        _reports(),
    )


_WHY_GIVEN: Final[Mapping[str, LazyString]] = {
    "came-of-age": _l("Its member is of age and looks after it now. What was paid and shared before stays as it is."),
    "death": _l("A relative has reported a death, with proof, and two caseworkers have confirmed it."),
    "incapacity": _l("A relative has reported that it is needed, with proof, and two caseworkers have confirmed it."),
}


def _of_age_ahead(values: Values) -> Letter:
    return Letter(
        _("Somebody of your family comes of age on %(day)s", day=_day(values["day"])),
        _(
            "From that day on the own membership can be taken over to an account of their own: balance, waiting and "
            "statement go along. You make a link and pass it on. Until then you go on paying, and nothing changes by "
            "itself."
        ),
        ((_("How it is taken over"), f"/me/{values['membership']}/takeover"),),
    )


def _given(values: Values) -> Letter:
    return Letter(
        _("%(plan)s: a membership has gone to another account", plan=values["plan"]),
        str(_WHY_GIVEN[values["why"]]),
        ((_("To my memberships"), "/me"),),
    )


def _taken_over(values: Values) -> Letter:
    return Letter(
        _("%(plan)s: the membership is in your account now", plan=values["plan"]),
        _(
            "The balance, the waiting already served and the claims came along. Reminders come to you from now on, and "
            "you top up and decide."
        ),
        _membership(values),
    )


def _decision(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("Read the decision"), f"/me/{values['membership']}/decision"),)


def _rescinded(values: Values) -> Letter:
    return Letter(
        _("%(plan)s: it was decided that the membership ends", plan=values["plan"]),
        _(
            "The decision names its clause and reason. You can contest it until %(day)s; another caseworker answers, "
            "and until then the membership goes on. If it ends, the balance goes back to you.",
            day=_day(values["until"]),
        ),
        _decision(values),
    )


def _upheld(values: Values) -> Letter:
    return Letter(
        _("%(plan)s: the decision was upheld", plan=values["plan"]),
        _("The membership ends at its next boundary, and the balance goes back to you."),
        _decision(values),
    )


def _lifted(values: Values) -> Letter:
    return Letter(
        _("%(plan)s: the decision was lifted", plan=values["plan"]),
        _("The membership goes on as if nothing had been decided."),
        _membership(values),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "application-refused": _refused,
    "leaving": _leaving,
    "membership-ended": _ended,
    "memberships-ended": _list_ended,
    "refund-paid": _paid_back,
    "refund-returned": _came_back,
    "payment-kept-apart": _kept_apart,
    "age-ahead": _age_ahead,
    "moved-plan": _moved,
    "report-received": _report_received,
    "report-confirmed": _report_confirmed,
    "report-dismissed": _report_dismissed,
    "handed-over": _handed_over,
    "of-age-ahead": _of_age_ahead,
    "membership-given": _given,
    "membership-taken-over": _taken_over,
    "membership-rescinded": _rescinded,
    "rescission-upheld": _upheld,
    "rescission-lifted": _lifted,
}
"""Kind → what it says."""
