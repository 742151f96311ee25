"""Fill the figures of docs/money.md: `python scripts/worked.py` writes them, `--check` says whether they are current.

The document says in words what a settlement does; every figure in it stands between two comments and comes from the
rules in app/domain, so that the document cannot say another sum than the code.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.domain import ledger
from app.domain.rules import read_rules
from app.domain.shares import Case, Quote, room_fen, settle_period
from app.domain.standing import LimitChange, standing
from app.domain.terms import PoolTerms

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "money.md"
_BLOCK = re.compile(r"(<!-- figures: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ZONE = ZoneInfo("Asia/Shanghai")
POOL, PLAN, CUSTODY = "young-cancer", "young-cancer", "main"
MEMBERS = 100_000
INDEX_FEN, NEW_YEAR_FEN = 41_20, 12_00
SURPLUS_FEN = 7
SETTLEMENTS_LEFT = 3
CASES = (Case(1, 300_000_00), Case(2, 50_000_00))
PEOPLE = (("Lin, who tops up in time", 60_00), ("Zhou, whose balance is small", 4_00), ("Wu, who is almost out", 1_20))


def yuan(fen: int) -> str:
    """An amount as people write it."""
    return f"{'−' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose last column is money."""
    line = [" --- "] * (len(heads) - 1) + [" ---: "]
    return "\n".join(
        ["| " + " | ".join(heads) + " |", "|" + "|".join(line) + "|", *("| " + " | ".join(row) + " |" for row in rows)]
    )


def terms() -> PoolTerms:
    """The pool terms of the plan as it is delivered."""
    path = ROOT / "app" / "presets" / "rules" / PLAN / "2.toml"
    return read_rules(tomllib.loads(path.read_text("utf-8")), source=path.name).pool


def quote() -> Quote:
    """The worked period."""
    return settle_period(
        CASES,
        members=MEMBERS,
        terms=terms(),
        surplus_in_fen=SURPLUS_FEN,
        room_fen=room_fen(terms(), INDEX_FEN, NEW_YEAR_FEN, SETTLEMENTS_LEFT),
    )


def the_sum() -> str:
    """Every term of the worked period."""
    found = quote()
    rows = [
        ("payouts the cases asked for", yuan(found.approved_fen)),
        ("payouts from the shares", yuan(found.shared_payouts_fen)),
        (f"fee, {terms().fee_bp / 100:g} % of them, rounded once", yuan(found.fee_fen)),
        ("need", yuan(found.need_fen)),
        ("surplus carried in", yuan(found.surplus_before_fen)),
        (f"share: (need − surplus) ÷ {found.members:,} members, rounded up", yuan(found.share_fen)),
        ("charged in all", yuan(found.charged_fen)),
        ("surplus carried out", yuan(found.surplus_after_fen)),
    ]
    return table(("term", "yuan"), rows)


def the_room() -> str:
    """What the yearly cap leaves for the worked period."""
    found = terms()
    room = room_fen(found, INDEX_FEN, NEW_YEAR_FEN, SETTLEMENTS_LEFT)
    used = INDEX_FEN - NEW_YEAR_FEN
    left = (found.cap_year_fen or 0) - used
    return table(
        ("the yearly cap", "yuan"),
        [
            ("cap of a calendar year", yuan(found.cap_year_fen or 0)),
            ("shared since 1 January: index now less index then", yuan(used)),
            ("left of the year", yuan(left)),
            (f"room of this period: an even part over the {SETTLEMENTS_LEFT} settlements left", yuan(room or 0)),
        ],
    )


def the_members() -> str:
    """What the settlement does to three members: nothing of theirs is written."""
    found = quote()
    after = INDEX_FEN + found.share_fen
    rows = []
    for name, balance in PEOPLE:
        theta = INDEX_FEN + balance
        rows.append((name, yuan(theta), yuan(theta - INDEX_FEN), yuan(theta - after)))
    heads = ("member", "threshold θ, stored", f"balance before: θ − {yuan(INDEX_FEN)}", f"after: θ − {yuan(after)}")
    return table(heads, rows)


