"""The five plans say what was agreed for them."""

from __future__ import annotations

import pytest

from app.domain.eligibility import benefit_for
from app.domain.rule_checks import LAST_AGE
from tests.domain.plan_files import RULE_FILES, SLUGS, plan

YUAN = 100


def test_the_catalogue_has_five_plans() -> None:
    assert sorted(path.name for path in RULE_FILES.iterdir()) == sorted(SLUGS)
    assert [plan(slug).slug for slug in SLUGS] == list(SLUGS)


@pytest.mark.parametrize(
    ("slug", "ages", "leaves", "moves_to", "prerequisite", "waiting", "top", "cap_year"),
    [
        ("child-health", (0, 17), 18, "young-cancer", None, 180, 300_000, 150),
        ("young-cancer", (18, 50), 51, "senior-cancer", None, 180, 300_000, 150),
        ("senior-cancer", (51, 65), None, None, None, 180, 100_000, 350),
        ("accident", (1, 65), 66, None, None, 30, 100_000, 50),
        ("lifelong-million", (18, 50), None, None, "young-cancer", 180, 1_000_000, 150),
    ],
)
def test_a_plan_has_the_figures_of_the_catalogue(  # noqa: PLR0913  one row of the table
    *, slug: str, ages: tuple[int, int], leaves: int | None, moves_to: str | None,
    prerequisite: str | None, waiting: int, top: int, cap_year: int,
) -> None:  # fmt: skip
    member, pool = plan(slug).member, plan(slug).pool
    assert (member.entry_age_from, member.entry_age_to) == ages
    assert (member.leaves_at_age, member.moves_to, member.prerequisite) == (leaves, moves_to, prerequisite)
    assert (member.waiting_days, member.top_fen) == (waiting, top * YUAN)
    assert (pool.cap_year_fen, pool.cap_case_fen, pool.fee_bp) == (cap_year * YUAN, 3 * YUAN, 0)
    assert (pool.floor_fen, pool.remind_below_fen, pool.comfortable_fen) == (100, 900, 3000)
    assert (pool.join_least_fen, pool.join_proposed_fen, pool.grace_days, pool.notice_days) == (900, 3000, 15, 30)
    assert (pool.shortfall_order, pool.glide_bp) == (("reserve",), 10_000)
    assert pool.reserve_target_fen == member.top_fen, "one payout at its highest"
    assert (pool.calendar.publish_days, pool.calendar.settle_days) == ((7, 21), (14, 28))
    assert (member.report_within_days, member.appeal_within_days) == (180, 30)


@pytest.mark.parametrize(
    ("age", "yuan"), [(18, 300_000), (30, 300_000), (31, 200_000), (40, 200_000), (41, 100_000), (51, 100_000)]
)
def test_young_cancer_falls_with_age(age: int, yuan: int) -> None:
    assert benefit_for(plan("young-cancer").member, age, "malignant_tumour").amount_fen == yuan * YUAN


def test_disability_is_pro_rata_in_ten_grades() -> None:
    terms = plan("accident").member
    amounts = [benefit_for(terms, 40, f"disability_{grade}").amount_fen for grade in range(1, 11)]
    assert amounts == [percent * 100_000 for percent in range(100, 0, -10)]
    assert [benefit_for(terms, 40, f"disability_{grade}").full for grade in (1, 2, 10)] == [True, False, False]
    assert benefit_for(terms, 66, "death").full


def test_low_grade_tumours_end_no_membership() -> None:
    for slug in ("child-health", "young-cancer", "senior-cancer"):
        terms = plan(slug).member
        benefit = benefit_for(terms, terms.entry_age_to, "low_grade_tumour")
        assert (benefit.amount_fen, benefit.full) == (50_000 * YUAN, False)


def test_who_may_stay_for_ever_finds_an_amount_at_any_age() -> None:
    assert benefit_for(plan("senior-cancer").member, LAST_AGE, "malignant_tumour")
    assert benefit_for(plan("lifelong-million").member, LAST_AGE, "documented_costs")


def test_the_annex_of_child_health_lists_fifty_illnesses_in_both_languages() -> None:
    annex = [clause.text for clause in plan("child-health").member.clauses if clause.number.startswith("12.")]
    for texts, mark in (([each.zh for each in annex], "；"), ([each.en for each in annex], ";")):
        numbers = [
            int(entry.split("：")[-1].split(": ")[-1].split()[0]) for text in texts for entry in text.split(mark)
        ]
        assert numbers == list(range(1, 51))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_plan_says_how_it_would_be_closed_and_what_it_is_not(slug: str) -> None:
    terms = plan(slug).member
    assert "不是保险" in terms.clause("1.1").text.zh
    assert "停运" in terms.clause("11.1").text.zh
    assert terms.clause("11.2").text.en.endswith("published.")
    assert "180" in terms.clause(terms.cited.reporting).text.zh
    assert f"{terms.waiting_days} 天" in terms.clause(terms.cited.waiting).text.zh
    assert plan(slug).pool.cap_year_fen == int(terms.clause("7.2").text.zh.split("最多分摊 ")[2].split(".")[0]) * YUAN
    with pytest.raises(KeyError):
        terms.clause("99.9")
