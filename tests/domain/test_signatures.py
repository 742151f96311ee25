"""A message is believed when somebody who knows a secret signed exactly this body, and not long ago."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import deliveries
from app.domain.signatures import WINDOW, NotSigned, TooOld, WrongSignature, check, sign

NOW = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
OLD, NEW = b"the secret of last year, long enough", b"the secret of this year, long enough"


@given(st.binary(max_size=200), st.integers(-300, 300))
def test_what_was_signed_within_the_window_is_believed_also_with_the_secret_before(body: bytes, seconds: int) -> None:
    header = sign(OLD, body, at=NOW + dt.timedelta(seconds=seconds))
    check(header, body, (NEW, OLD), at=NOW)
    with pytest.raises(WrongSignature):
        check(header, body + b" ", (NEW, OLD), at=NOW)
    with pytest.raises(WrongSignature):
        check(header, body, (NEW,), at=NOW)


@pytest.mark.parametrize("off", [WINDOW + dt.timedelta(seconds=1), -WINDOW - dt.timedelta(seconds=1)])
def test_what_was_recorded_and_sent_once_more_is_too_old(off: dt.timedelta) -> None:
    with pytest.raises(TooOld):
        check(sign(NEW, b"{}", at=NOW + off), b"{}", (NEW,), at=NOW)


@pytest.mark.parametrize("header", ["", "v1=00", "t=1,v1=zz", "t=1, v1=" + "0" * 64, "t=-1,v1=" + "0" * 64, "t=1"])
def test_a_header_of_another_shape_is_no_signature(header: str) -> None:
    with pytest.raises(NotSigned):
        check(header, b"{}", (NEW,), at=NOW)


def test_the_signature_is_the_one_of_the_protocol() -> None:
    """Computed with: printf '1788264000.{}' | openssl dgst -sha256 -hmac 'a key'."""
    at = dt.datetime.fromtimestamp(1788264000, dt.UTC)
    expected = "t=1788264000,v1=ec35815099f7ceadbe9f0add3f00f23381c310a21d3614d2cedd737ed1dd6a82"
    assert sign(b"a key", b"{}", at=at) == expected


STATES = {
    "payment": ("asked", "received", "failed", "reversed"),
    "payout": ("due", "released", "paid", "returned", "failed"),
    "refund": ("due", "released", "paid", "returned", "failed"),
}
AFTER = {"received": "received", "failed": "failed", "reversed": "reversed", "paid": "paid", "returned": "returned"}


@pytest.mark.parametrize("kind", deliveries.TYPES)
def test_news_that_were_carried_out_change_nothing_when_they_are_told_again(kind: str) -> None:
    for state in STATES[deliveries.thing_of(kind)]:
        if deliveries.verdict(kind, state) == "apply":
            assert deliveries.verdict(kind, AFTER[deliveries.event_of(kind)]) == "no_change"
    assert deliveries.verdict(kind, "unknown") == "look"


@pytest.mark.parametrize("thing", ["payout", "refund"])
def test_a_transfer_fails_or_is_paid_never_both(thing: str) -> None:
    assert deliveries.verdict(f"{thing}.paid", "failed") == "look"
    assert deliveries.verdict(f"{thing}.failed", "paid") == "look"


def test_news_that_come_before_what_they_follow_from_wait_for_it() -> None:
    assert deliveries.verdict("payment.reversed", "asked") == "wait"
    assert deliveries.verdict("payout.returned", "released") == "wait"
    with pytest.raises(KeyError):
        deliveries.verdict("payment.lost", "asked")
