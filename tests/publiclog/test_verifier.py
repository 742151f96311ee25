"""The published program, on what a stranger downloads: it holds, and every lie of an operator with the key is named."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.db import db
from app.models import Membership, Period
from app.services.counting import proving
from tests.fixtures.application import release
from tests.fixtures.story import Told
from tests.publiclog.downloaded import Downloaded, verified


@pytest.fixture(scope="session")
def archive(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Downloaded:
    return Downloaded.of(told, tmp_path_factory.mktemp("archive") / "it")


@pytest.fixture
def lie(archive: Downloaded, tmp_path: Path) -> Downloaded:
    return archive.copy(tmp_path / "lie")


def test_what_is_published_holds_in_every_check_and_in_both_languages(archive: Downloaded) -> None:
    code, failed, said = verified(archive.folder, "--since", str(archive.folder / "log/checkpoint"))
    assert (code, failed) == (0, {}), said
    looked_at = [line.split()[1] for line in said.splitlines() if line.startswith("ok ")]
    assert looked_at == [
        "signature", "tree", "history", "times", "arithmetic", "chain", "members", "cases", "payouts", "claims",
        "tables", "details", "files",
    ]  # fmt: skip
    assert "Every settlement, computed again by its rules, comes out the same." in said
    assert "每次结算按当时条款重算，分毫不差。" in verified(archive.folder, "--lang", "zh")[2]


def drops_a_case(it: Downloaded) -> None:
    settlement = it.with_cases()
    it.drop(next(fact for fact in it.of_type("disclosure") if fact["period"] == settlement["about"]))


def changes_one_fen(it: Downloaded) -> None:
    it.with_cases()["share_fen"] += 1


def pays_one_fen_less(it: Downloaded) -> None:
    it.of_type("payout")[-1]["amount_fen"] -= 1


def hides_a_refusal(it: Downloaded) -> None:
    lock = next(fact for fact in reversed(it.of_type("members-locked")) if fact["claims"]["refused"])
    for counts in (lock["claims"], lock["claims_new"]):
        counts["received"] -= 1
        counts["refused"] -= 1
    with it.rows("periods") as rows:
        row = next(row for row in rows if row["period"] == lock["about"])
        row["received"], row["refused"] = (str(int(row[name]) - 1) for name in ("received", "refused"))
    with it.rows("refusals") as rows:
        row = next(row for row in rows if row["period"] == lock["about"])
        row["count"] = str(int(row["count"]) - 1)


def hides_a_refusal_everywhere_but_its_decision(it: Downloaded) -> None:
    hidden = next(fact for fact in it.of_type("claim-counted") if fact["now"] == "refused")
    it.drop(hidden)
    came = next(fact for fact in it.of_type("claim-counted") if fact["plan"] == hidden["plan"] and not fact["was"])
    it.drop(came)


def says_fewer_members(it: Downloaded) -> None:
    settlement = it.with_cases()
    settlement["members"] -= 1
    with it.rows("settlements") as rows:
        row = next(row for row in rows if row["period"] == settlement["about"])
        row["members"] = str(settlement["members"])


def backdates_a_lock(it: Downloaded) -> None:
    lock = it.of_type("members-locked")[-1]
    lock["at"] = lock["locked_at"] = lock["due"] = "2026-11-06T16:00:00+00:00"


def locks_before_its_day(it: Downloaded) -> None:
    lock = it.of_type("members-locked")[-1]
    lock["due"] = "2026-11-22T16:00:00+00:00"


def changes_the_rules_afterwards(it: Downloaded) -> None:
    version = next(fact for fact in it.of_type("rules") if fact["number"] == 2)
    path = it.folder / f"latest/rules/{version['about']}.json"
    text = json.loads(path.read_text("utf-8"))
    text["pool"]["fee_bp"] += 1
    path.write_text(json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")), "utf-8")


def tells_another_story_of_a_case(it: Downloaded) -> None:
    with it.rows("case_details") as rows:
        rows[0]["age_band"] = "0-5"


def leaves_a_settlement_out(it: Downloaded) -> None:
    it.drop(it.with_cases())


def moves_money_in_the_ledger(it: Downloaded) -> None:
    period = it.with_cases()["about"]
    with it.rows("ledger") as rows:
        row = next(row for row in rows if (row["period"], row["kind"]) == (period, "settlement"))
        row["amount_fen"] = str(int(row["amount_fen"]) + 1)


def charges_a_case_twice(it: Downloaded) -> None:
    settlement = it.with_cases()
    settlement["awards"].append(settlement["awards"][0])


def publishes_a_case_twice(it: Downloaded) -> None:
    case = it.of_type("disclosure")[-1]
    it.facts.append({**case, "number": case["number"] + 1})


def locks_a_period_twice(it: Downloaded) -> None:
    lock = it.of_type("members-locked")[-1]
    it.facts.append({**lock, "members": lock["members"] - 1})


def locks_as_if_nobody_counted_yet(it: Downloaded) -> None:
    lock = it.of_type("members-locked")[-1]
    del lock["root"], lock["claims"], lock["claims_new"]


def slips_in_other_rules_after_the_lock(it: Downloaded) -> None:
    lock = next(one for one in it.of_type("members-locked") if one["about"] == it.with_cases()["about"])
    before = next(one for one in reversed(it.of_type("rules")) if one["plan"] == lock["plan"])
    it.facts.remove(before)
    it.facts.append({**before, "at": it.facts[-1]["at"]})


def invents_a_case_in_a_table(it: Downloaded) -> None:
    with it.rows("cases") as rows:
        rows.append({**rows[-1], "number": "99", "case": "7K2M9QXA3B4C", "log_index": "0"})


def shows_a_case_in_two_rows(it: Downloaded) -> None:
    with it.rows("cases") as rows:
        rows.append(rows[-1])


def tells_details_without_a_salt(it: Downloaded) -> None:
    with it.rows("case_details") as rows:
        rows[0]["age_band"], rows[0]["salt"] = "0-5", ""


@pytest.mark.parametrize(
    ("attack", "check", "sentence"),
    [
        (charges_a_case_twice, "cases", "the number of its cases is said to be"),
        (publishes_a_case_twice, "cases", "is published twice, too late or without an amount"),
        (locks_a_period_twice, "times", "was locked twice"),
        (locks_as_if_nobody_counted_yet, "members", "its members were not counted in a tree"),
        (slips_in_other_rules_after_the_lock, "arithmetic", ""),
        (invents_a_case_in_a_table, "tables", "a row rests on entry 0"),
        (shows_a_case_in_two_rows, "tables", "has 2 rows"),
        (tells_details_without_a_salt, "details", "the log commits to another text than the one shown"),
        (drops_a_case, "cases", "is said to be"),
        (changes_one_fen, "arithmetic", "share_fen is said to be"),
        (pays_one_fen_less, "payouts", "a payout is said to be"),
        (hides_a_refusal, "claims", "the number of refused claims is said to be"),
        (hides_a_refusal_everywhere_but_its_decision, "claims", "is counted nowhere"),
        (says_fewer_members, "members", "members is said to be"),
        (backdates_a_lock, "times", "names 2026-11-06 16:00:00+00:00, behind one of"),
        (locks_before_its_day, "times", "before its day"),
        (changes_the_rules_afterwards, "arithmetic", "the fingerprint of its text is said to be"),
        (tells_another_story_of_a_case, "details", "the log commits to another text than the one shown"),
        (leaves_a_settlement_out, "times", "was neither settled nor cancelled before"),
        (moves_money_in_the_ledger, "payouts", "too much by is said to be"),
    ],
)
def test_a_lie_that_is_signed_with_the_real_key_is_named(
    lie: Downloaded, attack: Callable[[Downloaded], None], check: str, sentence: str
) -> None:
    attack(lie)
    lie.say_of_files()
    lie.sign()
    code, failed, said = verified(lie.folder)
    assert code == 1
    assert sentence in failed.get(check, ""), said
    assert not {"signature", "tree", "files"} & failed.keys(), said


def test_two_histories_shown_to_two_readers_do_not_fit_together(archive: Downloaded, lie: Downloaded) -> None:
    lie.of_type("reserve")[0]["source"] = "somebody else"
    lie.sign()
    older = archive.folder / "log/checkpoint"
    assert verified(lie.folder)[0] == 0  # alone it holds: only somebody who was shown the other can tell
    code, failed, _ = verified(lie.folder, "--since", str(older))
    assert (code, list(failed)) == (1, ["history"])
    assert "does not begin with the" in failed["history"]


def test_a_data_file_that_was_swapped_is_named(lie: Downloaded) -> None:
    path = lie.folder / "latest/statements.csv"
    path.write_text(path.read_text("utf-8").replace(",0,", ",1,", 1), "utf-8")
    code, failed, _ = verified(lie.folder)
    assert (code, list(failed)) == (1, ["files"])
    assert "latest/statements.csv: its fingerprint" in failed["files"]


def test_another_key_and_damage_on_the_way_are_named(lie: Downloaded) -> None:
    other = f"{lie.origin}+{_other_key(lie.origin)}"
    assert list(verified(lie.folder, "--key", other)[1]) == ["signature"]
    checkpoint = lie.folder / "log/checkpoint"
    whole = checkpoint.read_text("utf-8")
    checkpoint.write_text(whole.replace("\n\n", "0\n\n".replace("0\n", "\n"), 1)[:-8] + "AAAAAA=\n", "utf-8")
    assert "signature" in verified(lie.folder)[1]
    checkpoint.write_text(whole, "utf-8")
    tile = next(path for path in (lie.folder / "log/tile/0").rglob("*") if path.is_file())
    tile.write_bytes(tile.read_bytes()[:-1])
    assert "does not hold the hashes of its entries" in verified(lie.folder)[1]["tree"]


def test_a_folder_that_is_none_is_said_to_be_unreadable(tmp_path: Path, lie: Downloaded) -> None:
    code, _, said = verified(tmp_path / "nothing")
    assert code == 2
    assert "This folder cannot be read" in said
    (lie.folder / "log/checkpoint").write_text("nonsense", "utf-8")
    assert verified(lie.folder)[0] == 2


def test_a_notice_is_found_by_its_fingerprint_and_an_invented_one_is_not(archive: Downloaded) -> None:
    decision = archive.of_type("decision")[-1]
    printed = " ".join(decision["commitment"][at : at + 8] for at in range(0, 64, 8))
    code, failed, said = verified(archive.folder, "--notice", printed)
    assert (code, failed) == (0, {})
    assert f"is entry {archive.facts.index(decision)}: decision" in said
    assert "no entry of this log" in verified(archive.folder, "--notice", hashlib.sha256(b"").hexdigest())[1]["own"]


def test_a_member_finds_the_own_leaf_and_nobody_can_take_it_out(
    told: Told, archive: Downloaded, lie: Downloaded
) -> None:
    site = told.site()
    with site.app_context():
        settled = db.select(Period).where(Period.state == "paid").order_by(Period.id.desc()).limit(1)
        period = db.session.scalars(settled).one()
        of_pool = db.session.scalars(db.select(Membership).where(Membership.pool_id == period.pool_id))
        mine = proving.prove(next(one for one in of_pool if proving.shared_in(one, period)), period)
        proof, named = proving.written(mine, "", None, None), period.name
    release(site)
    file = lie.folder.parent / "mine.json"
    file.write_text(proof, "utf-8")
    code, failed, said = verified(archive.folder, "--member", str(file))
    assert (code, failed) == (0, {})
    assert f"{named}: you are leaf {mine.index} of {mine.size}, charged" in said
    lock = next(fact for fact in lie.of_type("members-locked") if fact["about"] == named)
    lock["root"], lock["members"] = hashlib.sha256(b"without me").hexdigest(), lock["members"] - 1
    lie.sign()
    assert "its root is said to be" in verified(lie.folder, "--member", str(file))[1]["own"]


def _other_key(origin: str) -> str:
    public = b"\x01" + bytes(range(32))
    number = hashlib.sha256(f"{origin}\n".encode() + public).hexdigest()[:8]
    return f"{number}+{base64.b64encode(public).decode()}"
