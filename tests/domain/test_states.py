"""The tables of moves of claims and periods, and the guards of the moves that need more than a table."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import claim_states, period_states
from app.domain.claim_states import AppealTooLate, Refusal, RefusalIncomplete, SamePerson
from app.domain.moves import MoveNotAllowed, MoveTable, NotYourMove, Role, row
from app.domain.terms import Cited, MemberTerms
from tests.domain.builders import TWICE_A_MONTH

DOCS = Path(__file__).parents[2] / "docs"
ROLES: tuple[Role, ...] = get_args(Role)
both = pytest.mark.parametrize("states", [claim_states, period_states])


def walk(states: ModuleType, *moves: tuple[str, str]) -> str:
    """The state reached from the start by these (move, role) pairs."""
    state: str = states.TABLE.start
    for move, role in moves:
        state = states.after(state, move, by=role)
    return state


@both
def test_every_pair_of_state_and_move_leads_somewhere_or_is_refused_by_name(states: ModuleType) -> None:
    table: MoveTable[str] = states.TABLE
    rows = {(one.before, one.move): one for one in table.moves}
    names = {one.move for one in table.moves}
    for state, move, role in product((*table.states, "nowhere"), (*names, "vanish"), (*ROLES, "stranger")):
        allowed = rows.get((state, move))
        if allowed is None:
            with pytest.raises(MoveNotAllowed) as refused:
                states.after(state, move, by=role)
            assert (refused.value.state, refused.value.move) == (state, move)
        elif role not in allowed.roles:
            with pytest.raises(NotYourMove) as stopped:
                states.after(state, move, by=role)
            assert stopped.value.role == role
            assert move not in states.moves_from(state, role)
        else:
            assert states.after(state, move, by=role) == allowed.after
            assert move in states.moves_from(state, role)


@both
def test_every_state_can_be_reached_and_every_name_is_used(states: ModuleType) -> None:
    table: MoveTable[str] = states.TABLE
    reached, waiting = {table.start}, [table.start]
    while waiting:
        before = waiting.pop()
        found = {one.after for one in table.moves if one.before == before} - reached
        reached |= found
        waiting += found
    named = states.ClaimState if states is claim_states else states.PeriodState
    assert reached == set(table.states) == set(get_args(named))
    assert set(states.PUBLIC_STATES) <= reached


@both
def test_nobody_moves_anything_who_has_no_role_in_it(states: ModuleType) -> None:
    for state, role in product(states.TABLE.states, ("visitor", "operator", "auditor", "stranger")):
        assert states.moves_from(state, role) == ()


@both
@given(choices=st.lists(st.integers(0, 100), max_size=40))
def test_no_walk_leaves_a_final_state(states: ModuleType, choices: list[int]) -> None:
    table: MoveTable[str] = states.TABLE
    state = table.start
    for choice in choices:
        open_moves = [(move, role) for role in ROLES for move in table.moves_from(state, role)]
        assert bool(open_moves) == (state not in table.final_states)
        if not open_moves:
            break
        move, role = open_moves[choice % len(open_moves)]
        state = states.after(state, move, by=role)


@both
def test_the_drawing_in_docs_equals_the_table(states: ModuleType) -> None:
    name = "claim-states.md" if states is claim_states else "period-states.md"
    assert (DOCS / name).read_text(encoding="utf-8") == states.document()
    assert states.diagram() in states.document()


def test_a_drawing_shows_every_move_with_its_roles() -> None:
    table = MoveTable(
        "open",
        (
            row("open", "close", "shut", "member"),
            row("open", "slam_it", "shut", "system", "operator"),
            row("shut", "open", "open", "member"),
            row("shut", "burn", "gone", "system"),
        ),
    )
    assert table.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> open",
        "    open --> shut : close (member) / slam it (operator, system)",
        "    shut --> open : open (member)",
        "    shut --> gone : burn (system)",
        "    gone --> [*]",
    ]
    assert "| open | slam it | shut | operator, system |" in table.rows_as_markdown()


def test_a_move_leads_to_one_state() -> None:
    with pytest.raises(ValueError, match="one state"):
        MoveTable("a", (row("a", "go", "b", "member"), row("a", "go", "c", "system")))


STAFF = "caseworker"
TO_RECOMMENDED = (("submit", "member"), ("begin_review", STAFF), ("recommend", STAFF))
TO_PUBLISHED = (*TO_RECOMMENDED, ("approve", STAFF), ("publish", "system"))


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ((*TO_PUBLISHED, ("settle", "system"), ("pay", "treasurer")), "paid"),
        (
            (*TO_PUBLISHED, ("settle", "treasurer"), ("pay", "system"), ("return", "system"), ("pay", "treasurer")),
            "paid",
        ),
        ((*TO_PUBLISHED, ("settle_with_nothing", "system")), "closed_unpaid"),
        ((*TO_PUBLISHED, ("admit_objection", STAFF), ("recommend", STAFF), ("refuse", STAFF)), "refused"),
        ((*TO_PUBLISHED, ("defer", "system"), ("publish", "system")), "published"),
        ((*TO_PUBLISHED, ("withdraw", "member")), "withdrawn"),
        ((("submit", "member"), ("ask_evidence", STAFF), ("answer", "member")), "submitted"),
        ((*TO_RECOMMENDED, ("refuse", STAFF), ("appeal", "member"), ("refuse", STAFF)), "refused_finally"),
        ((*TO_RECOMMENDED, ("refuse", STAFF), ("appeal", "member"), ("approve", STAFF)), "approved"),
        ((*TO_RECOMMENDED, ("refuse", STAFF), ("appeal", "member"), ("withdraw_appeal", "member")), "refused_finally"),
        ((*TO_RECOMMENDED, ("send_back", STAFF)), "in_review"),
    ],
)
def test_a_claim_goes_its_way(moves: tuple[tuple[str, str], ...], state: str) -> None:
    assert walk(claim_states, *moves) == state


def test_a_claim_is_withdrawn_before_settlement_and_not_after() -> None:
    with_withdrawal = {
        state for state in claim_states.TABLE.states if "withdraw" in claim_states.moves_from(state, "member")
    }
    assert with_withdrawal == {"draft", *claim_states.OPEN_STATES} - {"appealed"}


def test_a_refused_claim_is_never_public_and_a_settled_one_always() -> None:
    assert {"settled", "paid", "returned", "closed_unpaid"} <= claim_states.PUBLIC_STATES
    assert not claim_states.PUBLIC_STATES & {"draft", "refused", "appealed", "refused_finally", "withdrawn"}


TO_LOCKED = (("lock", "system"),)
TO_CHECKED = (*TO_LOCKED, ("check", "treasurer"))


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ((*TO_CHECKED, ("approve", "treasurer"), ("settle", "system"), ("complete_payments", "treasurer")), "paid"),
        ((*TO_LOCKED, ("check", "treasurer"), ("void_approval", "caseworker")), "locked"),
        ((*TO_CHECKED, ("approve", "treasurer"), ("void_approval", "system")), "locked"),
        ((*TO_CHECKED, ("approve", "treasurer"), ("postpone", "treasurer")), "locked"),
        ((("postpone", "treasurer"), ("lock", "system")), "locked"),
        ((*TO_LOCKED, ("cancel", "treasurer")), "cancelled"),
        (
            (
                *TO_CHECKED,
                ("approve", "treasurer"),
                ("settle", "system"),
                ("complete_payments", "system"),
                ("reopen", "system"),
            ),
            "settled",
        ),
    ],
)
def test_a_period_goes_its_way(moves: tuple[tuple[str, str], ...], state: str) -> None:
    assert walk(period_states, *moves) == state


def test_no_period_settles_without_the_treasurers_approval() -> None:
    settling = [one for one in period_states.TABLE.moves if one.after == "settled" and one.move != "reopen"]
    assert [one.before for one in settling] == ["approved"]
    assert [one.roles for one in period_states.TABLE.moves if one.after == "approved"] == [{"treasurer"}]


@pytest.mark.parametrize("move", ["postpone", "cancel"])
def test_the_public_is_told_why_a_period_is_postponed_or_cancelled(move: str) -> None:
    period_states.check_reason(move, "The custodian bank is closed.")
    with pytest.raises(period_states.ReasonMissing):
        period_states.check_reason(move, "  ")
    period_states.check_reason("settle", "")


def test_a_decision_needs_a_second_person() -> None:
    claim_states.check_second_reviewer("wang", "li")
    with pytest.raises(SamePerson):
        claim_states.check_second_reviewer("wang", "wang")


def test_an_appeal_is_decided_by_somebody_new() -> None:
    claim_states.check_independent("zhao", {"wang", "li"})
    for person in ("wang", "li"):
        with pytest.raises(SamePerson):
            claim_states.check_independent(person, {"wang", "li"})


WHOLE = {
    "clause": "3.1",
    "evidence": ("pathology report",),
    "would_change_it": "A report that names a malignant tumour.",
    "appeal_last_day": date(2026, 11, 6),
}
NOTHING = {"clause": " ", "evidence": ("", " "), "would_change_it": "\n", "appeal_last_day": None}


@given(st.sets(st.sampled_from(list(WHOLE))))
def test_a_refusal_names_exactly_what_it_lacks(lacking: set[str]) -> None:
    refusal = Refusal(**{part: (NOTHING if part in lacking else WHOLE)[part] for part in WHOLE})  # type: ignore[arg-type]
    if lacking:
        with pytest.raises(RefusalIncomplete) as refused:
            claim_states.check_refusal(refusal)
        assert refused.value.missing == tuple(part for part in WHOLE if part in lacking)
    else:
        claim_states.check_refusal(refusal)


def member_terms(**days: int) -> MemberTerms:
    """Member terms of which only the days matter here."""
    return MemberTerms(
        event="illness",
        kind="lump_sum",
        entry_age_from_days=0,
        entry_age_from=18,
        entry_age_to=50,
        leaves_at_age=51,
        moves_to="senior-cancer",
        prerequisite=None,
        waiting_days=180,
        report_within_days=180,
        appeal_within_days=days.get("appeal", 30),
        first_look_days=days.get("first_look", 2),
        decision_days=days.get("decision", 7),
        at_once_bp=10_000,
        bills_before_days=0,
        bills_within_days=0,
        top_fen=30_000_000,
        benefits=(),
        declaration=(),
        checklist=(),
        exclusions=(),
        clauses=(),
        cited=Cited(joining="1", waiting="2", ending="3", reporting="4", bills=None),
    )


def test_an_appeal_is_in_time_on_its_last_day_and_not_after() -> None:
    last_day = claim_states.appeal_last_day(date(2026, 10, 7), member_terms(appeal=30))
    assert last_day == date(2026, 11, 6)
    claim_states.check_appeal_in_time(last_day, last_day)
    with pytest.raises(AppealTooLate) as late:
        claim_states.check_appeal_in_time(date(2026, 11, 7), last_day)
    assert late.value.last_day == last_day


def test_the_promised_dates_follow_the_terms_and_the_calendar() -> None:
    promised = claim_states.promised_dates(date(2026, 10, 1), member_terms(), TWICE_A_MONTH)
    assert promised == claim_states.PromisedDates(date(2026, 10, 3), date(2026, 10, 8), date(2026, 11, 4))
    earlier = claim_states.promised_dates(date(2026, 9, 29), member_terms(), TWICE_A_MONTH)
    assert (earlier.decision_by, earlier.payment_by) == (date(2026, 10, 6), date(2026, 10, 21))
    waited = claim_states.promised_dates(date(2026, 9, 29), member_terms(), TWICE_A_MONTH, waited_for_claimant_days=20)
    assert (waited.first_look_by, waited.decision_by) == (earlier.first_look_by, date(2026, 10, 26))
    assert waited.payment_by == date(2026, 11, 21)
