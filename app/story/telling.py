"""Telling the story: scenes in the order of time, and between them the clock's own work at every midnight that matters.

Nothing here writes a row of its own: people are enrolled, join, claim, decide and approve through the deeds of the
rooms and the engine, at the instants the story gives them.
"""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from app.config import ROOT
from app.db import db, seeded_chance, transaction
from app.domain.rules import read_rules
from app.domain.terms import Rules
from app.jobs.tick import set_clock, tick
from app.models import Account, Payout, Period, Plan
from app.services import enrolment, rulebook, settling
from app.services.days import midnight
from app.story import cast, deeds, plot
from app.treasury import actions as treasury
from app.web import clock

SLUGS = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens at an instant; `order` keeps scenes of one instant in the order they were written."""

    at: dt.datetime
    order: int
    play: Callable[[dt.datetime], None]


class Story:
    """One telling. `say` is told of each chapter."""

    def __init__(self, *, seed: int, until: dt.date, members: int | None, say: Callable[[str], None]) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- invented people
        self.numbers = cast.Numbers()
        self.rules = {slug: read_preset(slug) for slug in SLUGS}
        self.times = plot.times(self.rules["young-cancer"].pool.calendar, until)
        self.scale = members
        self.say = say
        self.scenes: list[Scene] = []
        self.people: dict[tuple[str, int], deeds.Enrolled] = {}

    def at(self, day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
        """A local time of a day."""
        return midnight(day) + dt.timedelta(hours=hour, minutes=minute)

    def add(self, at: dt.datetime, play: Callable[[dt.datetime], None]) -> None:
        """Write a scene."""
        self.scenes.append(Scene(at, len(self.scenes), play))

    def write(self) -> None:
        """All scenes of the story."""
        opening = self.times.opening
        self.add(self.at(opening, 8), self.open_house)
        for number, (slug, count, youngest, oldest) in enumerate(plot.LISTS):
            self.add(self.at(opening, 9, number), self._list_scene(slug, self._scaled(count), youngest, oldest))
        for number, household in enumerate(cast.HOUSEHOLDS):
            self.add(self.at(opening, 11, number), self._household_scene(household))
        for claim in plot.CLAIMS:
            deeds.write_claim(self, claim)
        for objection in plot.OBJECTIONS:
            deeds.write_objection(self, objection)
        day = opening
        while day <= self.times.end:
            self.add(self.at(day, 14), self.treasurers_day)
            day += dt.timedelta(days=1)

    def play(self) -> None:
        """Play every scene, with the clock's work at each midnight between them."""
        end = self.at(self.times.end)
        last = min(scene.at for scene in self.scenes)
        for scene in sorted(self.scenes, key=lambda one: (one.at, one.order)):
            if scene.at > end:
                continue
            self._midnights(last, scene.at)
            with clock.at_instant(scene.at):
                scene.play(scene.at)
            last = scene.at
        self._midnights(last, end)
        tick(end)
        set_clock(end)

    def _midnights(self, after: dt.datetime, until: dt.datetime) -> None:
        day = clock.local(after).date() + dt.timedelta(days=1)
        while midnight(day) <= until:
            if self._matters(day):
                with clock.at_instant(midnight(day)):
                    tick(midnight(day))
            day += dt.timedelta(days=1)

    def _matters(self, day: dt.date) -> bool:
        """Until the first share only the days of the calendar matter; from then on every midnight may end a grace."""
        calendar = self.rules["young-cancer"].pool.calendar
        return (
            day >= self.times.periods[0].publication_day
            or day.day in (*calendar.publish_days, *calendar.settle_days)
            or day == self.times.opening + dt.timedelta(days=1)
        )

    def _scaled(self, count: int) -> int:
        longest = max(people for _, people, _, _ in plot.LISTS)
        return count if self.scale is None else max(100, count * self.scale // longest)

    def open_house(self, at: dt.datetime) -> None:
        """The rules are published, the staff appointed, the organiser signs up."""
        with transaction():
            for slug in SLUGS:
                rulebook.publish(self.rules[slug], valid_from=self.times.opening, by=None, at=at)
            for label, email, name, role in cast.STAFF:
                deeds.appoint(deeds.sign_up(label, email, name, "zh", at=at), role, at=at)
            deeds.sign_up(*cast.ORGANISER, "zh", at=at)
        self.say(f"{self.times.opening}: five plans open")

    def _list_scene(self, slug: str, count: int, youngest: int, oldest: int) -> Callable[[dt.datetime], None]:
        def play(at: dt.datetime) -> None:
            lines = list(
                cast.rows(
                    self.chance, self.numbers, count=count, youngest=youngest, oldest=oldest, on=self.times.opening
                )
            )
            self._enrol(slug, lines, at=at)
            if slug == "young-cancer":
                self._enrol("lifelong-million", lines[: min(plot.ALSO_LIFELONG, count // 2)], at=at)

        return play

    def _enrol(self, slug: str, lines: list[enrolment.Row], *, at: dt.datetime) -> None:
        enrolled = 0
        for piece in enrolment.chunks(lines):
            with transaction():
                plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one()
                organiser = deeds.played_by(cast.ORGANISER[0])
                enrolled += enrolment.enrol(plan, piece, account=organiser, at=at).members
        self.say(f"{self.times.opening}: {enrolled} members enrolled in {slug}")

    def _household_scene(self, household: cast.Household) -> Callable[[dt.datetime], None]:
        def play(at: dt.datetime) -> None:
            with transaction():
                deeds.sign_up(household.label, household.email, household.name, household.language, at=at)
            for index, slug, fen in household.joins:
                deeds.join(self, household, index=index, slug=slug, fen=fen, at=at)

        return play

    def treasurers_day(self, at: dt.datetime) -> None:
        """What a treasurer does in the afternoon: approve once the objection days are over, release what is settled."""
        today = clock.local(at).date()
        waiting = select(Period.id).where(Period.state == "locked", Period.objections_last_day < today)
        for period_id in db.session.scalars(waiting.order_by(Period.id)).all():
            with transaction():
                period = db.session.get_one(Period, period_id)
                seen = settling.preview(period, at=at)
                treasury.approve(period, seen.digest, by=deeds.played_by("treasurer-1"), at=at)
        due = select(Period.id).where(Period.state == "settled", Period.settle_day <= today)
        for period_id in db.session.scalars(due.order_by(Period.id)).all():
            with transaction():
                treasury.release(db.session.get_one(Period, period_id), by=deeds.played_by("treasurer-2"), at=at)
            tick(at)


def read_preset(slug: str) -> Rules:
    """Version 1 of a plan of the preset catalogue."""
    path = ROOT / "app" / "presets" / "rules" / slug / "1.toml"
    return read_rules(tomllib.loads(path.read_text(encoding="utf-8")), source=path.name)


def tell(*, seed: int, until: dt.date, members: int | None, say: Callable[[str], None]) -> str:
    """Tell the whole story into an empty database; returns one sentence about it."""
    with seeded_chance(seed):
        story = Story(seed=seed, until=until, members=members, say=say)
        story.write()
        story.play()
    paid = len(db.session.scalars(select(Payout.id).where(Payout.state == "paid")).all())
    accounts = len(db.session.scalars(select(Account.id)).all())
    return f"{accounts} accounts, {paid} payouts, the clock stands on {story.times.end}"
