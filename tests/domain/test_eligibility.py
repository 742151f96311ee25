"""Who may join from which day, and what the dates of an event say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.calendar import completed_years
from app.domain.eligibility import (
    AlreadyEnded,
    BeforeJoining,
    DeclaredYes,
    Finding,
    NeedsMembership,
    NoSuchBenefit,
    ReportedLate,
    StillWaiting,
    TooOld,
    TooYoung,
    Yes,
    benefit_for,
    births_admitted,
    joining_days,
    judge_event,
    may_join,
)
from app.domain.terms import MemberTerms
from tests.domain.plan_files import SLUGS, plan

YOUNG = plan("young-cancer").member
CHILD = plan("child-health").member
ACCIDENT = plan("accident").member
LIFELONG = plan("lifelong-million").member
BIRTHS = st.dates(date(1930, 1, 1), date(2026, 12, 31))


def judged(  # noqa: PLR0913  each test names only what it is about
    terms: MemberTerms = YOUNG,
    *,
    joined_on: date = date(2026, 1, 1),
    last_day: date | None = None,
    event_on: date = date(2026, 9, 1),
    reported_on: date | None = None,
    accident: bool = False,
) -> list[Finding]:
    """The findings on an event that nothing speaks against, but for what the test changes."""
    return judge_event(
        terms, joined_on=joined_on, last_day=last_day, event_on=event_on,
        reported_on=reported_on or event_on, accident=accident,
    )  # fmt: skip


def test_a_person_may_join_from_the_eighteenth_birthday_to_the_eve_of_the_fifty_first() -> None:
    birth = date(2000, 5, 17)
    assert may_join(birth, date(2018, 5, 16), YOUNG) == (TooYoung(date(2018, 5, 17)),)
    assert may_join(birth, date(2018, 5, 17), YOUNG) == Yes(until_day=date(2051, 5, 16))
    assert may_join(birth, date(2051, 5, 16), YOUNG) == Yes(until_day=date(2051, 5, 16))
    assert may_join(birth, date(2051, 5, 17), YOUNG) == (TooOld(date(2051, 5, 16)),)


def test_who_is_born_on_29_february_completes_the_year_on_1_march() -> None:
    birth = date(2008, 2, 29)
    assert may_join(birth, date(2026, 2, 28), YOUNG) == (TooYoung(date(2026, 3, 1)),)
    assert may_join(birth, date(2026, 3, 1), YOUNG) == Yes(until_day=date(2059, 2, 28))
    assert may_join(birth, date(2026, 2, 28), CHILD) == Yes(until_day=date(2026, 2, 28))
    assert may_join(date(1960, 2, 29), date(2026, 3, 1), ACCIDENT) == (TooOld(date(2026, 2, 28)),)
    assert joining_days(date(1958, 2, 28), ACCIDENT).until_day == date(2024, 2, 27)


@given(
    on=st.dates(date(2020, 1, 1), date(2032, 12, 31)), days=st.integers(-3, 3), last=st.booleans(),
    terms=st.sampled_from((YOUNG, CHILD, ACCIDENT)),
)  # fmt: skip
@example(on=date(2024, 2, 29), days=0, last=True, terms=YOUNG)
@example(on=date(2026, 2, 28), days=1, last=True, terms=YOUNG)
@example(on=date(2027, 2, 28), days=0, last=False, terms=CHILD)
def test_the_births_admitted_on_a_day_are_those_whose_days_hold_it(
    *, on: date, days: int, last: bool, terms: MemberTerms
) -> None:
    admitted = births_admitted(on, terms)
    birth = (admitted.until_day if last else admitted.from_day) + timedelta(days=days)
    lies_within = admitted.from_day <= birth <= admitted.until_day
    own = joining_days(birth, terms)
    assert lies_within == (own.from_day <= on <= own.until_day)


def test_a_newborn_may_join_thirty_days_after_birth() -> None:
    birth = date(2028, 2, 1)
    assert may_join(birth, date(2028, 3, 1), CHILD) == (TooYoung(date(2028, 3, 2)),)
    assert isinstance(may_join(birth, date(2028, 3, 2), CHILD), Yes)
    assert may_join(birth, birth - timedelta(days=10), CHILD) == (TooYoung(date(2028, 3, 2)),)


@pytest.mark.parametrize("slug", ["young-cancer", "senior-cancer", "accident"])
@given(birth=BIRTHS, days=st.integers(0, 36_000))
def test_joining_by_dates_is_joining_by_completed_years(slug: str, birth: date, days: int) -> None:
    terms, on = plan(slug).member, birth + timedelta(days=days)
    allowed = terms.entry_age_from <= completed_years(birth, on) <= terms.entry_age_to
    assert isinstance(may_join(birth, on, terms), Yes) == allowed


@given(birth=BIRTHS)
def test_the_first_and_the_last_day_are_allowed_and_their_neighbours_are_not(birth: date) -> None:
    for terms in (YOUNG, CHILD, ACCIDENT):
        days = joining_days(birth, terms)
        one = timedelta(days=1)
        assert isinstance(may_join(birth, days.from_day, terms), Yes)
        assert isinstance(may_join(birth, days.until_day, terms), Yes)
        assert may_join(birth, days.from_day - one, terms) == (TooYoung(days.from_day),)
        assert may_join(birth, days.until_day + one, terms) == (TooOld(days.until_day),)


def test_lifelong_million_is_for_members_of_young_cancer_or_its_successor() -> None:
    birth, on = date(1990, 1, 1), date(2026, 10, 1)
    assert may_join(birth, on, LIFELONG) == (NeedsMembership("young-cancer"),)
    assert may_join(birth, on, LIFELONG, member_of=["accident"]) == (NeedsMembership("young-cancer"),)
    assert isinstance(may_join(birth, on, LIFELONG, member_of=["accident", "young-cancer"]), Yes)
    with_successor = may_join(birth, on, LIFELONG, member_of=["senior-cancer"], successors=["senior-cancer"])
    assert isinstance(with_successor, Yes)


def test_declared_items_are_named_in_the_order_of_the_declaration() -> None:
    answer = may_join(date(2015, 1, 1), date(2026, 1, 1), CHILD, answered_yes={"infections", "tumour"})
    assert isinstance(answer, tuple)
    assert isinstance(answer[0], DeclaredYes)
    assert [item.key for item in answer[0].items] == ["tumour", "infections"]
    assert {item.clause for item in answer[0].items} == {"2.2"}
    with pytest.raises(KeyError):
        may_join(date(2015, 1, 1), date(2026, 1, 1), CHILD, answered_yes=["freckles"])


def test_every_reason_is_told_at_once() -> None:
    reasons = may_join(date(2015, 1, 1), date(2026, 1, 1), LIFELONG, answered_yes=["symptoms"])
    assert isinstance(reasons, tuple)
    assert [type(reason) for reason in reasons] == [TooYoung, NeedsMembership, DeclaredYes]


def test_a_benefit_that_is_not_in_the_terms_is_an_error_with_its_age() -> None:
    with pytest.raises(NoSuchBenefit) as caught:
        benefit_for(YOUNG, 17, "malignant_tumour")
    assert (caught.value.key, caught.value.age) == ("malignant_tumour", 17)
    with pytest.raises(NoSuchBenefit):
        benefit_for(YOUNG, 30, "death")


def test_the_joining_day_plus_the_waiting_days_is_the_first_eligible_day() -> None:
    joined = date(2026, 1, 1)
    assert judged(event_on=date(2026, 6, 29)) == [StillWaiting("3.1", date(2026, 6, 30))]
    assert judged(event_on=date(2026, 6, 30)) == []
    assert judged(ACCIDENT, joined_on=joined, event_on=date(2026, 1, 30)) == [StillWaiting("3.1", date(2026, 1, 31))]
    assert judged(ACCIDENT, joined_on=joined, event_on=date(2026, 1, 31)) == []


def test_an_illness_from_an_accident_does_not_wait_but_the_accident_plan_does() -> None:
    assert judged(event_on=date(2026, 1, 1), accident=True) == []
    assert judged(ACCIDENT, event_on=date(2026, 1, 2), accident=True) == [StillWaiting("3.1", date(2026, 1, 31))]


def test_nothing_before_the_joining_day_counts_accident_or_not() -> None:
    for accident in (True, False):
        before = judged(event_on=date(2025, 12, 31), accident=accident)
        assert before == [BeforeJoining("2.1", date(2026, 1, 1))]


def test_the_last_day_of_a_membership_still_counts() -> None:
    last = date(2026, 9, 1)
    assert judged(event_on=last, last_day=last) == []
    assert judged(event_on=date(2026, 9, 2), last_day=last) == [AlreadyEnded("9.1", last)]


def test_a_late_report_is_flagged_and_not_refused() -> None:
    event = date(2026, 9, 1)
    assert judged(event_on=event, reported_on=event + timedelta(days=180)) == []
    (finding,) = judged(event_on=event, reported_on=event + timedelta(days=181))
    assert finding == ReportedLate("6.1", 181, 180)
    assert not finding.refuses


def test_only_a_late_report_does_not_refuse() -> None:
    findings = judged(
        event_on=date(2026, 3, 1), last_day=date(2026, 2, 1), reported_on=date(2027, 3, 1)
    )  # waiting, ended and late at once
    assert [(type(finding), finding.refuses) for finding in findings] == [
        (StillWaiting, True), (AlreadyEnded, True), (ReportedLate, False),
    ]  # fmt: skip


def test_an_event_is_not_reported_before_it_happens() -> None:
    with pytest.raises(ValueError, match="can't be reported"):
        judged(event_on=date(2026, 9, 2), reported_on=date(2026, 9, 1))


@pytest.mark.parametrize("slug", SLUGS)
@given(
    joined_on=BIRTHS, after=st.integers(-400, 4_000), reported=st.integers(0, 900), accident=st.booleans(),
    waiting=st.integers(0, 400),
)  # fmt: skip
def test_every_finding_cites_a_clause_of_the_terms(  # noqa: PLR0913  one argument a date
    *, slug: str, joined_on: date, after: int, reported: int, accident: bool, waiting: int
) -> None:
    terms = replace(plan(slug).member, waiting_days=waiting)
    event_on = joined_on + timedelta(days=after)
    findings = judged(
        terms, joined_on=joined_on, event_on=event_on, reported_on=event_on + timedelta(days=reported),
        accident=accident, last_day=joined_on + timedelta(days=2_000),
    )  # fmt: skip
    assert all(terms.clause(finding.clause).text.zh for finding in findings)
    refused = any(finding.refuses for finding in findings)
    waits = 0 if accident and terms.event == "illness" else waiting
    assert refused == (not waits <= after <= 2_000)
