"""The rules of the house for routes and templates: each takes an application or a folder and lists what breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.web.doors import OPEN, door_of

SAMPLES = {
    "ref": "0123456789AB",
    "plan": "young-cancer",
    "period": "young-cancer-2026-10-1",
    "number": 1,
    "token": "a" * 43,
    "datafile": "cases.csv",
    "index": 0,
    "tile": "0/000",
    "int": 1,
    "uuid": "00000000-0000-4000-8000-000000000000",
}
UNTYPED = {"default", "string", "path", "any"}
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)?")
PARAMETER = re.compile(r"<(?:(?P<kind>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>[a-z_]+)>")
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"<form\b[^>]*\bmethod=[\"']?post\b", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
PERSONAL = re.compile(r"\bcsrf_token\b|\bget_flashed_messages\b|\bcurrent_user\b|\bsession\b|\bmy_roles?\b|\bme\b")


def rules_of(app: Flask) -> Iterator[Rule]:
    """Every route but the one of static files, which has no room."""
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def without_a_door(app: Flask) -> list[str]:
    """Every route belongs to a room, and every room has a door."""
    return [
        rule.rule
        for rule in rules_of(app)
        if "." not in rule.endpoint or door_of(app, rule.endpoint.rpartition(".")[0]) is None
    ]


def untyped_parameters(app: Flask) -> list[str]:
    """Every parameter of a URL has a shape of its own, so that what cannot exist is not looked for."""
    return [
        f"{rule.rule}: {found['name']}"
        for rule in rules_of(app)
        for found in PARAMETER.finditer(rule.rule)
        if (found["kind"] or "default") in UNTYPED
    ]


def unlovely_paths(app: Flask) -> list[str]:
    """Paths are written in kebab-case, without a slash at the end."""
    return [rule.rule for rule in rules_of(app) if rule.rule != "/" and not _is_kebab(rule.rule)]


def _is_kebab(path: str) -> bool:
    parts = PARAMETER.sub("x", path).split("/")[1:]
    return bool(parts) and all(KEBAB.fullmatch(part) for part in parts)


def address(app: Flask, rule: Rule) -> str:
    """An address of the route, its parameters filled with samples of their shapes."""
    values: dict[str, Any] = {found["name"]: SAMPLES[found["kind"]] for found in PARAMETER.finditer(rule.rule)}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def closed_routes(app: Flask, *, staff: bool = False) -> list[tuple[str, str]]:
    """Method and address of every route that is not open to strangers; with `staff`, to members neither."""
    found = []
    for rule in rules_of(app):
        door = door_of(app, rule.endpoint.rpartition(".")[0])
        if door is None or door.who[0] in OPEN or (staff and door.who[0] == "member"):
            continue
        found += [(method, address(app, rule)) for method in sorted(rule.methods or ()) if method in {"GET", "POST"}]
    return found


def public_addresses(app: Flask) -> list[str]:
    """The address of every public page."""
    found = []
    for rule in rules_of(app):
        door = door_of(app, rule.endpoint.rpartition(".")[0])
        if door is not None and door.is_public and "GET" in (rule.methods or ()):
            found.append(address(app, rule))
    return found


def forms_without_token(templates: Path) -> list[str]:
    """Every form that posts carries its token; no other form does."""
    found = []
    for path in sorted(templates.rglob("*.html")):
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        for form in FORM.findall(text):
            is_wrong = bool(POSTS.match(form)) != ("csrf_token" in form)
            found += [f"{path.relative_to(templates)}: {form.partition('>')[0]}>"] * is_wrong
    return found


def personal_public_templates(templates: Path) -> list[str]:
    """A page on the public layout asks nobody who they are."""
    found = []
    for path in sorted(templates.rglob("*.html")):
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        if not re.search(r"\{%-?\s*extends\s+\"layouts/public.html\"", text):
            continue
        said = " ".join(re.findall(r"\{[{%].*?[}%]\}", re.sub(r"\"[^\"]*\"|'[^']*'", "", text), re.DOTALL))
        found += [f"{path.relative_to(templates)}: {match.group()}" for match in PERSONAL.finditer(said)]
    return found
