"""Words of insurance and promises are refused wherever they stand."""

from __future__ import annotations

import pytest

from app.domain.wording import NOT_INSURANCE, forbidden_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("百万保险", ["保险"]),
        ("先交保费，再理赔", ["保费", "理赔"]),
        ("保 证给付", ["保证"]),
        ("An insurance policy", ["insurance", "policy"]),
        ("You are Covered.", ["covered"]),
        ("INSURED persons pay premiums", ["insured", "premiums"]),
        ("guaranteed, guaranteed", ["guaranteed"]),
        ("Uninsured", ["uninsured"]),
        ("这不是保险，但胜似保险", ["保险"]),
        ("It is not insurance but better coverage", ["coverage"]),
    ],
)
def test_forbidden_words_are_found_once_each(text: str, found: list[str]) -> None:
    assert forbidden_words(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "一人患病，众人均摊", "discover, recover and recovery", "网络互助，不是保险。", "This is not insurance.",
        "This is Not\n  insurance.", "/not-insurance", "医保结算单", "保留凭据，保存余额", "politics and police",
        *NOT_INSURANCE,
    ],
)  # fmt: skip
def test_ordinary_words_and_the_given_sentences_may_stay(text: str) -> None:
    assert forbidden_words(text) == []
