"""Which payment service an installation uses: named, complete and safe, or refused in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.adapters.payments import Manual, NoPaymentAdapter, Sandbox, Webhook, adapter_for
from app.payment_settings import (
    EXAMPLE_SECRET,
    CustodyDetails,
    PaymentSettings,
    PaymentsNotConfigured,
    payment_settings,
)

DRAWN = "4be1f07a92c8d3564be1f07a92c8d356"
WEBHOOK = {
    "JUNTAN_PAYMENTS": "webhook",
    "JUNTAN_WEBHOOK_SECRETS": DRAWN,
    "JUNTAN_PAYMENT_URL": "https://pay.example/orders",
    "JUNTAN_PAYMENT_PAGE": "https://pay.example/pay/{reference}",
}
MANUAL = {"JUNTAN_PAYMENTS": "manual", "JUNTAN_CUSTODY_ACCOUNTS": "main=Fund;Bank;62 17"}


def test_a_demonstration_plays_with_money_and_production_has_none_until_it_is_named() -> None:
    assert isinstance(adapter_for(payment_settings({}, production=False)), Sandbox)
    with pytest.raises(NoPaymentAdapter):
        adapter_for(payment_settings({}, production=True))


@pytest.mark.parametrize("production", [True, False])
def test_both_may_be_given_real_money(*, production: bool) -> None:
    by_hand = payment_settings(MANUAL, production=production)
    assert by_hand.accounts == {"main": CustodyDetails("Fund", "Bank", "62 17")}
    assert isinstance(adapter_for(by_hand), Manual)
    service = payment_settings({**WEBHOOK, "JUNTAN_WEBHOOK_SECRETS": f"{DRAWN}, {DRAWN}new"}, production=production)
    assert service.secrets == (DRAWN.encode(), f"{DRAWN}new".encode())
    assert isinstance(adapter_for(service), Webhook)


def test_a_demonstration_by_hand_needs_no_account_of_its_own() -> None:
    assert payment_settings({"JUNTAN_PAYMENTS": "manual"}, production=False).accounts["main"].holder


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"JUNTAN_PAYMENTS": "sandbox"}, "play money"),
        ({"JUNTAN_PAYMENTS": "cash"}, "sandbox, manual, webhook"),
        ({"JUNTAN_PAYMENTS": "manual"}, "JUNTAN_CUSTODY_ACCOUNTS"),
        ({**MANUAL, "JUNTAN_CUSTODY_ACCOUNTS": "main=Fund;Bank"}, "name=holder;bank;number"),
        ({**MANUAL, "JUNTAN_CUSTODY_ACCOUNTS": "main=a;b;c|main=d;e;f"}, "different"),
        ({**WEBHOOK, "JUNTAN_WEBHOOK_SECRETS": ""}, "one secret, or two"),
        ({**WEBHOOK, "JUNTAN_WEBHOOK_SECRETS": f"{DRAWN},{DRAWN}2,{DRAWN}3"}, "one secret, or two"),
        ({**WEBHOOK, "JUNTAN_WEBHOOK_SECRETS": "short"}, "drawn by chance"),
        ({**WEBHOOK, "JUNTAN_WEBHOOK_SECRETS": "x" * 40}, "drawn by chance"),
        ({**WEBHOOK, "JUNTAN_WEBHOOK_SECRETS": EXAMPLE_SECRET}, "drawn by chance"),
        ({**WEBHOOK, "JUNTAN_PAYMENT_URL": ""}, "JUNTAN_PAYMENT_URL must look like"),
        ({**WEBHOOK, "JUNTAN_PAYMENT_URL": "http://pay.example/orders"}, "https://"),
        ({**WEBHOOK, "JUNTAN_PAYMENT_URL": "https://me:word@pay.example/"}, "no user name"),
        ({**WEBHOOK, "JUNTAN_PAYMENT_PAGE": "https://pay.example/"}, "reference"),
        ({**WEBHOOK, "JUNTAN_PAYMENT_PAGE": "https://pay.example/{reference}{"}, "reference"),
    ],
)
def test_production_refuses_what_is_missing_or_unsafe_and_shows_no_secret(wrong: Mapping[str, str], said: str) -> None:
    with pytest.raises(PaymentsNotConfigured, match=said) as refused:
        payment_settings(wrong, production=True)
    assert DRAWN not in str(refused.value)


def test_settings_do_not_show_their_secrets() -> None:
    assert DRAWN not in repr(PaymentSettings("webhook", secrets=(DRAWN.encode(),)))
