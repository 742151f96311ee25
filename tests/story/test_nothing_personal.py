"""Whatever anybody may open of the demonstration names nobody: every page, file and entry of the log is read for it.

Looked for is what the database knows of people: names, numbers of identity documents, addresses of mail, bank accounts,
the references that are a member's or a claimant's own, and the fingerprints of documents and people.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import subprocess
import zipfile
from collections import Counter, deque
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.db import db
from app.models import Account, Claim, Evidence, Fact, Membership, Objection, Person, Report
from app.services import vault
from app.web.doors import door_of
from bench.public_pages import ASKED, endpoint_of
from tests.fixtures.application import release
from tests.fixtures.browser import LANGUAGES
from tests.fixtures.story import Told

pytestmark = pytest.mark.slow

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
NOT_OF_PEOPLE = ("/static/", "/demo")
"""The style; and the cast of the demonstration, which is there to be met."""
PER_ROUTE = 250
FILE = re.compile(r"\.(atom|json|csv|pdf|xml)(\?|$)")
BY_MACHINES = (
    "/robots.txt", "/sitemap.xml", "/site-map/1.xml", "/log/tile/0/000", "/log/tile/entries/000",
    "/log/consistency/1/200",
)  # fmt: skip
"""What programs ask for; no page links to it."""
NOBODY = {"一位会员", "一位邻居"}
"""How objectors call themselves who do not want to be named."""
FEWER_FILES = 12
"""Documents of one route that are opened: each is drawn from the page beside it."""


def secrets_of(site: Flask) -> dict[str, set[str]]:
    """What the database knows of people, by kind, as it would be read on a page."""
    found: dict[str, set[str]] = {}
    with site.app_context():
        people = db.session.execute(select(Person.name_sealed, Person.document_sealed, Person.identity_hash)).all()
        reports = db.session.execute(select(Report.name_sealed, Report.identity_hash)).all()
        found["names"] = {vault.unseal(one[0], purpose="person.name") for one in people}
        found["names"] |= {vault.unseal(one[0], purpose="report.name") for one in reports}
        found["names"] |= set(db.session.scalars(select(Account.name)))
        found["names"] |= _opened(Objection.name_sealed, "objection.name") - NOBODY
        found["contacts of objectors"] = _opened(Objection.contact_sealed, "objection.contact")
        found["documents of identity"] = {vault.unseal(one[1], purpose="person.document") for one in people}
        found["mail"] = set(db.session.scalars(select(Account.email)))
        accounts = [json.loads(one) for one in _opened(Claim.account_sealed, "bank-account")]
        found["bank accounts"] = {one["number"] for one in accounts}
        found["own references"] = {*db.session.scalars(select(Membership.ref)), *db.session.scalars(select(Claim.ref))}
        hashes = {*db.session.scalars(select(Evidence.original_hash)), *(one[2] for one in people)}
        hashes |= {one[1] for one in reports}
        found["fingerprints"] = {form for one in hashes for form in _forms(one)}
    return found


def _opened(column: object, purpose: str) -> set[str]:
    rows = db.session.scalars(select(column).where(column.is_not(None)))
    return {vault.unseal(one, purpose=purpose) for one in rows} - {""}


def _forms(fingerprint: bytes) -> tuple[str, str, str]:
    plain = base64.b64encode(fingerprint).decode().rstrip("=")
    return fingerprint.hex(), plain, plain.replace("+", "-").replace("/", "_")


def walk(site: Flask, visitor: FlaskClient, opened: Counter[str]) -> Iterator[tuple[str, TestResponse]]:
    """Everything a visitor reaches by links from the home page: pages, files, feeds. Counts what it opened by route."""
    seen, ahead = {"/", *ASKED, *BY_MACHINES}, deque(["/", *ASKED, *BY_MACHINES])
    while ahead:
        address = ahead.popleft()
        route = endpoint_of(site, address) or address.rpartition("/")[0]
        if opened[route] >= (FEWER_FILES if address.endswith(".pdf") else PER_ROUTE):
            continue
        opened[route] += 1
        answer = visitor.get(address)
        if answer.status_code != 200:
            assert endpoint_of(site, address) is None, f"{address} answered {answer.status_code}"
            continue  # a door that opens to somebody only
        yield address, answer
        if answer.mimetype != "text/html":
            continue
        for link in LINK.findall(answer.text):
            target = html.unescape(link)
            switches = "lang=" in target and not FILE.search(target)
            if target not in seen and not switches and not target.startswith(NOT_OF_PEOPLE):
                seen.add(target)
                ahead.append(target)


def public_routes(site: Flask) -> set[str]:
    """Every route of a public room that answers a reader."""
    rules = [rule for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ()) and "." in rule.endpoint]
    doors = {rule.endpoint: door_of(site, rule.endpoint.rpartition(".")[0]) for rule in rules}
    return {endpoint for endpoint, door in doors.items() if door is not None and door.is_public}


def readings(address: str, answer: TestResponse) -> Iterator[tuple[str, str]]:
    """What can be read of an answer, as text; an archive is read file by file."""
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            for name in archive.namelist():
                yield f"{address}: {name}", archive.read(name).decode("utf-8", "replace")
    elif answer.mimetype == "application/pdf":
        told = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True)
        yield address, told.stdout.decode()
    else:
        yield address, html.unescape(answer.data.decode("utf-8", "replace"))


def betrayed(lines: dict[str, str], secrets: dict[str, set[str]]) -> dict[str, list[str]]:
    """Which secrets of which kind stand in which lines, and where each was read first."""
    whole = "\n".join(lines)
    found: dict[str, list[str]] = {}
    for kind, ones in secrets.items():
        for secret in ones:
            if secret in whole:
                where = next(place for line, place in lines.items() if secret in line)
                found.setdefault(kind, []).append(f"{secret} at {where}")
    return found


def test_a_name_that_is_read_somewhere_is_found() -> None:
    lines = {"<td>欧阳若曦</td>": "/cases/X", "<td>30,000.00</td>": "/cases/X"}
    assert betrayed(lines, {"names": {"欧阳若曦", "林岚"}}) == {"names": ["欧阳若曦 at /cases/X"]}


def test_no_page_file_entry_or_line_of_a_log_names_anybody(told: Told, caplog: pytest.LogCaptureFixture) -> None:
    site = told.site()
    secrets = secrets_of(site)
    assert all(len(ones) > 0 for ones in secrets.values()), {kind: len(ones) for kind, ones in secrets.items()}
    lines: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    routes: Counter[str] = Counter()
    with caplog.at_level("INFO"):
        for language in LANGUAGES.values():
            visitor = site.test_client()
            visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
            for address, answer in walk(site, visitor, opened := Counter()):
                kinds[str(answer.mimetype)] += 1
                for place, said in readings(address, answer):
                    for line in said.splitlines():
                        lines.setdefault(line, place)
            routes += opened
    with site.app_context():
        lines.update(dict.fromkeys(db.session.scalars(select(Fact.body)), "a public fact"))
        inside = dict.fromkeys(db.session.scalars(text("SELECT payload FROM outbox")), "work that waits")
        details = db.session.scalars(text("SELECT detail FROM audit WHERE detail <> ''"))
        inside.update(dict.fromkeys(details, "an audit"))
    inside.update(dict.fromkeys(caplog.text.splitlines(), "a line of the program's log"))
    release(site)
    assert not public_routes(site) - set(routes), "each is read, or it is not public"
    assert set(kinds) >= {"text/html", "text/csv", "application/pdf", "application/zip", "application/atom+xml"}, kinds
    assert not betrayed(lines, secrets)
    del secrets["own references"]  # by which the house itself finds what its work is about
    assert not betrayed(inside, secrets)
