"""What the catalogue costs a visitor when the pools are large: the list, the comparison, and what it would mean.

    sh scripts/dev python -m bench.catalogue [--engine sqlite|postgres] [--members 20000 1000000] [--rounds 40]

For each number of members a throw-away database with all five plans, two of them settled for more than a year. Each
page is made anew, in turn with a bare route; the time goes to the page, not to the network.
"""

from __future__ import annotations

import argparse
import datetime as dt

from app.db import db
from app.models import Period
from app.web import clock
from bench import grounds, settlement
from bench.pages import Cost, bare, measure
from bench.public_pages import ASKED, PublicPage, endpoint_of
from tests.services import pool_story as story

SLUGS = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")
SETTLED = ("young-cancer", "accident")
BENEFIT = {"young-cancer": "malignant_tumour", "accident": "accidental_death"}
SETTLEMENTS = 26
DEPOSIT_FEN = 200_00
AMOUNT_FEN = 100_000_00


def costs(engine: grounds.EngineName, members: int, *, rounds: int) -> list[Cost]:
    """What each page costs while so many share in the young plan, and a tenth of them in the accident plan."""
    with grounds.house(engine) as site, site.app_context():
        for slug in SLUGS:
            story.open_plan(slug)
        for slug, number, letter in zip(SETTLED, (members, members // 10), "AB", strict=True):
            grounds.fill(slug, number, DEPOSIT_FEN, letter=letter, at=story.noon(story.OPENED))
        grounds.refresh_statistics()
        for _ in range(SETTLEMENTS):
            for slug in SETTLED:
                name = settlement.next_period(slug)
                at = story.noon(story.period(name).publication_day)
                story.approve_claim(AMOUNT_FEN, slug=slug, at=at, benefit=BENEFIT[slug])
                settlement.lock(name)
                story.approve(name)
                settlement.settle(name)
        last = db.session.scalars(db.select(db.func.max(Period.settle_day)).where(Period.seq.is_not(None))).one()
        db.session.rollback()
        bare(site)
        with clock.at_instant(story.noon(last + dt.timedelta(days=1))):
            client = site.test_client()
            wanted = [PublicPage(endpoint_of(site, address) or "", address) for address in ("/plans", *ASKED)]
            for one in wanted:  # rules are read and ranges reckoned once a process
                client.get(one.address)
            return [measure(site, client, one, rounds=rounds) for one in wanted]


def main() -> None:
    """Measure and print."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--engine", choices=["postgres", "sqlite"], default="sqlite")
    wish.add_argument("--members", type=int, nargs="+", default=[20_000, 1_000_000])
    wish.add_argument("--rounds", type=int, default=40)
    chosen = wish.parse_args()
    print(f"{'members':>10} {'queries':>7} {'median ms':>9} {'cpu ms':>7} {'p95 ms':>8} {'ratio':>6}  address")
    for members in chosen.members:
        for cost in costs(chosen.engine, members, rounds=chosen.rounds):
            print(
                f"{members:10,} {cost.queries:7} {cost.median_ms:9.2f} {cost.cpu_ms:7.2f} {cost.p95_ms:8.2f} "
                f"{cost.ratio:6.1f}  {cost.address}"
            )


if __name__ == "__main__":
    main()
