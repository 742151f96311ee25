"""How each story begins: two plans with their first members.

On SQLite it is a copy of what was prepared once; on PostgreSQL two plans are opened anew.
"""

from __future__ import annotations

import copy
import itertools
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from app.db import db, engine_name, transaction
from app.models import Account
from app.services import periods, reserves, rulebook, vault
from tests.domain.plan_files import plan as rules_of
from tests.machine.closing import AHEAD_DAYS, RUN_OFF_DAYS, ClosingPool
from tests.machine.nouns import Terms
from tests.machine.world import BEGINS, OPENED, World
from tests.services import pool_story as story

TERMS = {
    "capped": Terms(800, 1_50, 5_00, (7, 21), (14, 28)),
    "open": Terms(500, None, None, (7,), (14,)),
}
"""One plan with a cap a case, a yearly cap that binds, and a reserve; one without any of them, once a month."""
FOUNDERS = {"capped": (60_00, 9_00, 4_50, 2_00), "open": (60_00, 6_00, 1_00)}
"""What the first members have paid; the first of each plan never leaves, so that somebody always shares."""
RESERVE = 4_00


def open_plan(kind: str, slug: str, preset: str) -> int:
    """Publish the rules of one plan and plan its periods; returns its pool."""
    rules, terms = rules_of(preset), TERMS[kind]
    calendar = replace(rules.pool.calendar, publish_days=terms.locks_on, settle_days=terms.settles_on)
    pool_terms = replace(
        rules.pool,
        fee_bp=terms.fee_bp,
        cap_case_fen=terms.cap_case_fen,
        cap_year_fen=terms.cap_year_fen,
        floor_fen=terms.floor_fen,
        join_least_fen=terms.floor_fen,
        grace_days=terms.grace_days,
        calendar=calendar,
        closing=replace(rules.pool.closing, ahead_days=AHEAD_DAYS, run_off_days=RUN_OFF_DAYS),
    )
    with transaction():
        rulebook.publish(replace(rules, slug=slug, pool=pool_terms), valid_from=OPENED, by=None, at=BEGINS)
        pool = story.pool(slug)
        if slug != kind:  # beside other examples: their money must not let a payout of this one go
            pool.plan.custody_account = f"main-{slug.rpartition('-')[2]}"
        periods.plan_ahead(pool, at=BEGINS)
        return pool.id


def prepare(names: dict[str, str]) -> World:
    """Two plans with their first members and one reserve, all through the application."""
    world = World(names, {kind: open_plan(kind, slug, "young-cancer") for kind, slug in names.items()})
    world.accounts = {
        "organiser": story.account().id,
        "treasurer": story.treasurer().id,
        "second": story.treasurer("second-treasurer").id,
        "caseworker": story.account("caseworker-3", "caseworker").id,
        "caseworker-1": story.account("caseworker-1", "caseworker").id,
        "caseworker-2": story.account("caseworker-2", "caseworker").id,
        "relative": story.account("relative").id,
    }
    world.payee = vault.seal("6222020200012345678", purpose="bank-account")
    with transaction():
        db.session.get_one(Account, world.accounts["relative"]).email_confirmed_at = BEGINS
    for kind, slug in names.items():
        world.oracles[kind] = ClosingPool(slug, TERMS[kind])
        world.join(kind, FOUNDERS[kind], BEGINS)
    with transaction():
        given = reserves.record(
            world.plan("capped"), "donation", RESERVE, source="a friend", reference=f"for {names['capped']}",
            by=world.accounts["treasurer"], at=BEGINS,
        )  # fmt: skip
        reserves.answer(given, "confirmed", by=world.accounts["second"], at=BEGINS)
    world.oracles["capped"].reserve_fen = RESERVE
    world.oracles["capped"].bank_fen += RESERVE
    return world


def worlds(address: str) -> Callable[[], World]:
    """Give a maker of fresh worlds on the database that the application stands on."""
    if engine_name() != "sqlite":
        examples = itertools.count(1)
        return lambda: prepare({kind: f"{kind}-{number}" for number in [next(examples)] for kind in TERMS})
    first = prepare({kind: kind for kind in TERMS})
    db.session.remove()
    kept = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as source:
        source.backup(kept)

    def copied() -> World:
        db.session.remove()
        connection = db.engine.raw_connection()
        try:
            driver = connection.driver_connection
            driver.execute("PRAGMA synchronous = OFF")
            kept.backup(driver)
        finally:
            connection.close()
        return copy.deepcopy(first)

    return copied
