"""Joining begins with five plans, an account, and somebody signed in on a day that stands still."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.memberships.walk import TODAY, it_is, publish_plans
from tests.web.gate import enter, open_account


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient):
    publish_plans(app)
    open_account(app)
    with it_is(app, TODAY):
        enter(client)
        yield
