"""Telling the story: scenes in the order of time, and between them the clock's own work at every midnight that matters.

Nothing here writes a row of its own: people are enrolled, join, claim, decide and approve through the deeds of the
rooms and the engine, at the instants the story gives them.
"""

from __future__ import annotations

import datetime as dt
import heapq
import logging
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice

from flask import current_app
from sqlalchemy import func, select

from app.config import ROOT
from app.db import db, seeded_chance, transaction
from app.domain.calendar import period_name, periods_of_month
from app.domain.rules import read_rules
from app.domain.terms import Rules
from app.jobs import publishing
from app.jobs.tick import set_clock, sweep, tick
from app.models import Account, Claim, Payout, Settlement
from app.services import rulebook, selfcheck
from app.services.days import midnight
from app.services.enrolment import Row
from app.story import cast, midnights, people, plot
from app.story.bad_day import BadDay
from app.story.bad_days import AGAIN_AND_AGAIN, BAD_DAYS
from app.story.claims_plot import CLAIMS
from app.story.deeds import gate, members, treasury
from app.story.deeds.bills import write_bills
from app.story.deeds.claims import write_claim
from app.story.deeds.objections import write_objection
from app.story.objections_plot import OBJECTIONS
from app.web import clock

SLUGS = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")


@dataclass(frozen=True, slots=True, order=True)
class Scene:
    """Something that happens at an instant; `order` keeps scenes of one instant in the order they were written."""

    at: dt.datetime
    order: int
    play: Callable[[dt.datetime], None] = field(compare=False)


