"""Custody cover: no payment out may touch money that is owed to somebody else."""

from __future__ import annotations


def cover_left_fen(  # noqa: PLR0913  every part of it is a line of the page
    bank_fen: int,
    *,
    positive_balances_fen: int,
    pending_fen: int,
    surplus_fen: int,
    reserve_fen: int,
    unclaimed_fen: int,
    suspense_fen: int,
) -> int:
    """What may leave a custody account for claims, and after them for the fee, with everything else still covered.

    A payment out is allowed up to this amount. Below zero, money that is owed is not in custody, and the page says so.
    """
    return bank_fen - positive_balances_fen - pending_fen - surplus_fen - reserve_fen - unclaimed_fen - suspense_fen
