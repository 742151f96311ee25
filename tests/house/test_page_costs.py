"""No public page asks the database more than eight questions, whatever stands on it.

What time it is in the demonstration is a question of its own that a real house never asks; it is not counted. Each page
is made anew here: one that was kept asks nothing.
"""

from __future__ import annotations

from app.web import kept
from bench.public_pages import public_pages, questions
from tests.fixtures.application import release
from tests.fixtures.story import Told

MOST = 8
CLOCK = "clock_offset_seconds"
PER_ROUTE = 12
ROUTES = {
    "front.home",
    "plans.index",
    "plans.plan",
    "plans.version",
    "comparing.compare",
    "meaning.for_me",
    "plan_versions.between",
    "disclosures.index",
    "disclosures.period",
    "disclosures.case",
    "disclosures.checks",
    "money.index",
    "money.reserve",
    "money.fee",
    "figures.index",
    "figures.plan",
}


def test_no_public_page_asks_more_than_eight_questions(told: Told):
    site = told.site()
    client = site.test_client()
    costs: dict[str, dict[str, int]] = {}
    for page in public_pages(site, client, per_route=PER_ROUTE):  # which opens each once: rules are read once a process
        kept.shelf_of(site).clear()
        with site.app_context(), questions() as asked:
            assert client.get(page.address).status_code == 200
        costs.setdefault(page.endpoint, {})[page.address] = sum(CLOCK not in one for one in asked)
    release(site)
    assert set(costs) >= ROUTES, "the walk misses pages"
    dear = {address: cost for pages in costs.values() for address, cost in pages.items() if cost > MOST}
    assert not dear
