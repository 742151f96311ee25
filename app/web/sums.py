"""The equation in words: the same labels on a page, in a bulletin and on a member's statement.

`equation_terms` gives what `ui/equation.html` draws. A caller says where each term leads; the figures come from
`app.domain.equation` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.equation import Equation, TermKey
from app.web import filters
from app.web.i18n import language

SumTerm = tuple[str, int, str | None, str]
"""Label, amount in fen, address of the rows behind it or None, operator."""

_MILLION = 1_000_000


class InMonth(Protocol):
    """Anything that lies in a month and is counted within it: a period, or a row that tells of one."""

    @property
    def year(self) -> int:
        """The year."""

    @property
    def month(self) -> int:
        """The month, from 1."""

    @property
    def number(self) -> int:
        """The number within the month, from 1."""


def equation_terms(
    equation: Equation,
    *,
    cases: int | None = None,
    fee_bp: int | None = None,
    links: Mapping[TermKey, str] | None = None,
) -> list[SumTerm]:
    """The terms of an equation for the macro, each with its label and where it leads."""
    labels: dict[TermKey, str] = {
        "payouts": _payouts(cases),
        "fee": _("Fee %(rate)s", rate=filters.percent(fee_bp)) if fee_bp else _("Fee"),
        "unpaid": _("Unpaid shares"),
        "credits": _("Credits for earlier settlements"),
        "surplus": _("Surplus carried in"),
    }
    hrefs = links or {}
    return [(labels[term.key], term.amount_fen, hrefs.get(term.key), term.sign) for term in equation.terms]


def _payouts(cases: int | None) -> str:
    if cases is None:
        return _("Payouts")
    return ngettext("Payouts, %(num)s case", "Payouts, %(num)s cases", cases)


def quotient(equation: Equation) -> str:
    """The share before rounding: "¥6.479753…", or "¥2.655" where the decimals end."""
    yuan, rest = divmod(equation.quotient_millionths, _MILLION)
    if equation.quotient_ends:
        return f"¥{yuan:,}.{f'{rest:06}'.rstrip('0').ljust(2, '0')}"
    return f"¥{yuan:,}.{rest:06}…"


def rounding(equation: Equation) -> str:
    """How the division came out, as a sentence."""
    if equation.members == 0:
        return _("The plan has closed: this is paid out of what was left of it, and nobody is charged.")
    if equation.need_fen == 0:
        return _("Nothing was needed, so nobody is charged.")
    if equation.to_share_fen == 0:
        return _("The surplus carried in was enough: nobody is charged.")
    if equation.divides_exactly:
        return _("To be shared: %(need)s. It divides without a rest.", need=filters.money(equation.to_share_fen))
    return _(
        "To be shared: %(need)s. The division does not come out even: %(exact)s is rounded up to %(share)s.",
        need=filters.money(equation.to_share_fen),
        exact=quotient(equation),
        share=filters.money(equation.share_fen),
    )


def check(equation: Equation) -> str:
    """The arithmetic worked backwards, for whoever wants to do it again on paper."""
    if equation.members == 0:
        return _(
            "Nobody is charged. %(before)s were left of the surplus; less %(used)s, %(after)s remain.",
            before=filters.amount(equation.surplus_before_fen),
            used=filters.amount(equation.surplus_used_fen),
            after=filters.amount(equation.surplus_after_fen),
        )
    figures = {
        "share": filters.amount(equation.share_fen),
        "members": filters.number(equation.members),
        "charged": filters.amount(equation.charged_fen),
        "need": filters.amount(equation.to_share_fen),
        "left": filters.amount(equation.surplus_left_fen),
        "after": filters.amount(equation.surplus_after_fen),
    }
    if equation.surplus_left_fen:
        return _(
            "%(share)s × %(members)s = %(charged)s. Less %(need)s to be shared, plus %(left)s of the surplus that was "
            "not needed: %(after)s are carried into the next period.",
            **figures,
        )
    return _(
        "%(share)s × %(members)s = %(charged)s. Less %(need)s to be shared: %(after)s are carried into the next "
        "period.",
        **figures,
    )


def period_title(period: InMonth) -> str:
    """A period in words, without its plan: "2026 年 10 月第 1 期" or "October 2026, period 1"."""
    words = _("%(month)s, period %(number)s", month=filters.month(period), number=period.number)
    return filters.nb(words) if language() == "zh" else words


def init_app(app: Flask) -> None:
    """Hang the filters: {{ period|period_title }}, {{ equation|rounding }}, {{ equation|arithmetic }}."""
    app.jinja_env.filters.update(period_title=period_title, rounding=rounding, arithmetic=check)
