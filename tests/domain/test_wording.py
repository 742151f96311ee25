"""Words of insurance and promises are refused wherever they stand."""

from __future__ import annotations

import pytest

from app.domain.wording import NOT_INSURANCE, around, forbidden_words, promises


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


@pytest.mark.parametrize(
    "text",
    [
        "Nobody guarantees an amount.", "No one here can guarantee it.", "It does not guarantee anything.",
        "An amount cannot be guaranteed.", "There is no amount, and nobody promises or guarantees one.",
        "It is no promise.", "Nothing is guaranteed.", "paid without any guarantee", "The operator makes no promises.",
        "没有人保证金额", "平台不保证、也不承诺任何金额", "本计划不作任何承诺", "这不是承诺", "不承诺赔付", "并非保证",
        "compromise", "reassuring words", "a promontory",
    ],
)  # fmt: skip
def test_who_denies_a_promise_may_name_it(text: str) -> None:
    assert forbidden_words(text) == ["赔付"] * ("赔付" in text)
    assert promises(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We promise 300,000 yuan", ["promise"]),
        ("Every payout is promised on the day", ["promised"]),
        ("平台承诺赔付三十万元", ["承诺"]),
        ("我们 承 诺给付", ["承诺"]),
        ("a risk-free plan, always pays", ["risk-free", "always pays"]),
        ("零风险，一定给付", ["零风险", "一定给付"]),
        ("Nobody promises little: we promise all", ["promise"]),
        ("没有人像我们这样承诺", ["承诺"]),
        ("Rest assured", ["assured"]),
    ],
)
def test_the_promises_of_a_plan_are_found(text: str, found: list[str]) -> None:
    assert promises(text) == found


@pytest.mark.parametrize(
    "text", ["not only guaranteed, but doubled", "not insurance but guaranteed", "nobody else has guaranteed payouts"]
)
def test_a_denial_of_something_else_hides_no_promise(text: str) -> None:
    assert "guaranteed" in forbidden_words(text)


def test_a_word_is_shown_with_what_stands_around_it() -> None:
    text = "When one falls ill, all members together pay, and this is Guaranteed by the operator for every case alike."
    assert around(text, "guaranteed", most=14) == "…, and this is Guaranteed by the operat…"
    assert around("保 证给付", "保证") == "保 证给付"
