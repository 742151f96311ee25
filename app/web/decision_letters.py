"""The words of a decision's letter, in the language of its claimant, whoever looks at them."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask_babel import force_locale
from markupsafe import Markup

from app.db import db
from app.models import Account
from app.services.claim_letters import DecisionLetter


def letter_in_words(letter: DecisionLetter) -> Markup:
    """What the letter says between its head and its signature."""
    origin = current_app.config["ORIGIN"] or request.host_url.rstrip("/")
    with force_locale(db.session.get_one(Account, letter.claim.account_id).language):
        said = render_template("notices/_decision.html", letter=letter, address=f"{origin}/claims/{letter.claim.ref}")
    return Markup(said)  # noqa: S704 -- a template of our own, escaped as every page is
