"""The journal: what every deed books, as postings that cannot be unbalanced.

A posting names two accounts and one positive amount. Debit raises an asset and lowers a liability; credit does the
opposite. So, once and for all:

    account                     kind        its balance is                                    debit    credit
    bank:<custody account>      asset       money in custody                                  rises    falls
    unpaid_shares:<pool>        asset       shares nobody could pay, shared later             rises    falls
    operator_subsidy:<plan>     asset       promised by the operator, not yet handed over     rises    falls
    member_funds:<pool>         liability   Σ balances of those who share: S − N · index      falls    rises
    pending_funds:<pool>        liability   paid, not sharing yet                             falls    rises
    rounding_carry:<pool>       liability   surplus carried into the next period              falls    rises
    claims_payable:<plan>       liability   settled payouts not yet paid                      falls    rises
    fee_payable:<plan>          liability   the operator's fee, settled, not yet taken        falls    rises
    reserve:<plan>              liability   set aside under the plan's own rule               falls    rises
    unclaimed_balances:<plan>   liability   owed to members whose membership has ended        falls    rises
    suspense                    liability   money whose place is not yet known                falls    rises

The operator's subsidy goes below zero when the operator has paid ahead. The members' funds may hold negative balances
(arrears), which is why held and owed are shown with arrears as a line of their own.

Every function returns the postings of one entry. An amount of zero books nothing; a negative one raises `ValueError`.
Where an entry is undone, `reversal` mirrors it: rows are never edited.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.accounts import (
    KINDS,
    Account,
    Entry,
    Kind,
    Posting,
    balances,
    bank,
    claims_payable,
    fee_payable,
    kind_of,
    member_funds,
    operator_subsidy,
    pending_funds,
    reserve,
    rounding_carry,
    suspense,
    unclaimed_balances,
    unpaid_shares,
)
from app.domain.credits import Credit
from app.domain.shares import Quote

__all__ = [
    "KINDS", "Account", "Entry", "Kind", "Posting", "arrears_set_off", "balances", "bank", "bank_charge",
    "claims_payable", "close_pending", "close_with_arrears", "close_with_positive_balance", "correction",
    "correction_by_operator", "credit_by_operator", "credit_to_heirs", "credit_to_members", "credit_to_surplus",
    "custody_interest", "fee_payable", "fee_taken", "kind_of", "member_funds", "move", "moves_pool",
    "moves_pool_pending", "named_credit_carried", "operator_subsidy", "payout_paid", "payout_returned",
    "payout_sent_again", "pending_enters", "pending_funds", "remainder_given", "reserve", "reserve_funded",
    "restored", "reversal", "rounding_carry", "settlement", "subsidy_paid", "suspense", "suspense_accepted",
    "suspense_deposit", "suspense_returned", "topup", "topup_pending", "unclaimed_balances", "unclaimed_paid",
    "unpaid_shares", "write_off_unpaid",
]  # fmt: skip


def move(debit: Account, credit: Account, amount_fen: int) -> Entry:
    """An entry of at most one posting: nothing when the amount is zero. Raises `ValueError` when it is negative."""
    return () if amount_fen == 0 else (Posting(debit, credit, amount_fen),)


def reversal(entry: Iterable[Posting]) -> Entry:
    """The entry that undoes another one. The row that stores it names what it reverses."""
    return tuple(Posting(posting.credit, posting.debit, posting.amount_fen) for posting in entry)


# Entries: what each deed books.


def topup(custody: str, pool: str, amount_fen: int) -> Entry:
    """A member who shares pays in."""
    return move(bank(custody), member_funds(pool), amount_fen)


def topup_pending(custody: str, pool: str, amount_fen: int) -> Entry:
    """A member who does not share yet pays in."""
    return move(bank(custody), pending_funds(pool), amount_fen)


def pending_enters(pool: str, amount_fen: int) -> Entry:
    """Pending members begin to share; their deposits come with them."""
    return move(pending_funds(pool), member_funds(pool), amount_fen)


def moves_pool(from_pool: str, to_pool: str, amount_fen: int) -> Entry:
    """A balance follows its member into another pool kept in the same custody account."""
    return move(member_funds(from_pool), member_funds(to_pool), amount_fen)


def moves_pool_pending(from_pool: str, to_pool: str, amount_fen: int) -> Entry:
    """A balance follows its member into a pool that is locked: it waits there with those who do not share yet."""
    return move(member_funds(from_pool), pending_funds(to_pool), amount_fen)


def settlement(quote: Quote, pool: str, plan: str) -> Entry:
    """One settlement. Empty when the quote moves nothing.

    The members' funds fall by share · members, the carry moves from the surplus before to the surplus after, claims
    payable rises by everything the cases receive, the fee by the fee, and unpaid shares of earlier periods fall by what
    was shared of them. The surplus is used first.
    """
    carried_fen = quote.surplus_after_fen - quote.surplus_before_fen
    sources = [(rounding_carry(pool), max(0, -carried_fen)), (member_funds(pool), quote.charged_fen)]
    uses = [
        (claims_payable(plan), quote.shared_payouts_fen),
        (fee_payable(plan), quote.fee_fen),
        (unpaid_shares(pool), quote.unpaid_fen),
        (rounding_carry(pool), max(0, carried_fen)),
    ]
    return (
        *_pour(sources, uses),
        *move(reserve(plan), claims_payable(plan), quote.from_reserve_fen),
        *move(operator_subsidy(plan), claims_payable(plan), quote.from_operator_fen),
    )


def _pour(sources: list[tuple[Account, int]], uses: list[tuple[Account, int]]) -> Entry:
    """Empty the sources into the uses, each in its order. Both sides have the same sum."""
    postings: list[Posting] = []
    waiting = [(account, amount) for account, amount in reversed(uses) if amount]
    for source, held in sources:
        left = held
        while left:
            use, wanted = waiting.pop()
            amount = min(left, wanted)
            postings.append(Posting(source, use, amount))
            left -= amount
            if wanted > amount:
                waiting.append((use, wanted - amount))
    return tuple(postings)


def payout_paid(custody: str, plan: str, amount_fen: int) -> Entry:
    """A settled payout leaves for its recipient."""
    return move(claims_payable(plan), bank(custody), amount_fen)


def payout_returned(custody: str, amount_fen: int) -> Entry:
    """A payout came back; it stays in suspense until it is sent again."""
    return move(bank(custody), suspense, amount_fen)


def payout_sent_again(custody: str, amount_fen: int) -> Entry:
    """A returned payout leaves again."""
    return move(suspense, bank(custody), amount_fen)


def arrears_set_off(pool: str, plan: str, amount_fen: int) -> Entry:
    """Arrears of the claimant's own membership are deducted from the payout."""
    return move(claims_payable(plan), member_funds(pool), amount_fen)


