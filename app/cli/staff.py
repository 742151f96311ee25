"""Who works here: appoint, dismiss, list. Every appointment is an audit row, and ended ones stay on file."""

from __future__ import annotations

import datetime as dt

import click
from flask.cli import AppGroup

from app.db import db, transaction
from app.models.account import Account, StaffRole
from app.services import audit, departures, sessions
from app.web import clock
from app.web.doors import STAFF

group = AppGroup("staff", help="Appoint and dismiss caseworkers, treasurers, operators, auditors and investigators.")
_role = click.option("--role", required=True, type=click.Choice(STAFF), help="The room they will work in.")


@group.command("add")
@click.argument("email")
@_role
def add(email: str, role: str) -> None:
    """Appoint the account with this address. It must have signed up before."""
    at = clock.now()
    with transaction():
        person = _account(email)
        if person.works_as(role):
            raise click.ClickException(f"{person.email} is {role} already.")
        db.session.add(StaffRole(account_id=person.id, role=role, appointed_at=at))
        _note(person, f"staff.appointed.{role}", at=at)
    click.echo(f"{email.lower()} is now {role}.")


@group.command("end")
@click.argument("email")
@_role
def end(email: str, role: str) -> None:
    """End an appointment, and every session of that account with it; what a caseworker looked after is free again."""
    at = clock.now()
    with transaction():
        person = _account(email)
        try:
            freed = departures.end_role(person, role, at=at)
        except LookupError as never:
            raise click.ClickException(f"{person.email} is not {role}.") from never
        sessions.end_all(person, at=clock.real_now())
    click.echo(f"{email.lower()} is no longer {role}." + (f" {freed} claims are free again." if freed else ""))


@group.command("list")
def show() -> None:
    """Show who works here now, one appointment a line."""
    held = db.session.execute(
        db.select(StaffRole.role, Account.email, Account.name, StaffRole.appointed_at)
        .join(Account, Account.id == StaffRole.account_id)
        .where(StaffRole.ended_at.is_(None))
        .order_by(StaffRole.role, Account.email)
    )
    for role, email, name, since in held:
        click.echo(f"{role}\t{email}\t{name}\t{clock.local(since).date().isoformat()}")


def _account(email: str) -> Account:
    person = db.session.scalar(
        db.select(Account).where(Account.email == email.strip().lower(), Account.email_confirmed_at.is_not(None))
    )
    if person is None:
        raise click.ClickException(
            f"Nobody has signed up as {email} and confirmed it. Sign up on the site first, then appoint."
        )
    return person


def _note(person: Account, deed: str, *, at: dt.datetime) -> None:
    """The audit row of an appointment; the command line acts as the system."""
    audit.note(deed, "account", person.ref, by=None, role="system", at=at)
