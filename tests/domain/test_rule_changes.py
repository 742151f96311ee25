"""What differs between two versions of a plan, told apart by whom it concerns."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from app.domain.rule_changes import changes_between
from app.domain.rules import RuleFileInvalid, read_rules
from app.domain.terms import Words
from tests.domain.plan_files import SLUGS, plan, rule_data

YOUNG = plan("young-cancer")
UNLISTED = {"benefits", "declaration", "checklist", "exclusions", "clauses", "cited"}


def test_the_same_rules_differ_in_nothing() -> None:
    assert changes_between(YOUNG, replace(YOUNG, number=2)) == changes_between(YOUNG, YOUNG)
    assert not changes_between(YOUNG, YOUNG).pool
    assert not changes_between(YOUNG, YOUNG).member


@pytest.mark.parametrize("slug", SLUGS)
def test_the_second_version_of_every_plan_takes_a_fee_of_eight_percent(slug: str) -> None:
    found = changes_between(plan(slug), plan(slug, 2))
    assert [(one.key, one.before, one.after) for one in found.pool if one.kind == "value"] == [("fee_bp", 0, 800)]
    assert [one.key for one in found.pool if one.kind == "clause"] == ["7.3"]
    assert plan(slug, 2).number == 2
    assert "8%" in plan(slug, 2).member.clause("7.3").text.zh


def test_what_a_member_acknowledges_is_told_item_by_item() -> None:
    found = changes_between(YOUNG, plan("young-cancer", 2)).member
    assert [(one.kind, one.key) for one in found] == [
        ("value", "appeal_within_days"), ("clause", "10.2"), ("exclusion", "5.8"),
    ]  # fmt: skip
    added = found[2]
    assert (added.before, added.after.number) == (None, "5.8")
    assert [one.key for one in changes_between(plan("accident"), plan("accident", 2)).member] == ["4.1"]
    assert not changes_between(plan("child-health"), plan("child-health", 2)).member


def test_no_field_of_the_terms_can_change_unseen() -> None:
    for each in dataclasses.fields(YOUNG.member):
        if each.name not in UNLISTED:
            other = replace(YOUNG, member=replace(YOUNG.member, **{each.name: "something else"}))
            assert [one.key for one in changes_between(YOUNG, other).member] == [each.name]
    for name in UNLISTED - {"cited"}:
        fewer = replace(YOUNG, member=replace(YOUNG.member, **{name: getattr(YOUNG.member, name)[1:]}))
        found = changes_between(YOUNG, fewer).member
        assert [one.after for one in found] == [None]
    calendar = replace(YOUNG.pool.calendar, settle_days=(13, 27))
    other = replace(YOUNG, pool=replace(YOUNG.pool, calendar=calendar, cap_case_fen=None))
    assert [(one.key, one.after) for one in changes_between(YOUNG, other).pool] == [
        ("cap_case_fen", None), ("settle_days", (13, 27)),
    ]  # fmt: skip


def test_an_explanation_that_changes_is_a_change() -> None:
    first = YOUNG.member.declaration[0]
    other = replace(first, explanation=Words("不必告知。", "Need not be declared."))
    changed = replace(YOUNG, member=replace(YOUNG.member, declaration=(other, *YOUNG.member.declaration[1:])))
    assert [(one.kind, one.key) for one in changes_between(YOUNG, changed).member] == [("question", first.key)]


def test_two_plans_are_not_two_versions() -> None:
    with pytest.raises(ValueError, match="different plans"):
        changes_between(YOUNG, plan("accident"))


def test_clauses_that_hold_for_all_must_be_there_and_decide_no_claim() -> None:
    data = rule_data("young-cancer")
    data["pool"]["stated_in"] = ["7.9", "4.2"]
    with pytest.raises(RuleFileInvalid) as wrong:
        read_rules(data, source="spoilt")
    said = {(one.key, one.sentence.split(",")[0]) for one in wrong.value.problems}
    assert ("pool.stated_in", "names clause '7.9'") in said
    assert ("member.benefits.1.clause", "cites clause 4.2") in said
