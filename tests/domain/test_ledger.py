"""Postings, accounts, and what every deed books."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import ledger
from app.domain.custody import cover_left_fen
from tests.domain.test_shares_laws import Inputs, large, settle

POOL, PLAN, CUSTODY = "young-cancer", "young-cancer", "trust-1"
BANK, FUNDS, PENDING = ledger.bank(CUSTODY), ledger.member_funds(POOL), ledger.pending_funds(POOL)
CARRY, UNPAID = ledger.rounding_carry(POOL), ledger.unpaid_shares(POOL)
CLAIMS, FEE, RESERVE = ledger.claims_payable(PLAN), ledger.fee_payable(PLAN), ledger.reserve(PLAN)
SUBSIDY, UNCLAIMED = ledger.operator_subsidy(PLAN), ledger.unclaimed_balances(PLAN)
amounts = st.integers(0, 10**15)


def changes(entry: ledger.Entry) -> dict[ledger.Account, int]:
    return {account: change for account, change in ledger.balances(entry).items() if change}


def assets_less_liabilities(entry: ledger.Entry) -> int:
    signs = {"asset": 1, "liability": -1}
    return sum(signs[ledger.kind_of(account)] * change for account, change in ledger.balances(entry).items())


@given(large)
def test_a_settlement_books_exactly_what_its_quote_says(i: Inputs) -> None:
    quote = settle(i)
    entry = ledger.settlement(quote, POOL, PLAN)
    expected = {
        FUNDS: -quote.share_fen * quote.members,
        CARRY: quote.surplus_after_fen - quote.surplus_before_fen,
        CLAIMS: sum(case.received_fen for case in quote.cases),
        FEE: quote.fee_fen,
        UNPAID: -quote.unpaid_fen,
        RESERVE: -quote.from_reserve_fen,
        SUBSIDY: quote.from_operator_fen,
    }
    assert changes(entry) == {account: change for account, change in expected.items() if change}
    assert assets_less_liabilities(entry) == 0
    assert (entry == ()) == quote.moves_nothing
    assert len(entry) <= 7


@given(large)
def test_a_reversal_leaves_nothing_behind(i: Inputs) -> None:
    entry = ledger.settlement(settle(i), POOL, PLAN)
    assert changes((*entry, *ledger.reversal(entry))) == {}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (ledger.topup(CUSTODY, POOL, 900), {BANK: 900, FUNDS: 900}),
        (ledger.topup_pending(CUSTODY, POOL, 900), {BANK: 900, PENDING: 900}),
        (ledger.pending_enters(POOL, 900), {PENDING: -900, FUNDS: 900}),
        (ledger.close_pending(POOL, PLAN, 900), {PENDING: -900, ledger.unclaimed_balances(PLAN): 900}),
        (ledger.moves_pool(POOL, "senior-cancer", 9), {FUNDS: -9, ledger.member_funds("senior-cancer"): 9}),
        (ledger.payout_paid(CUSTODY, PLAN, 900), {CLAIMS: -900, BANK: -900}),
        (ledger.payout_returned(CUSTODY, 900), {BANK: 900, ledger.suspense: 900}),
        (ledger.payout_sent_again(CUSTODY, 900), {BANK: -900, ledger.suspense: -900}),
        (ledger.arrears_set_off(POOL, PLAN, 250), {CLAIMS: -250, FUNDS: 250}),
        (ledger.fee_taken(CUSTODY, PLAN, 900), {FEE: -900, BANK: -900}),
        (ledger.reserve_funded(CUSTODY, PLAN, 900), {BANK: 900, RESERVE: 900}),
        (ledger.subsidy_paid(CUSTODY, PLAN, 900), {BANK: 900, SUBSIDY: -900}),
        (ledger.close_with_positive_balance(POOL, PLAN, 50), {FUNDS: -50, UNCLAIMED: 50}),
        (ledger.unclaimed_paid(CUSTODY, PLAN, 50), {UNCLAIMED: -50, BANK: -50}),
        (ledger.close_with_arrears(POOL, PLAN, 250, 0), {FUNDS: 250, UNPAID: 250}),
        (ledger.close_with_arrears(POOL, PLAN, 250, 100), {FUNDS: 250, RESERVE: -100, UNPAID: 150}),
        (ledger.close_with_arrears(POOL, PLAN, 250, 900), {FUNDS: 250, RESERVE: -250}),
        (ledger.write_off_unpaid(POOL, RESERVE, 150), {RESERVE: -150, UNPAID: -150}),
        (ledger.credit_to_members(POOL, PLAN, 300, 100), {FUNDS: 300, RESERVE: -100, UNPAID: 200}),
        (ledger.credit_to_surplus(POOL, PLAN, 300, 100), {CARRY: 300, RESERVE: -100, UNPAID: 200}),
        (ledger.credit_by_operator(PLAN, 300, FUNDS), {FUNDS: 300, SUBSIDY: 300}),
        (ledger.suspense_deposit(CUSTODY, 900), {BANK: 900, ledger.suspense: 900}),
        (ledger.suspense_returned(CUSTODY, 900), {BANK: -900, ledger.suspense: -900}),
        (ledger.suspense_accepted(PENDING, 900), {ledger.suspense: -900, PENDING: 900}),
    ],
)
def test_every_deed_moves_the_accounts_it_names(entry: ledger.Entry, expected: dict[ledger.Account, int]) -> None:
    assert changes(entry) == expected
    assert assets_less_liabilities(entry) == 0


@given(amounts, amounts)
def test_arrears_are_taken_from_the_reserve_only_as_far_as_it_goes(arrears: int, held: int) -> None:
    moved = ledger.balances(ledger.close_with_arrears(POOL, PLAN, arrears, held))
    assert moved.get(FUNDS, 0) == arrears
    assert 0 <= -moved.get(RESERVE, 0) <= held
    assert moved.get(UNPAID, 0) == max(0, arrears - held)


def test_an_entry_of_nothing_has_no_posting() -> None:
    assert ledger.topup(CUSTODY, POOL, 0) == ()
    assert ledger.close_with_arrears(POOL, PLAN, 0, 100) == ()


@pytest.mark.parametrize("amount", [0, -1])
def test_a_posting_moves_a_positive_amount(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        ledger.Posting(BANK, FUNDS, amount)


def test_a_posting_names_two_accounts() -> None:
    with pytest.raises(ValueError, match="two accounts"):
        ledger.Posting(BANK, BANK, 1)


def test_a_deed_never_books_a_negative_amount() -> None:
    with pytest.raises(ValueError, match="positive"):
        ledger.topup(CUSTODY, POOL, -1)
    with pytest.raises(ValueError, match="reserve"):
        ledger.close_with_arrears(POOL, PLAN, 1, -1)


def test_accounts_are_named_by_family_and_owner() -> None:
    assert (FUNDS, BANK, ledger.suspense) == ("member_funds:young-cancer", "bank:trust-1", "suspense")
    assert {account.partition(":")[0] for account in (BANK, FUNDS, PENDING, CARRY, UNPAID, CLAIMS, FEE, RESERVE)} | {
        account.partition(":")[0] for account in (SUBSIDY, UNCLAIMED, ledger.suspense)
    } == set(ledger.KINDS)


@pytest.mark.parametrize("owner", ["", "young:cancer"])
def test_an_account_needs_a_plain_owner(owner: str) -> None:
    with pytest.raises(ValueError, match="owner"):
        ledger.member_funds(owner)


def test_an_account_of_no_family_is_unknown() -> None:
    with pytest.raises(KeyError):
        ledger.kind_of(ledger.Account("petty_cash:desk"))


def test_what_is_owed_to_others_cannot_leave_the_bank() -> None:
    parts = {"positive_balances_fen": 500, "pending_fen": 100, "surplus_fen": 20, "reserve_fen": 50}
    assert cover_left_fen(1_000, **parts, unclaimed_fen=30, suspense_fen=40) == 260
    assert cover_left_fen(700, **parts, unclaimed_fen=30, suspense_fen=40) == -40