def fee_taken(custody: str, plan: str, amount_fen: int) -> Entry:
    """The operator takes a settled fee."""
    return move(fee_payable(plan), bank(custody), amount_fen)


def reserve_funded(custody: str, plan: str, amount_fen: int) -> Entry:
    """The operator or a donor adds to the reserve; members are never charged for it."""
    return move(bank(custody), reserve(plan), amount_fen)


def subsidy_paid(custody: str, plan: str, amount_fen: int) -> Entry:
    """The operator hands over what was promised."""
    return move(bank(custody), operator_subsidy(plan), amount_fen)


def close_with_positive_balance(pool: str, plan: str, balance_fen: int) -> Entry:
    """A membership ends with money left: it stays owed until it has gone back."""
    return move(member_funds(pool), unclaimed_balances(plan), balance_fen)


def close_pending(pool: str, plan: str, amount_fen: int) -> Entry:
    """Somebody leaves who never shared: everything that was paid is owed back."""
    return move(pending_funds(pool), unclaimed_balances(plan), amount_fen)


def restored(pool: str, plan: str, amount_fen: int, *, pending: bool) -> Entry:
    """A membership that ended by mistake is replaced: what had stayed owed of it is the member's balance again."""
    return move(unclaimed_balances(plan), pending_funds(pool) if pending else member_funds(pool), amount_fen)


def unclaimed_paid(custody: str, plan: str, amount_fen: int) -> Entry:
    """The balance of a membership that has ended goes back."""
    return move(unclaimed_balances(plan), bank(custody), amount_fen)


def close_with_arrears(pool: str, plan: str, arrears_fen: int, reserve_fen: int) -> Entry:
    """A membership ends owing `arrears_fen`: the reserve, holding `reserve_fen`, pays as far as it goes."""
    return _given_to(member_funds(pool), pool, plan, arrears_fen, reserve_fen)


