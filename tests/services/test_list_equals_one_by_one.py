"""A list enrols exactly those whom joining one by one accepts, and names line and reason of every other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from app.db import db, transaction
from app.domain.identity import IdentityError
from app.memberships.joining import actions, queries
from app.memberships.joining.forms import NewPerson
from app.models import Account, Membership
from app.services import enrolment
from app.services.days import day_of
from app.services.identity import check_identity
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

AT = dt.datetime(2026, 8, 25, 4, tzinfo=dt.UTC)
PLANS = ("young-cancer", "lifelong-million")
ELSEWHERE, HERE = range(2), range(2, 4)
"""Of the few people there are, two are members of young-cancer in another account and two in the organiser's."""
WHY = {
    "wrong checksum": "WrongChecksum",
    "other birth date": "BirthDateDiffers",
    "too old": "TooOld",
    "too little": "DepositTooSmall",
    "too much": "DepositTooLarge",
    "no name": "NoName",
    "no province": "NoSuchProvince",
    "no document": "NoSuchDocument",
}


def person(number: int, *, year: int = 1998, fen: int = 30_00) -> enrolment.Row:
    born = dt.date(year, 5, 2)
    stem = f"999999{born:%Y%m%d}{number:03}"
    return enrolment.Row(0, f"某{number}", born, "33", "resident", stem + str(ric.calc_check_digit(stem + "0")), fen)


def spoiled(row: enrolment.Row, fault: str) -> enrolment.Row:
    return {
        "": row,
        "wrong checksum": replace(row, number=row.number[:-1] + ("1" if row.number[-1] != "1" else "2")),
        "other birth date": replace(row, birth_on=dt.date(1998, 5, 3)),
        "too old": replace(person(int(row.number[14:17]), year=1940), name=row.name),
        "too little": replace(row, deposit_fen=8_99),
        "too much": replace(row, deposit_fen=10_000_01),
        "no name": replace(row, name="  "),
        "no province": replace(row, province="99"),
        "no document": replace(row, document_type="licence"),
    }[fault]


lists = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["", "", "", *WHY])), min_size=1, max_size=6)


def join(row: enrolment.Row, slug: str, *, by: Account) -> bool:
    """One person on the way through the site; whether a membership came of it. What a form refuses is refused here."""
    offered = queries.offer(slug, on=day_of(AT))
    assert offered is not None
    try:
        number = check_identity(row.document_type, row.number, birth_on=row.birth_on)
    except (IdentityError, ValueError):
        return False
    if not row.name.strip() or row.province == "99" or row.deposit_fen > 10_000_00:
        return False
    try:
        with db.session.begin_nested():
            named = NewPerson(row.name, row.birth_on, "child", row.province, row.document_type, number)
            application = actions.begin(offered, actions.name_person(named, by=by, at=AT), by=by, at=AT)
            items = offered.member.declaration
            actions.declare(application, items, {item.key: False for item in items}, language="zh", at=AT)
            actions.agree(application, language="zh", at=AT)
            actions.submit(application, offered, row.deposit_fen, by=by, at=AT)
    except (actions.LiveMembership, actions.MayNotJoin, actions.NotComplete):
        return False
    return application.state == "accepted"


def members(slug: str, account: Account) -> set[bytes]:
    held = db.select(Membership.identity_hash).where(
        Membership.plan_id == story.plan(slug).id, Membership.account_id == account.id
    )
    return set(db.session.scalars(held))


def by_list(rows: list[enrolment.Row], slug: str) -> tuple[set[bytes], dict[int, str]]:
    """Who is a member after the list, and what was said of the lines that were refused; nothing is kept."""
    with transaction():
        organiser = story.account()
        done = enrolment.enrol(story.plan(slug), rows, account=organiser, at=AT)
        found = members(slug, organiser)
        db.session.rollback()
    assert done.members + len(done.refused) == len(rows), "each line is enrolled or refused, once"
    return found, {one.line: one.reason for one in done.refused}


def one_by_one(rows: list[enrolment.Row], slug: str) -> tuple[set[bytes], list[int]]:
    """Who is a member after everybody joined alone, and the lines of those who could not; nothing is kept."""
    with transaction():
        organiser = story.account()
        refused = [row.line for row in rows if not join(row, slug, by=organiser)]
        found = members(slug, organiser)
        db.session.rollback()
    return found, refused


def test_a_list_enrols_whom_joining_one_by_one_accepts() -> None:
    for slug in PLANS:
        story.open_plan(slug)
    for label, numbers in (("stranger", ELSEWHERE), ("organiser", HERE)):
        account = story.account(label)
        with transaction():
            known = [replace(person(number), line=number) for number in numbers]
            assert enrolment.enrol(story.plan(), known, account=account, at=AT).members == len(known)

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(picked=lists, slug=st.sampled_from(PLANS))
    @example(picked=[(number, "") for number in range(6)], slug="young-cancer")
    @example(picked=[(number, "") for number in range(6)], slug="lifelong-million")
    @example(picked=[(5, fault) for fault in WHY], slug="young-cancer")
    @example(picked=[(5, ""), (5, ""), (4, "too little"), (4, "")], slug="young-cancer")
    def agree(picked: list[tuple[int, str]], slug: str) -> None:
        rows = [replace(spoiled(person(number), fault), line=line) for line, (number, fault) in enumerate(picked, 2)]
        enrolled, said = by_list(rows, slug)
        joined, refused = one_by_one(rows, slug)
        assert enrolled == joined
        assert sorted(said) == refused
        for line, (_number, fault) in enumerate(picked, 2):
            assert not fault or said[line] == WHY[fault], "a wrong line is named with what is wrong"

    agree()
    story.sound()
