"""Who sits at the desk in the tests, and what waits there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Account
from tests.claims.builders import account
from tests.review.desk import caseworker, handed_in, recommended
from tests.web.gate import enter, open_account


@pytest.fixture
def shen(app: Flask, client: FlaskClient) -> FlaskClient:
    """A caseworker who has signed in, in English."""
    open_account(app, "shen.desk@example.org", name="沈", roles=("caseworker",))
    enter(client, "shen.desk@example.org")
    client.get("/account?lang=en")
    return client


@pytest.fixture
def waiting(app: Flask) -> str:
    """A claim that was just handed in."""
    with app.app_context(), transaction():
        return handed_in().ref


@pytest.fixture
def reviewed(app: Flask) -> str:
    """A claim with its first review done by somebody else."""
    with app.app_context(), transaction():
        return recommended(account("yu@example.org"), first=caseworker("qiao")).ref


@pytest.fixture
def desk(app: Flask) -> Iterator[tuple[Account, Account]]:
    """A first and a second caseworker, inside one transaction."""
    with app.app_context(), transaction():
        yield caseworker(), caseworker("qiao")
