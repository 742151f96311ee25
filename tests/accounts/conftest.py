"""A letter box instead of a mail server: the only thing these tests replace is the adapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.adapters import mail
from tests.accounts.post import Letters, delivered


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    """Every mail that was handed to the adapter, in order."""
    box: Letters = []
    monkeypatch.setattr(mail, "send", lambda **letter: box.append(letter))
    return box


@pytest.fixture
def post(app: Flask, letters: Letters) -> Callable[[], Letters]:
    """Call it to let the worker write what is due; it gives the new mails."""
    return lambda: delivered(app, letters)
