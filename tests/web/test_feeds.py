"""Feeds, as programs of other people read them."""

import datetime as dt
import json

import feedparser
import pytest

from app.web import feeds
from app.web.feeds import Entry

AT = dt.datetime(2026, 10, 7, 0, 0, 7, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8)))
ODD = "</summary><script>alert('1')</script> & \"5 < 6\" \x00\x0b\ufffe 龥 𠀀"
TAME = "</summary><script>alert('1')</script> & \"5 < 6\"  龥 𠀀"
ENTRY = Entry("urn:juntan:case:1", ODD, "https://juntan.example/cases/1?a=1&b=2", AT, ODD)
LATER = Entry("urn:juntan:case:2", "B", "https://juntan.example/cases/2", AT + dt.timedelta(days=1))
FEED = ("公示 & more", "https://juntan.example/disclosures?plan=a&page=1", AT)


def test_a_feed_reader_finds_every_entry_and_no_markup_of_theirs():
    text = feeds.atom(*FEED, [ENTRY, LATER], self_url="https://juntan.example/feed.atom?x=1&y=2", language="en")
    read = feedparser.parse(text.encode())
    assert (read.bozo, read.version, read.feed.title, read.feed.language) == (False, "atom10", FEED[0], "en")
    assert read.feed.updated == "2026-10-06T16:00:07Z"
    assert [link.rel for link in read.feed.links] == ["alternate", "self"]
    first, second = read.entries
    assert (first.id, first.title, first.link) == (ENTRY.id, TAME, ENTRY.url)
    assert (first.summary, first.updated) == (TAME, "2026-10-06T16:00:07Z")
    assert (second.title, "summary" in second) == ("B", False)


def test_the_json_feed_says_the_same():
    read = json.loads(feeds.json_feed(*FEED, [ENTRY, LATER], self_url="https://juntan.example/feed.json"))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert (read["home_page_url"], read["feed_url"]) == (FEED[1], "https://juntan.example/feed.json")
    assert [(one["id"], one["content_text"]) for one in read["items"]] == [(ENTRY.id, ODD), (LATER.id, "B")]


def test_a_feed_changed_when_its_newest_entry_did():
    assert feeds.newest([LATER, ENTRY], AT) == LATER.updated
    assert feeds.newest([], AT) == AT
    read = feedparser.parse(feeds.atom(*FEED, []).encode())
    assert (read.bozo, read.entries, read.feed.id) == (False, [], FEED[1])


def test_an_instant_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        feeds.atom("A", "https://juntan.example/", AT.replace(tzinfo=None), [])