def write_off_unpaid(pool: str, by: Account, amount_fen: int) -> Entry:
    """Unpaid shares that no later settlement will share: a reserve, a surplus or a fee not yet taken bears them."""
    return move(by, unpaid_shares(pool), amount_fen)


def remainder_given(custody: str, pool: str, plan: str, surplus_fen: int, reserve_fen: int) -> Entry:
    """What is left of a closed plan goes where its rules say."""
    return (*move(rounding_carry(pool), bank(custody), surplus_fen), *move(reserve(plan), bank(custody), reserve_fen))


def credit_to_members(pool: str, plan: str, amount_fen: int, reserve_fen: int) -> Entry:
    """Members are credited, e.g. for shares charged after a death: from the reserve, the rest is shared later."""
    return _given_to(member_funds(pool), pool, plan, amount_fen, reserve_fen)


def credit_to_heirs(pool: str, plan: str, amount_fen: int, reserve_fen: int) -> Entry:
    """Shares charged after a death are credited to a membership that has ended: they are owed to the heirs."""
    return _given_to(unclaimed_balances(plan), pool, plan, amount_fen, reserve_fen)


def credit_to_surplus(pool: str, plan: str, amount_fen: int, reserve_fen: int) -> Entry:
    """A settlement charged too much: the compensation enters the carry and lowers the next share."""
    return _given_to(rounding_carry(pool), pool, plan, amount_fen, reserve_fen)


def correction(pool: str, plan: str, credit: Credit, reserve_fen: int) -> Entry:
    """A settlement charged too much: the carry first, then who has left, out of the reserve as far as it goes."""
    left_fen = max(0, reserve_fen - credit.carried_fen)
    return (
        *credit_to_surplus(pool, plan, credit.carried_fen, reserve_fen),
        *_given_to(unclaimed_balances(plan), pool, plan, credit.named_fen, left_fen),
    )


def correction_by_operator(pool: str, plan: str, credit: Credit) -> Entry:
    """The same by an error of the operator's own, who pays all of it."""
    return (
        *credit_by_operator(plan, credit.carried_fen, rounding_carry(pool)),
        *credit_by_operator(plan, credit.named_fen, unclaimed_balances(plan)),
    )


def named_credit_carried(pool: str, plan: str, amount_fen: int) -> Entry:
    """Somebody named in a credit goes on after all: the part is shared like everybody's."""
    return move(unclaimed_balances(plan), rounding_carry(pool), amount_fen)


def credit_by_operator(plan: str, amount_fen: int, to: Account) -> Entry:
    """The operator makes good an error of its own: `to` is the members' funds or the carry of a pool."""
    return move(operator_subsidy(plan), to, amount_fen)


def _given_to(account: Account, pool: str, plan: str, amount_fen: int, reserve_fen: int) -> Entry:
    """Raise a liability out of the reserve, as far as it goes; the rest becomes unpaid shares."""
    if reserve_fen < 0:
        raise ValueError(f"the reserve cannot hold {reserve_fen} fen")
    from_reserve = min(amount_fen, reserve_fen)
    return (*move(reserve(plan), account, from_reserve), *move(unpaid_shares(pool), account, amount_fen - from_reserve))


def suspense_deposit(custody: str, amount_fen: int) -> Entry:
    """Money arrives that has no place yet: an application to be checked, or a membership that has ended."""
    return move(bank(custody), suspense, amount_fen)


def suspense_returned(custody: str, amount_fen: int) -> Entry:
    """Money in suspense goes back to its payer."""
    return move(suspense, bank(custody), amount_fen)


def suspense_accepted(to: Account, amount_fen: int) -> Entry:
    """Money in suspense finds its place: `to` is the members' or the pending funds of a pool."""
    return move(suspense, to, amount_fen)


def bank_charge(custody: str, plan: str, amount_fen: int) -> Entry:
    """A bank takes a charge out of a custody account: the operator owes it from then on, never the members."""
    return move(operator_subsidy(plan), bank(custody), amount_fen)


def custody_interest(custody: str, plan: str, amount_fen: int) -> Entry:
    """A bank pays interest on money in custody: it is set aside in the reserve, never the operator's."""
    return move(bank(custody), reserve(plan), amount_fen)
