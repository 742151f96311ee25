"""Plans side by side: what differs is said in words."""

import pytest
from flask.testing import FlaskClient

from tests.fixtures.pages import named, parse
from tests.plans.test_pages import words

TWO = "plan=young-cancer&plan=senior-cancer"


def rows(html: str) -> dict[str, tuple[str, list[str]]]:
    """Each property with its verdict and what each plan says."""
    found = {}
    for row in named(parse(html), "tr")[1:]:
        head, *cells = [" ".join("".join(cell.itertext()).split()) for cell in row]
        property_, verdict = (
            head.rsplit(" ", 1) if head.endswith("differs") else (head.removesuffix(" same in all"), "same")
        )
        found[property_] = (verdict, cells)
    return found


def test_each_line_says_whether_the_plans_differ(visitor: FlaskClient):
    page = visitor.get(f"/plans/compare?{TWO}")
    assert page.status_code == 200
    found = rows(page.text)
    assert found["Waiting period"] == ("same", ["180 days", "180 days"])
    assert found["Most in one year"] == ("differs", ["¥150.00", "¥350.00"])
    assert found["At the upper age"][1] == ["at 51 it moves to Senior Cancer Mutual Aid", "none: a member may stay"]
    only = rows(visitor.get(f"/plans/compare?{TWO}&differences=1").text)
    assert only.keys() == {key for key, (verdict, _cells) in found.items() if verdict == "differs"}
    assert f"{len(only)} lines differ, {len(found) - len(only)} are the same in all." in words(page.text)


def test_up_to_four_stand_side_by_side_each_once_in_the_order_asked(visitor: FlaskClient):
    page = visitor.get(
        "/plans/compare?plan=accident&plan=child-health&plan=accident&plan=lifelong-million&plan=young-cancer"
    )
    assert page.status_code == 200
    heads = [
        " ".join("".join(head.itertext()).split())
        for head in named(parse(page.text), "th")
        if head.get("scope") == "col"
    ]
    assert heads == [
        "Property", "Accident Mutual Aid", "Child Health Mutual Aid", "Lifelong Million Cancer Mutual Aid",
        "Young Adult Cancer Mutual Aid",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("plan=accident", "One plan alone cannot be compared."),
        ("plan=accident&plan=accident", "One plan alone cannot be compared."),
        ("plan=accident&plan=flood", "There is no plan “flood”."),
        ("plan=accident&plan=" + "x" * 3000, "There is no plan “" + "x" * 40 + "”."),
        (
            "plan=accident&plan=child-health&plan=young-cancer&plan=senior-cancer&plan=lifelong-million",
            "That is more than fits side by side.",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_and_the_choice_kept(visitor: FlaskClient, query: str, sentence: str):
    page = visitor.get(f"/plans/compare?{query}")
    assert page.status_code == 422
    assert sentence in words(page.text)
    ticked = [box.get("value") for box in named(parse(page.text), "input") if box.get("checked") is not None]
    assert "accident" in ticked


def test_the_comparison_is_reached_from_the_list_and_from_a_plan(visitor: FlaskClient):
    assert words(visitor.get("/plans/compare").text).count("Two to four plans") >= 1
    assert 'action="/plans/compare"' in visitor.get("/plans").text
    assert 'href="/plans/compare' in visitor.get("/plans/young-cancer").text
