"""Rule versions from files: check them, publish them. A new plan needs a file and no code."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.db import transaction
from app.domain.rules import RuleFileInvalid, read_rules
from app.domain.terms import Rules
from app.services import rulebook
from app.web import clock

group = AppGroup("rules", help="Check and publish rule versions.")
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def read(path: Path) -> Rules:
    """The rules in a file; a ClickException that names every line and key that is wrong."""
    text, data = path.read_text(encoding="utf-8"), {}
    try:
        data = tomllib.loads(text)
        return read_rules(data, source=path.name)
    except tomllib.TOMLDecodeError as broken:
        raise click.ClickException(f"{path.name}: not a TOML file: {broken}") from broken
    except RuleFileInvalid as invalid:
        raise click.ClickException(
            "\n".join(
                f"{one.source}:{_line_of(one.key, data, text)} {one.key}: {one.sentence}" for one in invalid.problems
            )
        ) from invalid


def _line_of(key: str, data: Any, text: str) -> str:
    """The line of the sentence behind a dotted key, as "288:"; nothing where the key leads to no sentence."""
    for part in key.split("."):
        if isinstance(data, list) and part.isdigit() and 1 <= int(part) <= len(data):
            data = data[int(part) - 1]
        else:
            data = data.get(part) if isinstance(data, dict) else None
    if not isinstance(data, str) or not data:
        return ""
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if data in line]
    return f"{lines[0]}:" if len(lines) == 1 else ""


@group.command("check")
@_file
def check(file: Path) -> None:
    """Say whether a rule file is sound, or every place where it is not."""
    rules = read(file)
    click.echo(f"{file.name}: {rules.slug} version {rules.number} is sound.")


@group.command("publish")
@_file
@click.option("--from", "valid_from", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day it holds.")
def publish(file: Path, valid_from: dt.datetime) -> None:
    """Publish a version. It cannot be changed afterwards, only followed by the next one."""
    rules = read(file)
    try:
        with transaction():
            version = rulebook.publish(rules, valid_from=valid_from.date(), by=None, at=clock.now())
            fingerprint = version.fingerprint
    except rulebook.VersionOutOfOrder as wrong:
        raise click.ClickException(
            f"{file.name}: number: the next version of {rules.slug} is {wrong.expected}."
        ) from wrong
    except rulebook.NoticeTooShort as early:
        raise click.ClickException(
            f"{file.name}: notice is too short: it may hold from {early.earliest} at the earliest."
        ) from early
    click.echo(f"{rules.slug} version {rules.number} holds from {valid_from.date()}; fingerprint {fingerprint}")
