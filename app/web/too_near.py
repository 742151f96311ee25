"""Why a claim is not for somebody of the desk, said before anything of it is shown."""

from __future__ import annotations

from flask import abort
from flask_babel import gettext as _

from app.models import Account, Claim
from app.services import relations


def refuse_if_near(claim: Claim, by: Account) -> None:
    """403 with a sentence when the claim is the caseworker's own, too near, or a conflict was declared."""
    if claim.account_id == by.id:
        abort(403, _("This is your own claim. Other people look after it; you see it under “Claims”."))
    why = relations.reason(claim, by.id)
    if why in relations.OWN:
        abort(403, _("This claim is about you or somebody of your own account. Other people look after it."))
    if why == relations.DECLARED:
        abort(
            403,
            _("You declared a conflict with this claim. Other people look after it; you neither read nor judge it."),
        )
    if why is not None:
        abort(403, _("Your account and the claimant's have something in common. Other people look after this claim."))
