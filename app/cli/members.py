"""`flask members enrol`: an organiser's list, handed to the operator as a file, becomes members of a plan."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from app.db import db, transaction
from app.models import Account, Plan
from app.services import audit, closings, enrolment, list_files, side_by_side
from app.web import clock
from app.web.filters import money
from app.web.list_sentences import REFUSED

SOME_REFUSED: Final = 3
"""The exit code when lines were refused; the others are enrolled."""
_SHOWN: Final = 20

group = AppGroup("members", help="Members by list.")


@group.command("enrol")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--plan", "slug", required=True, help="The plan, for example young-cancer.")
@click.option("--account", "email", required=True, help="The organiser's account: it pays, and looks after them.")
@click.option("--check", "only_asked", is_flag=True, help="Say what would come of it, and keep nothing.")
def enrol(file: Path, slug: str, email: str, *, only_asked: bool) -> None:
    """Enrol the people of a CSV file in a plan, by the same rules as one at a time, each line whole or not at all.

    The first line names the columns: name, born, province, document, number, deposit
    (or 姓名, 出生日期, 省份, 证件类型, 证件号码, 首笔金额); UTF-8 or GB18030. The deposits of the lines that are
    enrolled are booked as received by the plan's custody account: their money has to be there.

    Lines that break a rule are listed with the reason, here and in a file beside it (FILE.refused.csv), without the
    data of anybody. A list may be handed in again: who is enrolled stays so, once. Ends with 0 when every line was
    enrolled, 3 when some were refused, 1 when nothing could be done.
    """
    plan, at = _plan(slug), clock.now()
    account_id = _account(email)
    members, paid_fen, refused = 0, 0, list[enrolment.Refused]()
    try:
        for done in _enrolled(plan, list_files.read(file), account_id=account_id, at=at, only_asked=only_asked):
            members, paid_fen = members + done.members, paid_fen + done.paid_fen
            refused += done.refused
    except list_files.NotAList as wrong:
        before = f" {members} members were enrolled before that place." if members and not only_asked else ""
        raise click.ClickException(f"{file.name}: {wrong}.{before}") from wrong
    except closings.PlanCloses as closing:
        raise click.ClickException(f"{slug} takes nobody any more: it is being closed.") from closing
    if not only_asked:
        _note(plan, account_id, f"{members} enrolled, {len(refused)} refused", at=at)
    verb = "would be enrolled" if only_asked else "enrolled"
    click.echo(f"{members} members {verb} in {slug}; {money(paid_fen)} for {plan.custody_account}.")
    if refused:
        _report(file, sorted(refused, key=lambda one: one.line))
        sys.exit(SOME_REFUSED)


def _enrolled(
    plan: Plan, lines: Iterable[enrolment.Line], *, account_id: int, at: dt.datetime, only_asked: bool
) -> Iterator[enrolment.Enrolled]:
    """What comes of each piece, in a transaction of its own."""
    slug = plan.slug
    return side_by_side.done(
        enrolment.checked(plan, lines, at=at),
        lambda piece: _one_piece(slug, piece, account_id=account_id, at=at, only_asked=only_asked),
    )


def _one_piece(
    slug: str, piece: enrolment.Piece, *, account_id: int, at: dt.datetime, only_asked: bool
) -> enrolment.Enrolled:
    with transaction():
        account = db.session.get_one(Account, account_id)
        done = enrolment.enrol_checked(_plan(slug), piece, account=account, at=at)
        if only_asked:
            db.session.rollback()  # the same deed, and nothing of it is kept
    return done


def _report(file: Path, refused: list[enrolment.Refused]) -> None:
    """Each refused line with its reason in words, on the screen and in a file that holds nobody's data."""
    for one in refused[:_SHOWN]:
        click.echo(f"line {one.line}: {_in('en', one.reason)}")
    if len(refused) > _SHOWN:
        click.echo(f"and {len(refused) - _SHOWN} more")
    beside = file.with_suffix(".refused.csv")
    with beside.open("w", encoding="utf-8-sig", newline="") as out:
        rows: Any = csv.writer(out)
        rows.writerow(("line", "reason", "sentence", "说明"))
        for one in refused:
            rows.writerow((one.line, one.reason, _in("en", one.reason), _in("zh", one.reason)))
    click.echo(f"{len(refused)} lines were refused; all of them: {beside}")


def _in(language: str, reason: str) -> str:
    with force_locale(language):
        return str(REFUSED[reason])


def _plan(slug: str) -> Plan:
    plan = db.session.scalar(select(Plan).where(Plan.slug == slug))
    if plan is None:
        known = ", ".join(db.session.scalars(select(Plan.slug).order_by(Plan.position)))
        raise click.ClickException(f"There is no plan {slug}. The plans are: {known or 'none yet'}.")
    return plan


def _account(email: str) -> int:
    found = db.session.scalar(
        select(Account.id).where(Account.email == email.strip().lower(), Account.email_confirmed_at.is_not(None))
    )
    if found is None:
        raise click.ClickException(f"Nobody has signed up as {email} and confirmed it. They sign up on the site first.")
    return found


def _note(plan: Plan, account_id: int, detail: str, *, at: dt.datetime) -> None:
    """The command line acts as the system; whose list it was stands in the row of each piece."""
    with transaction():
        ref = db.session.get_one(Account, account_id).ref
        audit.note("list-from-a-file", "account", ref, by=None, role="system", at=at, detail=f"{plan.slug}: {detail}")