class Story:
    """One telling. `say` is told of each chapter."""

    def __init__(self, *, seed: int, until: dt.date, members: int | None, say: Callable[[str], None]) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- invented people
        self.numbers = cast.Numbers()
        self.rules = {slug: read_preset(slug) for slug in SLUGS}
        self.times = plot.times(self.rules["young-cancer"].pool.calendar, until)
        self.scale = members
        self.say = say
        self.mail = current_app.config["MAIL"]
        self.scenes: list[Scene] = []
        self.written = 0
        self.people: dict[tuple[str, int], cast.Enrolled] = {}

    def at(self, day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
        """A local time of a day."""
        return midnight(day) + dt.timedelta(hours=hour, minutes=minute)

    def published(self, period: int, days: int = 0) -> dt.date:
        """So many days after the publication day of a period of the plot."""
        return self.times.periods[period].publication_day + dt.timedelta(days=days)

    def settled(self, period: int, days: int = 0) -> dt.date:
        """So many days after the settle day of a period of the plot."""
        return self.times.periods[period].settle_day + dt.timedelta(days=days)

    def add(self, at: dt.datetime, play: Callable[[dt.datetime], None]) -> None:
        """Write a scene; a scene that is being played may write another one."""
        self.written += 1
        heapq.heappush(self.scenes, Scene(at, self.written, play))

    def write(self) -> None:
        """All scenes of the story."""
        opening = self.times.opening
        self.add(self.at(opening, 8), self.open_house)
        for number, (slug, count, youngest, oldest) in enumerate(plot.LISTS):
            self.add(self.at(opening, 9, number), self._list_scene(slug, self._scaled(count), youngest, oldest))
        neighbours = people.neighbours(self.chance)
        for household in people.HOUSEHOLDS:
            self._write_household(household, played=True)
        for household, claim in neighbours:
            self._write_household(household, played=household.label.startswith("member"))
            write_claim(self, claim)
        for claim in CLAIMS:
            write_claim(self, claim)
        for objection in OBJECTIONS:
            write_objection(self, objection)
        self.add(self.at(self.times.announced, 10), self.announce_rules)
        for bad in BAD_DAYS:
            self._write_bad_day(bad, self.published(bad.period, bad.days), bad.hour)
        for bad in AGAIN_AND_AGAIN:
            for period in range(bad.period, plot.SHARED_PERIODS):
                self._write_bad_day(bad, self.settled(period, bad.days), bad.hour)
        self._write_routine()
        write_bills(self)

    def _write_household(self, household: cast.Household, *, played: bool) -> None:
        day = self.published(*household.comes) if household.comes else self.times.opening
        self.add(
            self.at(day, 11, self.written % 60),
            lambda at: members.settle_in(self, household, played=played, at=at),
        )

        for days in {plot.LATE_LISTS[slug] for _, slug, _ in household.joins if slug in plot.LATE_LISTS}:
            later = self.at(day + dt.timedelta(days=days), 11, self.written % 60)
            self.add(later, lambda at: members.join_later(self, household, at=at))

    def _write_bad_day(self, bad: BadDay, day: dt.date, hour: int) -> None:
        self.add(self.at(day, hour, self.written % 50), lambda at: bad.deed(self, bad.who, at))

    def _write_routine(self) -> None:
        """What is done again and again: approvals once the objections are over, payments on the settle day, top-ups.

        Periods that do not keep to the calendar are looked after on the days on which a midnight was struck for them.
        """
        first = self.times.opening
        for month in range((self.times.end.year - first.year) * 12 + self.times.end.month - first.month + 1):
            year, ahead = divmod(first.month - 1 + month, 12)
            for period in periods_of_month(self.times.calendar, first.year + year, ahead + 1):
                for day in (period.objections_last_day + dt.timedelta(days=1), period.settle_day):
                    self.add(self.at(max(day, first), 14), self.treasurers_day)
        for period in self.times.periods:
            if period.number > 1 and period.settle_day < self.times.end:
                self.add(self.at(period.settle_day + dt.timedelta(days=1), 16), self.pay_in)

    def play(self, *, stop: dt.date | None = None) -> None:
        """Play every scene up to the end, or to an earlier day, with the clock's work at the midnights between them."""
        end = self.at(stop or self.times.end)
        now = self.scenes[0].at
        while True:
            ahead = min(self.scenes[0].at, end) if self.scenes else end
            moment = midnights.following(now, ahead)
            if moment is not None:
                now = self._strike(moment)
            elif self.scenes and self.scenes[0].at <= end:
                now = self._play_next()
            else:
                break
        tick(end)
        publishing.publish(end)
        set_clock(end)
        selfcheck.audit("command", at=end)  # whoever looks first sees when the books were last compared

    def _strike(self, moment: midnights.Midnight) -> dt.datetime:
        """A midnight and what it brings; treasurers look at it in the afternoon."""
        with clock.at_instant(moment.at):
            (sweep if moment.only_work else tick)(moment.at)
        if not moment.only_work:
            self.add(moment.at + dt.timedelta(hours=14), self.treasurers_day)
        return moment.at

    def _play_next(self) -> dt.datetime:
        scene = heapq.heappop(self.scenes)
        with clock.at_instant(scene.at):
            scene.play(scene.at)
        return scene.at

    def _scaled(self, count: int) -> int:
        longest = max(size for _, size, _, _ in plot.LISTS)
        return count if self.scale is None else max(plot.LEAST, count * self.scale // longest)

    def open_house(self, at: dt.datetime) -> None:
        """The rules are published, the staff appointed, the organiser signs up."""
        with transaction():
            for slug in SLUGS:
                rulebook.publish(self.rules[slug], valid_from=self.times.opening, by=None, at=at)
            for label, email, name, role in people.STAFF:
                gate.appoint(gate.sign_up(label, email, name, "zh", at=at), role, at=at)
            gate.sign_up(*people.ORGANISER, "zh", at=at)
        self.say(f"{self.times.opening}: five plans open")

    def announce_rules(self, at: dt.datetime) -> None:
        """Version 2 of every plan is published, with its days of notice, while a period is locked."""
        with transaction():
            by = gate.somebody("operator-1").id
            for slug in SLUGS:
                rulebook.publish(read_preset(slug, 2), valid_from=self.times.in_force, by=by, at=at)
        self.say(f"{self.times.announced}: version 2 of the rules is announced for {self.times.in_force}")

    def _list_scene(self, slug: str, count: int, youngest: int, oldest: int) -> Callable[[dt.datetime], None]:
        def play(at: dt.datetime) -> None:
            lines = members.lists_lines(self, count, youngest, oldest)
            again = list(islice(lines, self._scaled(plot.ALSO_LIFELONG))) if slug == "young-cancer" else []
            enrolled = members.enrol(slug, chain(again, lines), at=at)
            self.say(f"{clock.local(at).date()}: {enrolled} members enrolled in {slug}")
            for late, days in plot.LATE_LISTS.items() if again else ():
                self._hand_in_later(late, again, days)

        return play

    def _hand_in_later(self, slug: str, lines: list[Row], days: int) -> None:
        def play(at: dt.datetime) -> None:
            self.say(f"{clock.local(at).date()}: {members.enrol(slug, lines, at=at)} members enrolled in {slug}")

        self.add(self.at(self.times.opening + dt.timedelta(days=days), 9), play)

    def pay_in(self, at: dt.datetime) -> None:
        """Once a month whoever is low pays in, the organiser for the lists."""
        members.tend_households(self, at)
        members.tend_lists(at)

    def _not_released(self) -> list[str]:
        """The periods whose payments are left to whoever plays a treasurer."""
        last = self.times.periods[plot.SHARED_PERIODS - 1]
        return [period_name(slug, last.year, last.month, last.number) for slug in plot.NOT_RELEASED]

    def treasurers_day(self, at: dt.datetime) -> None:
        """Approve once the objection days are over, release what is settled; the payments leave at once."""
        treasury.approve_all(at)
        if treasury.release_all(at, not_yet=self._not_released()):
            sweep(at)


def read_preset(slug: str, number: int = 1) -> Rules:
    """A version of a plan of the preset catalogue, the first if nothing else is asked for."""
    path = ROOT / "app" / "presets" / "rules" / slug / f"{number}.toml"
    return read_rules(tomllib.loads(path.read_text(encoding="utf-8")), source=path.name)


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Whatever the story sets for itself is set back. Chance picks nobody's application: who is is part of the plot."""
    kept = {name: current_app.config[name] for name in ("CHECKED_PER_MILLE", "MAIL")}
    current_app.config["CHECKED_PER_MILLE"] = 0
    log = logging.getLogger(tick.__module__)
    level = log.level
    log.setLevel(logging.ERROR)  # that a lock comes late is part of the plot too; what fails is still said
    try:
        yield
    finally:
        current_app.config.update(kept)
        log.setLevel(level)


def tell(
    *, seed: int, until: dt.date, members: int | None, say: Callable[[str], None], stop: dt.date | None = None
) -> str:
    """Tell the story into an empty database, the whole or its beginning up to a day; returns one sentence about it."""
    with seeded_chance(seed), _as_it_was():
        story = Story(seed=seed, until=until, members=members, say=say)
        story.write()
        story.play(stop=stop)
    accounts, claims, settled = (
        db.session.scalar(select(func.count()).select_from(noun)) for noun in (Account, Claim, Settlement)
    )
    paid = db.session.scalar(select(func.count(Payout.id)).where(Payout.state == "paid"))
    return (
        f"{accounts} accounts, {settled} settlements, {claims} claims, {paid} payouts; "
        f"the clock stands on {stop or story.times.end}"
    )