def the_entry() -> str:
    """The journal entry of the worked period."""
    postings = ledger.settlement(quote(), POOL, PLAN)
    return table(
        ("debit", "credit", "yuan"),
        [(f"`{posting.debit}`", f"`{posting.credit}`", yuan(posting.amount_fen)) for posting in postings],
    )


def the_caps() -> str:
    """One case of 300,000 yuan in pools of different sizes."""
    rows = []
    for members in (50_000, 100_000, 300_000, 1_000_000, 20_000_000):
        found = settle_period(
            (Case(1, 300_000_00),), members=members, terms=replace(terms(), fee_bp=0), surplus_in_fen=0, room_fen=None
        )
        rows.append(
            (f"{members:,}", yuan(found.share_fen), yuan(found.surplus_after_fen), yuan(found.shared_payouts_fen))
        )
    return table(("members", "share", "surplus carried out", "the case receives"), rows)


def the_rounding() -> str:
    """What keeping the rounding would cost members, against carrying it."""
    members, settlements = 20_000_000, 24
    kept = carried = surplus = 0
    for number in range(settlements):
        cases = (Case(1, 300_000_00 + number * 1_234_57),)
        alone = settle_period(cases, members=members, terms=terms(), surplus_in_fen=0, room_fen=None)
        carrying = settle_period(cases, members=members, terms=terms(), surplus_in_fen=surplus, room_fen=None)
        kept += alone.surplus_after_fen
        surplus = carrying.surplus_after_fen
        carried += carrying.share_fen
    rows = [
        ("kept by whoever runs the pool, after a year", yuan(kept)),
        ("carried: still the members' after the same year", yuan(surplus)),
        ("charged to each member in that year, with the carry", yuan(carried)),
    ]
    return table((f"rounding, {settlements} settlements of {members:,} members", "yuan"), rows)


def the_standing() -> str:
    """A balance of 3.50, two shares of 3.00, a floor of 1.00, 15 days of grace."""

    def at(day: int) -> datetime:
        return datetime(2026, 10, day, 12, tzinfo=_ZONE)

    history = [
        LimitChange(datetime(2026, 10, 1, tzinfo=_ZONE), 1_00),
        LimitChange(datetime(2026, 10, 14, 0, 0, 7, tzinfo=_ZONE), 4_00),
        LimitChange(datetime(2026, 10, 28, 0, 0, 7, tzinfo=_ZONE), 7_00),
    ]
    rows = []
    for day, said, shared_fen in (
        (13, "before the settlement", 0),
        (14, "a share of 3.00", 3_00),
        (28, "another one", 6_00),
        (30, "nothing was paid in", 6_00),
    ):
        how = standing(3_50, history, now=at(day), grace_days=15, zone=_ZONE)
        last = how.until.astimezone(_ZONE) - timedelta(microseconds=1) if how.until else None
        until = f", to the end of {last:%-d %B}" if last and how.kind == "grace" else ""
        rows.append((f"{day} October", said, f"{how.kind}{until}", yuan(3_50 - shared_fen)))
    return table(("day", "what happened", "standing", "balance"), rows)


FIGURES: dict[str, Callable[[], str]] = {
    "sum": the_sum,
    "room": the_room,
    "members": the_members,
    "entry": the_entry,
    "caps": the_caps,
    "rounding": the_rounding,
    "standing": the_standing,
}


def filled(text: str) -> str:
    """The document with today's figures. KeyError for a name that no figure has."""
    return _BLOCK.sub(lambda found: f"{found[1]}{FIGURES[found['name']]()}\n{found[3]}", text)


def main(check: bool) -> int:  # noqa: FBT001 -- the one word of this command
    """Write, or say whether writing would change anything."""
    was = DOCUMENT.read_text("utf-8")
    now = filled(was)
    if check:
        if now != was:
            print("docs/money.md does not say today's figures: python scripts/worked.py")
        return int(now != was)
    DOCUMENT.write_text(now, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] == ["--check"]))
