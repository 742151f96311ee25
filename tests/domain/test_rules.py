"""Rule files are sound before they are published, and provable after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import rules as rule_values
from app.domain.rule_changes import changes_between
from app.domain.rules import RuleFileInvalid, canonical, fingerprint, from_data, read_rules, to_data
from tests.domain.plan_files import SLUGS, plan, rule_data

Spoil = Callable[[dict[str, Any]], object]


def problems_of(spoil: Spoil, slug: str = "young-cancer") -> dict[str, list[str]]:
    """Sentences by dotted key of a rule file after it was spoilt; it must have been refused."""
    data = rule_data(slug)
    spoil(data)
    with pytest.raises(RuleFileInvalid) as caught:
        read_rules(data, source="spoilt.toml")
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        assert problem.source == "spoilt.toml"
        assert problem.sentence.endswith(".")
        assert str(problem) in str(caught.value)
        found.setdefault(problem.key, []).append(problem.sentence)
    return found


def put(path: str, value: object) -> Spoil:
    """A change of one entry; list entries counted from 1, as problems count them."""

    def spoil(data: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = data
        for step in way:
            place = place[int(step) - 1] if isinstance(place, list) else place[step]
        place[last] = value

    return spoil


def drop(path: str) -> Spoil:
    """The loss of one key or list entry."""

    def spoil(data: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = data
        for step in way:
            place = place[int(step) - 1] if isinstance(place, list) else place[step]
        del place[int(last) - 1 if isinstance(place, list) else last]

    return spoil


@pytest.mark.parametrize("slug", SLUGS)
def test_a_rule_file_survives_the_way_to_json_and_back(slug: str) -> None:
    rules = plan(slug)
    stored = json.loads(json.dumps(to_data(rules)))
    assert from_data(stored) == rules
    assert rule_values.member_terms_from(stored["member"]) == rules.member
    assert rule_values.pool_terms_from(stored["pool"]) == rules.pool
    assert rule_values.member_terms_data(rules.member) == stored["member"]
    assert rule_values.pool_terms_data(rules.pool) == stored["pool"]


def test_the_fingerprint_is_that_of_the_canonical_bytes_and_changes_with_every_part() -> None:
    rules = plan("young-cancer")
    assert fingerprint(rules) == hashlib.sha256(canonical(rules)).hexdigest()
    assert fingerprint(rules) == fingerprint(plan("young-cancer"))
    other_fee = replace(rules, pool=replace(rules.pool, fee_bp=800))
    other_day = replace(rules, member=replace(rules.member, waiting_days=181))
    assert len({fingerprint(each) for each in (rules, other_fee, other_day)}) == 3


def test_canonical_bytes_have_sorted_keys_no_white_space_and_plain_chinese() -> None:
    text = canonical(plan("accident")).decode("utf-8")
    assert text.startswith('{"helps_with":{"en":"Accidental death')
    assert "意外身故" in text
    assert '"calendar":{"objection_days":3,"pay_within_days":7,"publish_days":[7,21],"settle_days":[14,28]}' in text
    parsed = json.loads(text)
    assert json.dumps(parsed, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text


@given(st.text(), st.text())
def test_any_text_that_was_stored_comes_back_as_it_was(zh: str, en: str) -> None:
    data = json.loads(json.dumps(to_data(plan("accident"))))
    data["name"] = {"zh": zh, "en": en}
    assert from_data(data).name.zh == zh
    assert to_data(from_data(data)) == data


def test_none_must_be_written_out_and_means_no_such_cap() -> None:
    data = rule_data("young-cancer")
    data["pool"] |= {"cap_case_fen": "none", "cap_year_fen": "none", "glide_bp": "none"}
    pool = read_rules(data, source="capless.toml").pool
    assert (pool.cap_case_fen, pool.cap_year_fen, pool.glide_bp) == (None, None, None)
    assert list(problems_of(drop("pool.cap_case_fen"))) == ["pool.cap_case_fen"]


def test_a_version_that_does_not_say_how_long_an_answer_may_take_means_thirty_days_and_keeps_its_fingerprint() -> None:
    silent = read_rules(rule_data("young-cancer"), source="silent.toml")
    assert silent.member.answer_within_days == 30
    assert "answer_within_days" not in to_data(silent)["member"], "released versions stay byte by byte what they were"
    assert fingerprint(silent) == "9c300bb5b048acb251e9a3ce314c56998aaa426a6c9ac1aa2d8c124419bf43fd"
    data = rule_data("young-cancer")
    data["member"]["answer_within_days"] = 14
    said = read_rules(data, source="said.toml")
    assert from_data(to_data(said)) == said
    assert fingerprint(said) != fingerprint(silent)
    (change,) = changes_between(silent, said).member
    assert (change.key, change.before, change.after) == ("answer_within_days", 30, 14)


def test_all_problems_of_shape_and_of_meaning_are_told_at_once() -> None:
    def spoil(data: dict[str, Any]) -> None:
        data["member"]["waiting_days"] = "180"
        del data["member"]["decision_days"]
        data["pool"]["fee_bp"] = -1
        data["pool"]["calendar"]["publish_days"] = [7, 31]
        data["color"] = "red"
        data["name"]["zh"] = "抗癌保险"
        data["slug"] = "Young Cancer"

    assert set(problems_of(spoil)) == {
        "member.waiting_days", "member.decision_days", "pool.fee_bp", "pool.calendar.publish_days",
        "pool.calendar.settle_days", "color", "name.zh", "slug",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "key", "says"),
    [
        (put("number", "1"), "number", "whole number"),
        (put("number", True), "number", "whole number"),
        (put("number", 1.0), "number", "whole number"),
        (put("number", 0), "number", "from 1"),
        (put("name", "抗癌互助"), "name", "table"),
        (put("name.en", ""), "name.en", "no words"),
        (put("name.zh", "Cancer"), "name.zh", "no words"),
        (put("summary.en", " Mutual aid"), "summary.en", "white space"),
        (put("slug", "../etc"), "slug", "hyphens"),
        (put("slug", "for-me"), "slug", "the address of another page"),
        (put("member.event", "death"), "member.event", "illness, accident"),
        (put("member.kind", ["lump_sum"]), "member.kind", "one of"),
        (put("member.clauses", {}), "member.clauses", "list"),
        (put("member.clauses", []), "member.clauses", "at least one"),
        (put("member.clauses.2.number", "1.1"), "member.clauses", "2 times"),
        (put("member.clauses.2.number", "one"), "member.clauses.2.number", "like 3.1"),
        (put("member.exclusions.1.number", "1.1"), "member.clauses", "2 times"),
        (put("member.benefits", []), "member.benefits", "at least one"),
        (put("member.benefits.1.clause", "99.1"), "member.benefits.1.clause", "'99.1'"),
        (put("member.declaration.2.clause", "99.1"), "member.declaration.2.clause", "'99.1'"),
        (put("member.checklist.3.clause", "99.1"), "member.checklist.3.clause", "'99.1'"),
        (put("member.cited.waiting", "99.1"), "member.cited.waiting", "'99.1'"),
        (put("member.benefits.1.amount_fen", 0), "member.benefits.1.amount_fen", "above zero"),
        (put("member.benefits.1.amount_fen", 300000.0), "member.benefits.1.amount_fen", "whole number"),
        (put("member.benefits.1.key", "Tumour!"), "member.benefits.1.key", "small letters"),
        (put("member.benefits.2.age_from", 30), "member.benefits", "two amounts for age 30"),
        (put("member.benefits.2.age_from", 33), "member.benefits", "ages 31 to 32"),
        (put("member.benefits.1.age_from", 20), "member.benefits", "ages 18 to 19"),
        (put("member.benefits.3.age_to", 50), "member.benefits", "ages 51 to 51"),
        (put("member.benefits.4.age_to", 17), "member.benefits.4.age_to", "upwards"),
        (put("member.benefits.1.full", False), "member.benefits", "some ages"),
        (put("member.top_fen", 100), "member.top_fen", "30000000"),
        (put("member.entry_age_to", 17), "member.entry_age_to", "upwards"),
        (put("member.entry_age_from_days", 30), "member.entry_age_from_days", "not in both"),
        (put("member.entry_age_from_days", -1), "member.entry_age_from_days", "negative"),
        (put("member.leaves_at_age", 50), "member.leaves_at_age", "above the highest"),
        (put("member.leaves_at_age", "none"), "member.moves_to", "nobody leaves"),
        (put("member.moves_to", "young-cancer"), "member.moves_to", "itself"),
        (put("member.prerequisite", "young-cancer"), "member.prerequisite", "itself"),
        (put("member.waiting_days", -1), "member.waiting_days", "negative"),
        (put("member.appeal_within_days", 0), "member.appeal_within_days", "one day"),
        (put("member.answer_within_days", 2), "member.answer_within_days", "between 3 and 180"),
        (put("member.first_look_days", 31), "member.first_look_days", "after the decision"),
        (put("member.declaration", []), "member.declaration", "at least one"),
        (put("member.declaration.1.key", "symptoms"), "member.declaration", "2 entries"),
        (put("member.checklist.1.key", "Ausweis"), "member.checklist.1.key", "small letters"),
        (put("member.checklist.1.alternative", "papers"), "member.checklist", "stands alone"),
        (put("member.checklist.1.colour", "red"), "member.checklist.1.colour", "not a key"),
        (drop("member.checklist.1.required"), "member.checklist.1.required", "missing"),
        (drop("pool"), "pool", "missing"),
        (put("pool.fee_bp", 10_000), "pool.fee_bp", "9999"),
        (put("pool.cap_case_fen", 0), "pool.cap_case_fen", "above zero"),
        (put("pool.cap_year_fen", -5), "pool.cap_year_fen", "above zero"),
        (put("pool.glide_bp", 9_999), "pool.glide_bp", "10000"),
        (put("pool.floor_fen", 0), "pool.floor_fen", "above zero"),
        (put("pool.remind_below_fen", 50), "pool.remind_below_fen", "below floor_fen"),
        (put("pool.join_proposed_fen", 800), "pool.join_proposed_fen", "below join_least_fen"),
        (put("pool.grace_days", 0), "pool.grace_days", "one day"),
        (put("pool.shortfall_order", ["reserve", "bank"]), "pool.shortfall_order.2", "reserve, operator"),
        (put("pool.shortfall_order", ["reserve", "reserve"]), "pool.shortfall_order", "twice"),
        (put("pool.calendar.publish_days", []), "pool.calendar.publish_days", "at least one"),
        (put("pool.calendar.publish_days", [21, 7]), "pool.calendar.publish_days", "upwards"),
        (put("pool.calendar.publish_days", [7]), "pool.calendar.settle_days", "as many"),
        (put("pool.calendar.settle_days", [9, 28]), "pool.calendar.settle_days", "over only on the 10"),
        (put("pool.calendar.settle_days", [21, 28]), "pool.calendar.settle_days", "next period locks"),
        (put("pool.calendar.settle_days", [14, 29]), "pool.calendar.settle_days", "1 to 28"),
        (put("pool.calendar.objection_days", 0), "pool.calendar.objection_days", "one day"),
        (put("pool.calendar.settle_days", 14), "pool.calendar.settle_days", "list"),
        (put("helps_with.en", "We insure you"), "helps_with.en", "insure"),
        (put("member.clauses.3.text.zh", "保证给付。"), "member.clauses.3.text.zh", "保证"),
        (
            put("member.declaration.1.explanation.en", "See your policy."),
            "member.declaration.1.explanation.en",
            "policy",
        ),
    ],
)
def test_a_spoilt_rule_file_is_refused_at_its_key(spoil: Spoil, key: str, says: str) -> None:
    found = problems_of(spoil)
    assert key in found
    assert any(says in sentence for sentence in found[key])


def test_the_first_settle_day_after_the_objections_is_allowed() -> None:
    data = rule_data("young-cancer")
    data["pool"]["calendar"]["settle_days"] = [10, 24]
    assert read_rules(data, source="early.toml").pool.calendar.settle_days == (10, 24)


def test_reimbursement_ends_no_membership() -> None:
    assert "member.benefits.1.full" in problems_of(put("member.benefits.1.full", True), "lifelong-million")


def test_alternatives_are_all_required_or_none() -> None:
    assert "member.checklist" in problems_of(put("member.checklist.4.required", False), "accident")


@pytest.mark.parametrize("data", [None, [], "slug", 3])
def test_what_is_no_table_is_refused(data: Any) -> None:
    with pytest.raises(RuleFileInvalid):
        read_rules(data, source="odd.toml")


def test_stored_terms_that_lost_or_gained_a_key_are_refused() -> None:
    stored = rule_values.pool_terms_data(plan("accident").pool)
    with pytest.raises(RuleFileInvalid, match=r"grace_days: is missing"):
        rule_values.pool_terms_from({key: value for key, value in stored.items() if key != "grace_days"})
    with pytest.raises(RuleFileInvalid, match=r"colour: is not a key"):
        rule_values.pool_terms_from({**stored, "colour": "red"})
    with pytest.raises(RuleFileInvalid, match="cap_case_fen"):
        rule_values.pool_terms_from({**stored, "cap_case_fen": "none"})
