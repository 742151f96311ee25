"""A claim in review with two documents and an investigation of it, as the rooms meet them."""

from __future__ import annotations

import datetime as dt
import io

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Claim, Consent
from app.review import actions as reviewing
from app.services import claims, evidence
from app.services.investigations import opening
from app.services.investigations.opening import Asked
from tests.claims.builders import NOW, claim, membership, picture
from tests.web.gate import enter, open_account

OWNER, SHEN, WU = "lin@example.org", "shen@example.org", "wu@example.org"
ROLES = {OWNER: (), SHEN: ("caseworker",), WU: ("investigator",)}
NAMES = {OWNER: "林岚", SHEN: "沈静", WU: "吴调查"}
DUE = dt.date(2026, 12, 10)


class Scene:
    """References, as the addresses of the site name things."""

    def __init__(self, app: Flask, *, agreed: bool = True) -> None:
        self.app = app
        self.content = picture()
        """The bytes of the first document."""
        for email, roles in ROLES.items():
            open_account(app, email, name=NAMES[email], roles=roles)
        with app.app_context():
            owner = account(OWNER)
            with transaction():
                one = claim(membership(owner.id))
                for kind in ("claim_file", "investigator") if agreed else ("claim_file",):
                    of = {"account_id": owner.id, "claim_id": one.id}
                    db.session.add(Consent(**of, kind=kind, text_version=f"{kind}-1-zh", given_at=NOW))
            self.papers = [
                evidence.receive(
                    io.BytesIO(content), claim=one, kind="pathology_report", filename="a.jpg", account=owner, at=NOW
                ).ref
                for content in (self.content, picture())
            ]  # fmt: skip
            with transaction():
                claims.move(one, "submit", by=owner.id, role="member", at=NOW)
                reviewing.begin(one, by=account(SHEN), at=NOW)
            self.claim = one.ref

    def asked(self) -> str:
        """An investigation with the first document; its reference."""
        with self.app.app_context(), transaction():
            asked = Asked(account(WU).ref, "首诊日期？", (self.papers[0],), DUE)
            return opening.open_for(the_claim(self.claim), asked, by=account(SHEN), at=NOW).ref

    def visitor(self, email: str) -> FlaskClient:
        """Somebody in a browser of their own, in English."""
        browser = self.app.test_client()
        enter(browser, email)
        browser.get("/account?lang=en")
        return browser


def account(email: str) -> Account:
    return db.session.scalars(db.select(Account).where(Account.email == email)).one()


def the_claim(ref: str) -> Claim:
    return db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
