"""What everybody reads is, after each deed, what it would be if nothing were ever kept."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.web import kept
from tests.memberships.walk import TODAY, join, pay, plan_month, somebody

PAGES = (
    "/",
    "/plans",
    "/plans/young-cancer",
    "/disclosures",
    "/money",
    "/disclosures/checks",
    "/plans/young-cancer/rules/1",
)


def everything(app: Flask) -> dict[str, bytes]:
    """Every page as a visitor is given it, which is as it would be made now."""
    visitor, shown = app.test_client(), {}
    for address in PAGES:
        visitor.get(address)
        shown[address] = visitor.get(address).data
        kept.shelf_of(app).clear()
        assert visitor.get(address).data == shown[address], address
    return shown


def test_each_deed_is_on_the_pages_at_once(app: Flask, client: FlaskClient):
    before = everything(app)
    ref = join(app, client, somebody())
    joined = everything(app)
    assert {address for address in PAGES if joined[address] != before[address]} >= {"/", "/money"}
    pay(client, ref, 50_00)
    paid = everything(app)
    assert paid["/money"] != joined["/money"]
    plan_month(app, TODAY)
    assert everything(app)["/plans/young-cancer"] != paid["/plans/young-cancer"]
