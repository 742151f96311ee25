"""The demonstration: load its story, list who can be played."""

from __future__ import annotations

import datetime as dt
import time

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.db import db
from app.models import Account, Plan
from app.story import telling
from app.story.cast import PASSWORD
from app.web import clock

group = AppGroup("demo", help="The demonstration's story and its accounts.")


@group.command("load")
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day the story is told up to; today if not given.")
@click.option(
    "--members", type=click.IntRange(min=100), help="People on the longest list; the others follow in proportion."
)
def load(seed: int, until: dt.datetime | None, members: int | None) -> None:
    """Tell the story into an empty database, through the same deeds as on the web."""
    if current_app.config["MODE"] != "demo":
        raise click.ClickException("The story is told in demo mode only; this is production.")
    if db.session.scalar(select(Plan.id).limit(1)) is not None:
        raise click.ClickException("This database is not empty; the story needs a new one.")
    began = time.monotonic()
    day = until.date() if until else clock.local(clock.real_now()).date()
    told = telling.tell(seed=seed, until=day, members=members, say=click.echo)
    click.echo(f"Told in {time.monotonic() - began:.0f} s: {told}")


@group.command("accounts")
def accounts() -> None:
    """List the accounts of the demonstration; they share one password."""
    click.echo(f"Demo accounts (password for all: {PASSWORD}); /demo switches between them with one click:")
    people = db.session.scalars(select(Account).where(Account.demo_label.is_not(None)).order_by(Account.demo_label))
    for person in people:
        click.echo(f"  {person.demo_label:14} {person.email}")
