"""Being counted through HTTP: the leaf on the pages of a member, the proof to take along, and the bad days."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.domain import checkpoints, merkle
from app.models import Case, Period
from app.services import periods
from app.services.days import midnight
from tests import seen
from tests.memberships.test_own import OCTOBER_1, OCTOBER_2, SETTLED, settled
from tests.memberships.walk import approve_claim, it_is, noon, plan_month, said
from tests.services.planted import unguarded
from tests.web.gate import open_account, signed_in


def test_a_member_reads_which_leaf_they_are_and_takes_the_proof_along(app: Flask, client: FlaskClient):
    mine, other = settled(app, client)
    path = f"/me/{mine}/counted/{OCTOBER_1}"
    with it_is(app, SETTLED):
        for page in (f"/me/{mine}?lang=en", f"/me/{mine}/statement?lang=en"):
            assert "you are leaf 1 of 2" in said(client.get(page))
            assert f'href="/me/{mine}/counted"' in client.get(page).text
        every = client.get(f"/me/{mine}/counted?lang=en")
        assert "leaf 1 of 2" in said(every)
        assert path in every.text
        text = said(client.get(f"{path}?lang=en"))
        assert "You are counted: leaf 1 of 2" in text
        assert "of the public log, signed on" in text
        kept = client.get(f"{path}/proof")
        assert kept.headers["Content-Disposition"] == f'attachment; filename="{OCTOBER_1}-{mine}.count-proof.json"'
    proof = kept.get_json()
    data = hashlib.sha256(bytes.fromhex(proof["salt"]) + mine.encode()).digest()
    hashes = [base64.b64decode(one) for one in proof["hashes"]]
    root = bytes.fromhex(proof["root"])
    merkle.verify_inclusion(merkle.leaf_hash(data), proof["index"], proof["size"], hashes, root)
    assert json.loads(proof["entry"])["root"] == proof["root"]
    of_log = checkpoints.parse_proof(proof["log_proof"])
    assert of_log.index == proof["log_index"]
    with it_is(app, SETTLED):
        assert client.get(f"/me/{other}/counted/{OCTOBER_1}/proof").get_json()["index"] == 1


def test_nobody_else_gets_a_proof_and_who_did_not_share_is_told_so(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    open_account(app, email="stranger@example.org")
    with it_is(app, SETTLED):
        stranger = signed_in(app, "stranger@example.org")
        for path in ("counted", f"counted/{OCTOBER_1}", f"counted/{OCTOBER_1}/proof"):
            assert stranger.get(f"/me/{mine}/{path}").status_code == 404
        for name in (OCTOBER_2, "young-cancer-2020-01-1"):
            answer = client.get(f"/me/{mine}/counted/{name}?lang=en")
            assert answer.status_code == 404
            assert "This membership did not share in that period" in said(answer)


def test_a_leaf_that_is_gone_says_what_to_do_and_a_period_before_trees_says_so(app: Flask, client: FlaskClient):
    mine, other = settled(app, client)
    path = f"/me/{mine}/counted/{OCTOBER_1}"
    with app.app_context():
        unguarded(f"UPDATE membership SET ref = 'ABCDEFGHJKMN' WHERE ref = '{other}'")
    with it_is(app, SETTLED):
        broken = client.get(f"{path}?lang=en")
        assert (broken.status_code, client.get(f"{path}/proof").status_code) == (200, 404)
    assert "Whoever is charged and has no leaf can show that the count was wrong." in said(broken)
    with app.app_context():
        unguarded("DELETE FROM count_tile", "UPDATE fact SET body = '{}' WHERE type = 'members-locked'")
    with it_is(app, SETTLED):
        before = client.get(f"{path}?lang=en")
        assert before.status_code == 200
        assert "before everybody was counted into a tree" in said(before)
        assert "2 members, no tree" in said(client.get(f"/me/{mine}/counted?lang=en"))
        refused = client.get(f"{path}/proof?lang=en")
    assert refused.status_code == 404
    assert "There is no proof to take along for this period." in said(refused)


def test_until_its_lock_is_signed_a_period_is_nowhere_to_be_read(app: Flask, client: FlaskClient):
    mine, other = settled(app, client)
    plan_month(app, SETTLED)
    approve_claim(app, other, 5_00, SETTLED)
    with app.app_context():
        with transaction():
            found = db.session.scalars(db.select(Period).where(Period.name == OCTOBER_2)).one()
            periods.lock_and_publish(found, at=midnight(found.publication_day))
        case = db.session.scalars(db.select(Case.ref).where(Case.period_id == found.id)).one()
        number = found.id
    with it_is(app, dt.date(2026, 10, 21)):
        for path in (f"/disclosures/{OCTOBER_2}", f"/cases/{case}"):
            answer = client.get(f"{path}?lang=en")
            assert answer.status_code == 404
            assert "This period is being written into the public log" in said(answer)
        assert client.get(f"/cases/{case}/objection").status_code == 404
        for path in ("/", "/disclosures", "/plans/young-cancer"):
            assert f"/disclosures/{OCTOBER_2}" not in client.get(path).text
            assert case not in client.get(path).text
        assert client.get(f"/me/{mine}/counted/{OCTOBER_2}").status_code == 404
    with app.app_context():
        seen.count_and_see(db.session.get_one(Period, number), at=noon(dt.date(2026, 10, 21)))
    with it_is(app, dt.date(2026, 10, 21)):
        for path in (f"/disclosures/{OCTOBER_2}", f"/cases/{case}", f"/me/{mine}/counted/{OCTOBER_2}"):
            assert client.get(path).status_code == 200
        assert f"/disclosures/{OCTOBER_2}" in client.get("/disclosures").text
