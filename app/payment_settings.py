"""Which payment service an installation uses, read from the environment and checked once.

`JUNTAN_PAYMENTS` is `sandbox` (the demonstration's play money), `manual` (treasurers record what the bank shows, two of
them) or `webhook` (a payment service that is asked and tells its news; docs/payments.md). Nothing in production means
that money can be neither taken nor sent.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

NAMES: Final = ("sandbox", "manual", "webhook")
LEAST_SECRET: Final = 32
"""A secret shorter than this many characters was typed, not drawn."""
LEAST_LETTERS: Final = 10
"""A secret of fewer different characters was typed, not drawn."""
MOST_SECRETS: Final = 2
"""The newest, and the one before it while both sides change over."""
EXAMPLE_SECRET: Final = "example-only-9f2b7c41d06e83a5-never-use-it"  # noqa: S105 -- the one printed in docs/payments.md
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PARTS_OF_AN_ACCOUNT: Final = 3


class PaymentsNotConfigured(ValueError):
    """The environment does not say what a payment service needs; the message tells the operator what to set."""


@dataclass(frozen=True, slots=True)
class CustodyDetails:
    """Where a payer sends a transfer: the custody account as it stands in the bank's books."""

    holder: str
    bank: str
    number: str


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """The payment service of this installation."""

    name: str
    """`sandbox`, `manual`, `webhook`, or empty for none."""
    accounts: Mapping[str, CustodyDetails] = field(default_factory=dict)
    """By the name of the custody account: what payers are told under `manual`."""
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    """What news and orders are signed with, the newest first."""
    url: str = ""
    """Where orders go under `webhook`."""
    page: str = ""
    """Where a payer pays under `webhook`; `{reference}` stands for the reference of the payment."""


_DEMO_ACCOUNT: Final = CustodyDetails("均摊演示托管专户", "演示银行", "0000 0000 0000 0000")


def payment_settings(environment: Mapping[str, str], *, production: bool) -> PaymentSettings:
    """The payment service the environment names. Raises `PaymentsNotConfigured`."""
    name = environment.get("JUNTAN_PAYMENTS", "").strip() or ("" if production else "sandbox")
    if name and name not in NAMES:
        raise PaymentsNotConfigured(f"JUNTAN_PAYMENTS is {name!r}; it must be one of: {', '.join(NAMES)}.")
    if production and name == "sandbox":
        raise PaymentsNotConfigured("JUNTAN_PAYMENTS is 'sandbox'; production does not start with play money.")
    accounts = _accounts(environment.get("JUNTAN_CUSTODY_ACCOUNTS", ""))
    if name == "manual" and not accounts:
        if production:
            raise PaymentsNotConfigured(
                "JUNTAN_PAYMENTS is 'manual'; payers need JUNTAN_CUSTODY_ACCOUNTS, like main=holder;bank;number"
            )
        accounts = {"main": _DEMO_ACCOUNT}
    if name != "webhook":
        return PaymentSettings(name, accounts)
    return PaymentSettings(
        name,
        accounts,
        _secrets(environment.get("JUNTAN_WEBHOOK_SECRETS", "")),
        _address(environment, "JUNTAN_PAYMENT_URL", production=production),
        _page(_address(environment, "JUNTAN_PAYMENT_PAGE", production=production)),
    )


def _accounts(text: str) -> dict[str, CustodyDetails]:
    """From "name=holder;bank;number", several separated by `|`."""
    accounts: dict[str, CustodyDetails] = {}
    for entry in filter(None, (part.strip() for part in text.split("|"))):
        name, _, rest = entry.partition("=")
        parts = [part.strip() for part in rest.split(";")]
        if not name.strip() or len(parts) != _PARTS_OF_AN_ACCOUNT or not all(parts) or name.strip() in accounts:
            raise PaymentsNotConfigured(
                "JUNTAN_CUSTODY_ACCOUNTS must be a list of different name=holder;bank;number entries, separated by |."
            )
        accounts[name.strip()] = CustodyDetails(*parts)
    return accounts


def _secrets(text: str) -> tuple[bytes, ...]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not 1 <= len(found) <= MOST_SECRETS:
        raise PaymentsNotConfigured(
            "JUNTAN_PAYMENTS is 'webhook'; JUNTAN_WEBHOOK_SECRETS must name one secret, or two with the newest first."
        )
    if any(len(one) < LEAST_SECRET or len(set(one)) < LEAST_LETTERS or one == EXAMPLE_SECRET for one in found):
        raise PaymentsNotConfigured(
            f"JUNTAN_WEBHOOK_SECRETS must be drawn by chance, {LEAST_SECRET} characters or more each; "
            "e.g. from: openssl rand -hex 32"
        )
    return tuple(one.encode() for one in found)


def _address(environment: Mapping[str, str], name: str, *, production: bool) -> str:
    """An address of the payment service: over TLS in production, unless it is on this machine."""
    address = environment.get(name, "").strip()
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PaymentsNotConfigured(f"JUNTAN_PAYMENTS is 'webhook'; {name} must look like https://pay.example.org/…")
    if parts.username is not None:
        raise PaymentsNotConfigured(f"{name} must hold no user name and no password.")
    if production and parts.scheme != "https" and parts.hostname not in _HERE:
        raise PaymentsNotConfigured(f"{name} is {address!r}; in production it must begin with https://")
    return address


def _page(address: str) -> str:
    """The address of the page with its one place for the reference."""
    try:
        fields = [name for _text, name, _spec, _as in string.Formatter().parse(address) if name is not None]
    except ValueError:
        fields = []
    if fields != ["reference"]:
        raise PaymentsNotConfigured("JUNTAN_PAYMENT_PAGE must hold {reference} once, where the reference goes.")
    return address
