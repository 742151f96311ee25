"""Everybody a period was locked with is counted: a tree anybody can check, and a proof for each of them, for good."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain import merkle
from app.jobs import counting as job
from app.jobs import numbering
from app.jobs.tick import tick
from app.models import Audit, Case, CountTile, Fact, Membership, Message, Period
from app.services import ending, erasure, periods, pools, settling
from app.services.counting import building, leaves, proving
from app.services.days import midnight
from app.services.public_log import reading
from app.services.visibility import SEEN, case_waits, is_seen
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
SMALL = 256
"""Leaves of a tile where a test wants several of them."""


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (building, proving):
        monkeypatch.setattr(module, "TILE", SMALL)


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 word by word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(hashes[:split]) + naive_root(hashes[split:])).digest()


def naive_leaf(name: str, ref: str) -> bytes:
    salt = hashlib.blake2s(ref.encode(), key=leaves.secret_of(name)).digest()
    return hashlib.sha256(b"\x00" + hashlib.sha256(salt + ref.encode()).digest()).digest()


def said(name: str = story.FIRST) -> dict[str, Any]:
    """What the public log says of a lock."""
    body = db.session.scalars(db.select(Fact.body).where(Fact.type == "members-locked", Fact.about == name)).one()
    found: dict[str, Any] = json.loads(body)
    return found


def locked_only(name: str = story.FIRST) -> Period:
    """Locked, and the clock has got no further."""
    with transaction():
        found = story.period(name)
        periods.lock_and_publish(found, at=midnight(found.publication_day))
    return found


def holds(proof: proving.CountProof) -> None:
    data = hashlib.sha256(proof.salt + proof.membership.encode()).digest()
    merkle.verify_inclusion(merkle.leaf_hash(data), proof.index, proof.size, proof.hashes, proof.root)


@pytest.mark.usefixtures("small_tiles")
def test_the_tree_is_that_of_the_rfc_and_everybody_proves_the_own_leaf() -> None:
    story.open_plan()
    story.enrol(600)
    found = story.lock()
    refs = list(db.session.scalars(db.select(Membership.ref).order_by(Membership.id)))
    root = naive_root([naive_leaf(story.FIRST, ref) for ref in refs])
    fact = said()
    assert (fact["root"], fact["members"], fact["leaf"]) == (root.hex(), 600, "sha256(salt||membership)")
    assert (fact["at"], fact["locked_at"], fact["rules"]) == ("2026-09-06T16:00:00+00:00",) * 2 + (1,)
    assert set(fact["claims"]) == set(fact["claims_new"]) == {"received", "approved", "refused", "withdrawn", "open"}
    tiles = db.session.scalars(db.select(CountTile).order_by(CountTile.number)).all()
    assert [tile.leaves for tile in tiles] == [256, 256, 88]
    for place in (0, 255, 256, 511, 512, 599):
        proof = proving.prove(story.members()[place], found)
        assert (proof.index, proof.size, proof.root) == (place, 600, root)
        holds(proof)
    one = story.members()[599]
    assert proving.places(one, [story.FIRST, story.SECOND]) == {story.FIRST: (599, 600)}
    salts = {proving.prove(member, found).salt for member in story.members()[:20]}
    assert len(salts) == 20


@pytest.mark.usefixtures("small_tiles")
def test_killed_between_any_two_tiles_it_goes_on_and_comes_to_the_same_root(monkeypatch: pytest.MonkeyPatch) -> None:
    story.open_plan()
    story.enrol(600)
    found = locked_only()
    read = building._next_tile
    for kept in range(3):
        left = [True]

        def one_more(period: Period, left: list[bool] = left) -> CountTile | None:
            if not left:
                raise KeyboardInterrupt
            left.pop()
            return read(period)

        monkeypatch.setattr(building, "_next_tile", one_more)
        with pytest.raises(KeyboardInterrupt):
            building.count(found.id, at=story.september(7))
        assert db.session.scalar(db.select(db.func.count()).select_from(CountTile)) == kept + 1
        assert building.due(found.pool_id) == found
    monkeypatch.setattr(building, "_next_tile", read)
    assert building.count(found.id, at=story.september(7))
    refs = db.session.scalars(db.select(Membership.ref).order_by(Membership.id))
    assert said()["root"] == naive_root([naive_leaf(story.FIRST, ref) for ref in refs]).hex()
    assert building.due(found.pool_id) is None


def test_who_was_counted_proves_it_years_later_whatever_became_of_them() -> None:
    """Helped, left, dead, too old, come while it was locked, erased: the set of a lock stays what it was."""
    story.open_plan()
    story.enrol(8)
    story.approve_claim(20_00, of=story.members()[4])  # helped: ends with the settlement that pays
    counted: dict[str, set[str]] = {}
    for number, name in enumerate((story.FIRST, story.SECOND, "young-cancer-2026-10-1")):
        meanwhile = midnight(story.period(name).settle_day)
        shares = {member.ref for member in story.members(state="sharing") if member.ends_as is None}
        story.lock(name)
        counted[name] = shares
        story.enrol(2, series="BCD"[number], at=meanwhile)
        with transaction():
            ending.at_boundary(story.members()[number], ("left", "died", "aged_out")[number])
        story.approve(name)
        story.settle(name)
        with transaction():
            pools.let_pending_enter(story.pool(), at=meanwhile)
    with transaction():
        pools.carry_out_ends(story.pool(), at=story.noon(dt.date(2026, 11, 1)))
        at = story.noon(dt.date(2036, 11, 1))
        erasure.close(story.account(), at=at, on_the_wall=at)
    assert [len(refs) for refs in counted.values()] == [8, 8, 9]
    for name, refs in counted.items():
        period = story.period(name)
        for member in story.members():
            assert (name in proving.places(member, list(counted))) == (member.ref in refs)
            if member.ref in refs:
                assert proving.places(member, [name])[name][0] == proving.prove(member, period).index
                holds(proving.prove(member, period))
            else:
                with pytest.raises(proving.NotCounted):
                    proving.prove(member, period)


def test_a_period_is_seen_once_its_count_is_signed_and_nothing_of_it_before() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(20_00)
    found = locked_only()
    case = db.session.scalars(db.select(Case.ref)).one()
    assert not is_seen(found)
    assert case_waits(case)
    assert db.session.scalars(db.select(Period.name).where(SEEN, Period.state == "locked")).all() == []
    assert messages() == 0
    story.approve()
    with pytest.raises(settling.NotInTheLog), transaction():
        settling.settle(story.period(), by=None, at=story.just_after_midnight(story.period().settle_day))
    at = story.september(7)
    assert job.do(found.pool_id, at) == [f"{story.FIRST}: everybody counted"]
    assert job.do(found.pool_id, at) == []
    assert messages() == 0
    numbering.number(at)
    fact = proving.entry_of(found)
    assert fact is not None
    signed = reading.number_of(fact.id)
    checkpoint = reading.checkpoint_holding(signed) if signed is not None else None
    assert checkpoint is not None
    assert (story.period().visible_at, checkpoint.at) == (at, at)
    assert messages() == 1
    assert not case_waits(case)
    story.settle()


def messages() -> int:
    return db.session.scalar(db.select(db.func.count(Message.id)).where(Message.kind == "case-published")) or 0


def test_other_rows_than_were_locked_keep_the_period_from_the_public_until_that_is_explained() -> None:
    story.open_plan()
    story.enrol(5)
    found = locked_only()
    gone = story.members()[4]
    index = gone.join_index_fen
    with transaction():
        gone.join_seq, gone.join_index_fen, gone.state = None, None, "pending"
    for hour in (1, 2):
        assert job.do(found.pool_id, story.september(7, hour)) == []
    noted = building.differs(found)
    assert noted is not None
    assert (noted.locked, noted.counted) == (5, 4)
    notes = db.session.scalars(db.select(Audit.deed).where(Audit.about_ref == story.FIRST, Audit.role == "system"))
    assert list(notes).count("count-differs") == 1
    numbering.number(story.september(7, 2))
    assert not is_seen(found)
    with transaction():
        gone.join_seq, gone.join_index_fen, gone.state = 0, index, "sharing"
    assert job.do(found.pool_id, story.september(7, 3)) == [f"{story.FIRST}: everybody counted"]
    numbering.number(story.september(7, 3))
    assert is_seen(found)
    assert building.differs(found) is None


def test_the_clock_counts_and_shows_in_one_round_and_a_lock_of_nobody_has_the_empty_tree() -> None:
    story.open_plan()
    story.enrol(3)
    tick(midnight(story.period().publication_day))
    found = story.period()
    assert (found.visible_at, said()["members"]) == (found.locked_at, 3)
    assert building.root_of(0) == (0, merkle.EMPTY_ROOT)


def test_what_a_member_keeps_is_all_that_is_needed_to_check_it() -> None:
    story.open_plan()
    story.enrol(4)
    found = story.lock()
    fact = proving.entry_of(found)
    assert fact is not None
    kept = json.loads(proving.written(proving.prove(story.members()[3], found), fact.body, 7, "log proof"))
    data = hashlib.sha256(bytes.fromhex(kept["salt"]) + kept["membership"].encode()).digest()
    hashes = [base64.b64decode(one) for one in kept["hashes"]]
    merkle.verify_inclusion(merkle.leaf_hash(data), kept["index"], kept["size"], hashes, bytes.fromhex(kept["root"]))
    assert json.loads(kept["entry"])["root"] == kept["root"]
    assert (kept["format"], kept["period"], kept["log_index"]) == ("juntan.count-proof/1", story.FIRST, 7)


def test_a_count_and_what_is_seen_are_written_once() -> None:
    story.open_plan()
    story.enrol(3)
    story.lock()
    for statement in (
        "UPDATE count_tile SET leaves = leaves",
        "DELETE FROM count_tile",
        "UPDATE period SET visible_at = NULL WHERE visible_at IS NOT NULL",
        "UPDATE period SET visible_at = (SELECT max(visible_at) FROM period) WHERE visible_at IS NULL",
    ):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(db.text(statement))
