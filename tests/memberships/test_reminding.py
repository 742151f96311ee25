"""Reminders as one wishes: earlier than the rules, never later, by mail or on the page; kept with their history."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.models import Membership, Message, Outbox, ReminderSetting
from app.services import reminders
from tests.memberships.test_own import MOTHER, SETTLED, settled
from tests.memberships.walk import it_is, join, noon, pool_of, said, somebody
from tests.web.gate import send


def test_what_is_set_is_kept_with_its_history_and_never_later_than_the_rules(app: Flask, client: FlaskClient):
    ref, mother = join(app, client, somebody()), join(app, client, MOTHER)
    path = f"/me/{ref}/reminder"
    assert "As the rules do: below ¥9.00" in said(client.get(f"{path}?lang=en"))
    for below, sentence in (
        ("8.99", "The rules remind everybody below ¥9.00; you can be reminded earlier, not later."),
        ("10000.01", "At most ¥10,000.00: above that you would be reminded all the time."),
        ("lots", "Enter an amount in yuan"),
    ):
        answer = send(client, path, {"level": "earlier", "below": below})
        assert answer.status_code == 422
        assert sentence in said(answer)
        assert f'value="{below}"' in answer.text
    wish = {"level": "earlier", "below": "20", "way": "page", "everybody": "y"}
    assert send(client, path, wish).status_code == 303
    assert "Kept for 2 memberships." in said(client.get(path))
    assert send(client, path, {"level": "rules"}).status_code == 303
    page = said(client.get(path))
    assert "below ¥20.00 In the inbox here only" in page
    assert "as the rules do In the inbox here only" in page
    assert "We remind you below ¥20.00, as you have set." in said(client.get(f"/me/{mother}"))
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(ReminderSetting.id))) == 3
        for edit in ("UPDATE reminder_setting SET by_mail = by_mail", "DELETE FROM reminder_setting"):
            with pytest.raises(IntegrityError), transaction():
                db.session.execute(text(edit))


def test_an_earlier_level_is_told_once_and_the_page_alone_means_no_mail(app: Flask, client: FlaskClient):
    first, second = settled(app, client)  # ¥27.50 are left of ¥30.00
    with app.app_context():
        for ref, below_fen in ((first, 27_51), (second, 27_50)):
            with transaction():
                held = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
                db.session.add(
                    ReminderSetting(
                        membership_id=held.id, pool_id=held.pool_id, account_id=held.account_id, below_fen=below_fen,
                        by_mail=False, set_at=noon(SETTLED),
                    )
                )  # fmt: skip
        assert reminders.remind(pool_of("young-cancer").id, noon(SETTLED), chunk=1) == 1
        assert reminders.remind(pool_of("young-cancer").id, noon(SETTLED)) == 0
        [told] = db.session.scalars(db.select(Message).where(Message.kind == "low-balance")).all()
        assert (told.values["band"], told.values["membership"], told.values["below_fen"]) == ("early", first, 27_51)
        assert db.session.scalar(db.select(Outbox.id).where(Outbox.key == f"mail:{told.key}")) is None
    with it_is(app, SETTLED):
        letter = said(client.get("/me/messages?lang=en"))
    assert "You asked to be told below ¥27.51. The last period took ¥2.50 and left ¥27.50." in letter
