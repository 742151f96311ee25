"""Which passwords are refused, and that nothing else is asked of one."""

from __future__ import annotations

import pytest

from app.domain.passwords import weakness_of

EMAIL = "lin.lan@example.org"


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("ninechars", "short"),
        ("x" * 201, "long"),
        ("Password123", "common"),
        ("  qwertyuiop ", "common"),
        ("woaini1314520", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abcabcabcabca", "common"),
        ("abcdefghijk", "common"),
        ("9876543210", "common"),
        ("12345678901", "common"),
        ("13912345678", "digits"),
        ("19900307123", "digits"),
        ("Lin.Lan@Example.org", "own"),
        ("lin.lanexample.org", "own"),
        ("lin.lan2026", "own"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, weakness: str):
    assert weakness_of(password, email=EMAIL) == weakness


@pytest.mark.parametrize(
    "password",
    [
        "four quiet paper lanterns",
        "papierlaterne",
        "纸灯笼四盏静静挂着呢",
        "8271 9043 5566 1207",
        "lin.lan went to the sea",
        "x7!kQ2#mPz",
    ],
)
def test_everything_else_is_taken(password: str):
    assert weakness_of(password, email=EMAIL) is None


def test_an_address_without_a_name_refuses_nothing():
    assert weakness_of("papierlaterne", email="") is None
