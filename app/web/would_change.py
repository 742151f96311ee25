"""What would lead to another decision, composed from the clause a refusal rests on, in the claimant's language."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from app.db import db
from app.domain.terms import MemberTerms
from app.models import Account, Claim
from app.services import claim_file
from app.web.filters import in_words


def would_change_it(claim: Claim, clause: str) -> str:
    """A sentence the claimant can act on; empty while no clause is chosen. The caseworker reads and edits it."""
    if not clause:
        return ""
    with force_locale(db.session.get_one(Account, claim.account_id).language):
        return _sentence(claim, clause)


def _sentence(claim: Claim, clause: str) -> str:
    terms = claim_file.terms_of(claim)
    papers = [kind for kind in terms.checklist if kind.clause == clause]
    said = _of_dates(terms, clause)
    if said:
        return said
    if any(one.number == clause for one in terms.exclusions):
        return _(
            "If a further report shows that what clause %(number)s excludes is not the case here, send it with an "
            "appeal.",
            number=clause,
        )
    if papers:
        names = _(", ").join(in_words(kind.name) for kind in papers)
        return _("If you can bring what is missing (%(papers)s), send it with an appeal.", papers=names)
    return _(
        "If documents show that the condition of clause %(number)s is met, send them with an appeal.", number=clause
    )


def _of_dates(terms: MemberTerms, clause: str) -> str:
    """For the clauses that the dates of an event are judged by; empty for the others."""
    cited = terms.cited
    if clause == cited.waiting and terms.event == "illness":
        return _(
            "If documents show that an accident directly caused the illness, the waiting period does not apply: send "
            "them with an appeal."
        )
    if clause == cited.waiting:
        return _("If documents show that the event was after the waiting period, send them with an appeal.")
    if clause in {cited.joining, cited.ending}:
        return _(
            "If documents show that the event was on another day, while the membership was running, send them with an "
            "appeal."
        )
    if clause == cited.reporting:
        return _("If documents show why it could not be reported in time, send them with an appeal.")
    return ""
