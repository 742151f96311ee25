"""The rows of what belongs to a plan as a whole: its rules, its reserve, its fees, its closing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.domain.ledger import Entry
from app.domain.rules import canonical
from app.models import Plan, RuleVersion
from app.services import joining, rulebook
from app.services.open_data import money
from app.services.open_data.stated import Stated, about, about_plan

Row = tuple[str | int | None, ...]


def rows(plan: Plan) -> dict[str, Iterable[Row]] | None:
    """The rows of every table of a plan; None while nothing of it has its number."""
    versions = _versions(plan)
    stated = about("rules", [_name(plan, one) for one in versions])
    told = [(version, stated[_name(plan, version)]) for version in versions if _name(plan, version) in stated]
    if not told:
        return None
    return {
        "ledger": _ledger(plan),
        "rules": [
            (
                plan.slug, one.number, one.valid_from.isoformat(), one.fingerprint, f"rules/{_name(plan, one)}.json",
                entry.number,
            )
            for one, entry in told
        ],
    }  # fmt: skip


def texts(plan: Plan) -> dict[str, bytes]:
    """The whole text of every version by the name of its file: the bytes behind its fingerprint."""
    return {f"rules/{_name(plan, one)}.json": canonical(rulebook.rules_of(one)) for one in _versions(plan)}


def _versions(plan: Plan) -> list[RuleVersion]:
    asked = select(RuleVersion).where(RuleVersion.plan_id == plan.id).order_by(RuleVersion.number)
    return list(db.session.scalars(asked))


def _name(plan: Plan, version: RuleVersion) -> str:
    return f"{plan.slug}-{version.number}"


def _ledger(plan: Plan) -> list[Row]:
    pool = joining.pool_of(plan.id).name
    found: list[Row] = []
    for one in about_plan(plan.slug, tuple(_BOOKED)):
        found += money.rows_of(one, f"{one.type}:{plan.slug}:{one.number:09}", _BOOKED[one.type](one, plan, pool))
    return sorted(found, key=lambda row: tuple(str(row[place]) for place in (2, 0, 4, 5)))


def _unpaid(one: Stated, plan: Plan, pool: str) -> Entry:
    said = one.said
    return (
        *ledger.write_off_unpaid(pool, ledger.reserve(plan.slug), said["from_reserve_fen"]),
        *ledger.write_off_unpaid(pool, ledger.rounding_carry(pool), said["from_surplus_fen"]),
        *ledger.write_off_unpaid(pool, ledger.fee_payable(plan.slug), said["from_fee_fen"]),
    )


_BOOKED: dict[str, Callable[[Stated, Plan, str], Entry]] = {
    "reserve": lambda one, plan, _pool: ledger.reserve_funded(plan.custody_account, plan.slug, one.said["amount_fen"]),
    "operator-paid": lambda one, plan, _pool: ledger.subsidy_paid(
        plan.custody_account, plan.slug, one.said["amount_fen"]
    ),
    "fee-taken": lambda one, plan, _pool: ledger.fee_taken(plan.custody_account, plan.slug, one.said["amount_fen"]),
    "fee-returned": lambda one, plan, _pool: ledger.reversal(
        ledger.fee_taken(plan.custody_account, plan.slug, one.said["amount_fen"])
    ),
    "closing-unpaid": _unpaid,
    "closing-remainder": lambda one, plan, pool: ledger.remainder_given(
        plan.custody_account, pool, plan.slug, one.said["from_surplus_fen"], one.said["from_reserve_fen"]
    ),
}
"""How each kind of fact about a plan is booked: the same functions as in the deed itself."""
