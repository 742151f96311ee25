"""Many connections that join, top up, leave and stay while one after the other period of their pool is settled.

Every connection is a thread with a session of its own and does its deeds as the pages do: one transaction each, done
again when the database ended it for another one. What was acknowledged is written down here, and asked of the database
afterwards. The clock goes on from lock to settlement as quickly as they can be done, so that everything meets.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from flask import Flask
from sqlalchemy import func, or_, select
from sqlalchemy.exc import OperationalError

from app.db import db, new_ref, transaction
from app.domain.period_states import LOCKED_STATES
from app.jobs import tick
from app.models import Application, Audit, Claim, Membership, Outbox, Payment, Period, Person
from app.services import (
    ending,
    leaving,
    outbox,
    payments,
    payouts,
    pools,
    refunds,
    rulebook,
    settling,
    vault,
)
from app.services.days import day_of, midnight
from app.web.again import gave_way
from bench.aftermath import Day, Hand, Outcome, disagreements, wrong_head_counts
from tests.services import pool_story as story

SLUG: Final = story.SLUG
FOUNDERS: Final = 40
DEPOSITS: Final = (1_00, 2_50, 9_00, 30_00)
CASE_FEN: Final = 60_00
MOST_TRIES: Final = 50
BREATH_S: Final = {"sqlite": 0.5}
"""Between two deeds of a connection: where one writes at a time and nobody stands in line, the quickest would win."""
_BORN: Final = dt.date(1998, 5, 2)
_REFUSED: Final = (leaving.HasEnded, leaving.NotLeaving, ending.EndsAlready, pools.AlreadyMember)
"""Answers that a page gives, and no losses: somebody left before, stays, or has ended in the meantime."""


class Hammer:
    """One run on an application whose database is empty."""

    def __init__(self, site: Flask, *, connections: int, seed: int) -> None:
        self._site = site
        self._hands = [Hand(number, random.Random(seed + number)) for number in range(connections)]  # noqa: S311
        self._house = Hand(connections, random.Random(seed))  # noqa: S311 -- the treasurers and the clock
        self._over = threading.Event()
        with site.app_context():
            self._breath_s = BREATH_S.get(db.engine.dialect.name, 0.0)
            self._day = Day(story.noon(story.OPENED + dt.timedelta(days=1)))

    def run(self, seconds: float) -> Outcome:
        """Hammer for so long, let the last period end, and look at everything."""
        with self._site.app_context():
            story.open_plan(join_least_fen=1_00)
            story.enrol(FOUNDERS, 300_00)
            self._members = [row.id for row in story.members()[1:]]
            self._organiser = story.account().id
        threads = [threading.Thread(target=self._hammer, args=(hand,), daemon=True) for hand in self._hands]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        with self._site.app_context():
            settlements = 0
            while time.monotonic() - began < seconds:
                self._one_period()
                settlements += 1
            self._over.set()
            for thread in threads:
                thread.join(60)
            took = time.monotonic() - began
            self._midnight()
            stuck = [f"connection {n} never came back" for n, thread in enumerate(threads) if thread.is_alive()]
            return self._outcome(took, settlements, stuck)

    # the treasurers and the clock

    def _one_period(self) -> None:
        """From the lock to the payouts, while everybody goes on."""
        found = db.session.scalars(
            select(Period).where(Period.state == "planned").order_by(Period.publication_day).limit(1)
        ).one()
        name, publication_day, settle_day = found.name, found.publication_day, found.settle_day
        self._surely(self._approve_a_claim)
        self._day.leap(midnight(publication_day))
        self._midnight()
        self._surely(lambda: self._read(name, "locked"))
        self._surely(lambda: self._read(name, "checked"))
        self._day.leap(midnight(settle_day))
        self._midnight()
        self._surely(lambda: self._pay(name))
        self._surely(lambda: outbox.sweep(self._day.next()))

    def _surely(self, deed: Callable[[], object]) -> None:
        """A deed of the house, patiently; by then somebody may have to wait, but nobody for ever."""
        self._patiently(self._house, lambda _hand: deed())

    def _approve_a_claim(self) -> None:
        waiting = select(Claim.id).where(Claim.state == "approved")
        if db.session.scalar(waiting.limit(1)) is None:
            story.approve_claim(CASE_FEN, of=self._somebody(), benefit="low_grade_tumour", at=self._day.next())

    def _read(self, name: str, state: str) -> None:
        """One treasurer checks the sum, another approves it."""
        if story.period(name).state != state:
            return
        if state == "locked":
            story.check(name, at=self._day.next())
            return
        second = story.treasurer().id
        with transaction():
            period, at = story.period(name), self._day.next()
            settling.approve(period, settling.preview(period, at=at).digest, by=second, at=at)

    def _pay(self, name: str) -> None:
        treasurer = story.treasurer().id
        with transaction():
            payouts.release(story.period(name), by=treasurer, at=self._day.next())
            refunds.release_due(by=treasurer, at=self._day.next())

    def _midnight(self) -> None:
        """What the clock does; a step that gave way comes again with the next minute."""
        for _minute in range(MOST_TRIES):
            self._surely(lambda: tick.tick(self._day.next()))
            if not self._unsettled():
                return
            self._day.leap(self._day.now + dt.timedelta(minutes=1))

    def _unsettled(self) -> bool:
        due = select(Period.id).where(
            or_(
                (Period.state == "planned") & (Period.publication_day <= day_of(self._day.now)),
                (Period.state == "approved") & (Period.settle_day <= day_of(self._day.now)),
            )
        )
        db.session.rollback()
        return db.session.scalar(due.limit(1)) is not None

    def _somebody(self) -> Membership:
        sharing = select(Membership.id).where(Membership.state == "sharing").order_by(Membership.id)
        numbers = db.session.scalars(sharing.limit(FOUNDERS)).all()
        return db.session.get_one(Membership, self._house.chance.choice(numbers))

    # the connections

    def _hammer(self, hand: Hand) -> None:
        deeds: tuple[Callable[[Hand], None], ...] = (self._join, self._top_up, self._top_up, self._leave, self._stay)
        try:
            with self._site.app_context():
                while not self._over.wait(hand.chance.uniform(0, self._breath_s)):
                    self._patiently(hand, hand.chance.choice(deeds))
        except BaseException as failure:  # noqa: BLE001 -- said at the end of the run
            hand.failure = failure

    def _patiently(self, hand: Hand, deed: Callable[[Hand], object]) -> None:
        """Do one deed; one that the database ended for another is done again, as a page does."""
        began = time.monotonic()
        for _try in range(MOST_TRIES):
            try:
                deed(hand)
            except OperationalError as error:
                if not gave_way(error) and "locked" not in str(error.orig):
                    raise
                hand.retries += 1
                continue
            except _REFUSED:
                hand.refused += 1
            hand.longest_s = max(hand.longest_s, time.monotonic() - began)
            return
        raise TimeoutError(f"{deed.__name__} gave way {MOST_TRIES} times")

    def _join(self, hand: Hand) -> None:
        at, ref = self._day.next(), new_ref()
        with transaction():
            number = f"{hand.number:02}{hand.chance.randrange(10**7):07}"
            person = Person(
                account_id=self._organiser, relation="member", birth_on=_BORN,
                name_sealed=vault.seal("欧阳若曦", purpose="person.name"), province="33", document_type="passport",
                document_sealed=vault.seal(number, purpose="person.document"),
                identity_hash=vault.keyed_hash("passport", number), created_at=at,
            )  # fmt: skip
            db.session.add(person)
            db.session.flush()
            plan = story.plan()
            terms = rulebook.member_terms_row(rulebook.version_on(plan.id, day_of(at)))
            application = Application(
                account_id=self._organiser, plan_id=plan.id, person_id=person.id, member_terms_id=terms.id,
                created_at=at,
            )  # fmt: skip
            db.session.add(application)
            db.session.flush()
            payments.ask(
                hand.chance.choice(DEPOSITS), account_id=self._organiser, at=at, application=application, ref=ref
            )
            member = db.session.scalars(select(Membership.id).where(Membership.application_id == application.id)).one()
        self._members.append(member)
        hand.done["join"].append(ref)

    def _top_up(self, hand: Hand) -> None:
        at, ref, number = self._day.next(), new_ref(), hand.chance.choice(self._members)
        with transaction():
            membership = db.session.get_one(Membership, number)
            payments.ask(
                hand.chance.choice(DEPOSITS), account_id=self._organiser, at=at, membership=membership, ref=ref
            )
        hand.done["top up"].append(ref)

    def _leave(self, hand: Hand) -> None:
        number = hand.chance.choice(self._members)
        with transaction():
            membership = db.session.get_one(Membership, number)
            leaving.leave(membership, by=self._organiser, at=self._day.next())
            ref = membership.ref
        hand.done["leave"].append(ref)

    def _stay(self, hand: Hand) -> None:
        leaves = select(Membership.id).where(Membership.state == "sharing", Membership.ends_as == "left")
        numbers = db.session.scalars(leaves.limit(20)).all()
        if not numbers:
            return
        with transaction():
            membership = db.session.get_one(Membership, hand.chance.choice(numbers))
            leaving.undo(membership, by=self._organiser, at=self._day.next())
            ref = membership.ref
        hand.done["stay"].append(ref)

    # afterwards

    def _outcome(self, took: float, settlements: int, stuck: list[str]) -> Outcome:
        db.session.rollback()
        stuck += [f"connection {hand.number}: {hand.failure!r}" for hand in self._hands if hand.failure is not None]
        while outbox.sweep(self._day.now):
            """A sweep does a thousand pieces of work at most; the worker would come again."""
        undone = select(Outbox.key).where(Outbox.done_at.is_(None), Outbox.due_at <= self._day.now)
        stuck += [f"left undone: {key}" for key in db.session.scalars(undone)]
        locked = select(Period.name).where(Period.state.in_(LOCKED_STATES))
        stuck += [f"{name} is still locked" for name in db.session.scalars(locked)]
        deeds = {kind: sum(len(hand.done[kind]) for hand in self._hands) for kind in self._hands[0].done}
        states = dict(db.session.execute(select(Membership.state, func.count()).group_by(Membership.state)).all())
        return Outcome(
            engine=db.engine.dialect.name,
            seconds=round(took, 1),
            connections=len(self._hands),
            deeds=deeds,
            deeds_a_second=round(sum(deeds.values()) / took, 1),
            refused=sum(hand.refused for hand in self._hands),
            retries=sum(hand.retries for hand in [*self._hands, self._house]),
            longest_wait_ms=round(max(hand.longest_s for hand in self._hands) * 1000, 1),
            settlements=settlements,
            members=states.get("sharing", 0),
            ended=sum(number for state, number in states.items() if state not in {"sharing", "pending"}),
            lost=tuple(self._lost()),
            wrong=(*wrong_head_counts(), *disagreements()),
            stuck=tuple(stuck),
        )

    def _lost(self) -> list[str]:
        """Payments that did not arrive, and leaving or staying without its line in the audit trail."""
        acknowledged = {kind: [ref for hand in self._hands for ref in hand.done[kind]] for kind in self._hands[0].done}
        received = set(db.session.scalars(select(Payment.ref).where(Payment.state == "received")))
        lost = [
            f"{kind}: payment {ref}" for kind in ("join", "top up") for ref in acknowledged[kind] if ref not in received
        ]
        for kind, deed in (("leave", "leave"), ("stay", "undo-leaving")):
            kept = Counter(db.session.scalars(select(Audit.about_ref).where(Audit.deed == deed)))
            lost += [f"{kind}: membership {ref}" for ref in (Counter(acknowledged[kind]) - kept).elements()]
        return lost
