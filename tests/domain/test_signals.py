"""Signals: what stands out, by our own thresholds, and what does not."""

from __future__ import annotations

import datetime as dt

import pytest

from app.domain import investigations, signals
from app.domain.signals import Other

DAY = dt.date(2026, 7, 9)
JOINED = dt.date(2026, 1, 10)


@pytest.mark.parametrize(("days", "stands_out"), [(-1, False), (0, True), (30, True), (31, False)])
def test_an_event_stands_out_in_the_first_thirty_days_that_count(days: int, stands_out: bool):  # noqa: FBT001
    found = signals.soon(DAY + dt.timedelta(days=days), DAY)
    assert (found is not None) is stands_out
    assert found is None or found.days == days


@pytest.mark.parametrize(
    ("kind", "made_on", "contradiction"),
    [
        ("pathology_report", dt.date(2026, 7, 8), None),
        ("pathology_report", dt.date(2026, 7, 21), None),
        ("pathology_report", dt.date(2026, 7, 22), "after_upload"),
        ("pathology_report", dt.date(2026, 6, 9), None),
        ("pathology_report", dt.date(2026, 6, 8), "long_before_event"),
        ("pathology_report", dt.date(2026, 1, 9), "before_joining"),
        ("identity_document", dt.date(2019, 1, 9), None),
        ("identity_document", dt.date(2026, 7, 22), "after_upload"),
    ],
)
def test_the_day_of_a_file_is_compared_with_its_bringing_joining_and_event(
    kind: str, made_on: dt.date, contradiction: str | None
):
    days = {"brought_on": dt.date(2026, 7, 20), "joined_on": JOINED, "event_on": DAY}
    found = signals.document_date("A", kind, made_on, **days)
    assert (found.contradiction if found else None) == contradiction


def test_what_a_person_has_once_is_no_news_in_the_own_claims_and_is_in_others():
    own, another = Other("A", same_person=True), Other("B", same_person=False)
    assert signals.same_document("P", "identity_document", [own]) is None
    assert signals.same_document("P", "pathology_report", [own]) is not None
    found = signals.same_document("P", "identity_document", [own, another])
    assert found is not None
    assert found.others == (another,)


def test_an_account_counts_once_another_person_names_it_and_a_hospital_from_four_on():
    assert signals.same_payee([Other("A", same_person=True)]) is None
    assert signals.same_payee([Other("B", same_person=False)]) is not None
    many = [Other(f"C{n}", same_person=False) for n in range(25)]
    assert signals.same_hospital(many[:3]) is None
    found = signals.same_hospital(many)
    assert found is not None
    assert (len(found.others), found.has_more) == (20, True)


def test_a_signal_is_another_one_when_another_claim_joins_it_and_the_same_for_whoever_looks():
    one = signals.same_payee([Other("B", same_person=False)])
    hidden = signals.same_payee([Other("B", same_person=False, may_see=False)])
    more = signals.same_payee([Other("B", same_person=False), Other("C", same_person=False)])
    assert one is not None
    assert hidden is not None
    assert more is not None
    assert one.key == hidden.key != more.key


def test_the_nearest_change_of_rules_is_named_within_a_week():
    days = [DAY - dt.timedelta(days=7), DAY + dt.timedelta(days=3), DAY + dt.timedelta(days=40)]
    found = signals.rule_change(DAY, days)
    assert found is not None
    assert (found.day, found.days) == (days[1], -3)
    assert signals.rule_change(DAY, [DAY - dt.timedelta(days=8)]) is None


def test_a_report_is_due_within_the_clock_of_the_claim_and_has_a_week_at_the_least():
    today = dt.date(2026, 11, 1)
    late = dt.date(2026, 11, 20)
    assert investigations.due_days(late, today=today) == (dt.date(2026, 11, 2), late)
    assert investigations.due_days(today, today=today)[1] == dt.date(2026, 11, 8)
    for wrong in (today, dt.date(2026, 11, 21)):
        with pytest.raises(investigations.DueOutside):
            investigations.check_due(wrong, late, today=today)
    assert investigations.late_days(today, today=late) == 19
    assert investigations.late_days(late, today=today) == 0


def test_an_investigation_ends_once():
    assert investigations.TABLE.final_states == ("filed", "declined", "closed")
    assert investigations.TABLE.after("open", "close", by="member") == "closed"
