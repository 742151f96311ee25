"""Every state, role and kind has a word, in both languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import CheckConstraint

from app.domain import claim_states, period_states
from app.domain.moves import Role
from app.domain.standing import Band, Standing
from app.models import Application, Claim, Consent, Deposit, Membership, Notice, Payment, Payout, Period, Person
from app.web.words import WORDS, word

AT_REST = [
    (Claim, "state", "claim_state"),
    (Claim, "publication_level", "publication_level"),
    (Membership, "state", "membership_state"),
    (Application, "state", "application_state"),
    (Period, "state", "period_state"),
    (Payment, "state", "payment_state"),
    (Payout, "state", "payout_state"),
    (Deposit, "kind", "deposit_kind"),
    (Consent, "kind", "consent"),
    (Notice, "kind", "notice"),
    (Person, "relation", "relation"),
    (Person, "document_type", "document_type"),
]


def allowed(model: type, column: str) -> set[str]:
    """The values the CHECK of a column lets in."""
    rule = re.compile(rf"^{column} IN \(([^)]*)\)")
    for law in model.__table__.constraints:  # type: ignore[attr-defined]
        if isinstance(law, CheckConstraint) and (found := rule.match(str(law.sqltext))):
            return {value.strip(" '") for value in found[1].split(",")}
    raise AssertionError(f"{model.__name__}.{column} has no CHECK that lists its values")


@pytest.mark.parametrize(("model", "column", "kind"), AT_REST)
def test_what_the_database_lets_in_has_a_word(model: type, column: str, kind: str) -> None:
    assert allowed(model, column) <= set(WORDS[kind])


def test_what_the_domain_knows_has_a_word() -> None:
    assert set(claim_states.TABLE.states) <= set(WORDS["claim_state"])
    assert {row.move for row in claim_states.TABLE.moves} <= set(WORDS["claim_move"])
    assert set(period_states.TABLE.states) <= set(WORDS["period_state"])
    assert {row.move for row in period_states.TABLE.moves} <= set(WORDS["period_move"])
    assert set(get_args(Role)) <= set(WORDS["role"])
    assert set(get_args(Band)) == set(WORDS["band"])
    assert set(WORDS["standing"]) == set(
        re.findall(r"'(\w+)'", str(Standing.__annotations__["kind"]).replace('"', "'"))
    )


def test_every_word_is_said_in_chinese(app: Flask) -> None:
    with app.app_context():
        for kind, entries in WORDS.items():
            for value in entries:
                with force_locale("en"):
                    english = str(word(value, kind))
                with force_locale("zh"):
                    chinese = str(word(value, kind))
                assert chinese != english, f"{kind} {value} is not translated"
                assert re.search(r"[\u4e00-\u9fff]", chinese), f"{kind} {value}: {chinese}"


def test_a_value_without_a_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        word("forgotten", "claim_state")
