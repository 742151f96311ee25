"""The page checks that every test client makes would see what is wrong."""

import pytest

from tests.fixtures.pages import complaints

PAGE = """<!doctype html><html lang="zh"><head><title>t</title></head><body><main><h1>h</h1>{}</main></body></html>"""
WRONG = {
    "inline style": '<p style="color: red">x</p>',
    "event handler": '<p onclick="go()">x</p>',
    "htmx handler": '<p hx-on:click="go()">x</p>',
    "inline script": "<script>go()</script>",
    "script in an address": '<a href="javascript:go()">x</a>',
    "two main headings": "<h1>x</h1>",
    "a heading that jumps": "<h3>x</h3>",
    "an id given twice": '<p id="a">x</p><p id="a">y</p>',
    "a link to nowhere": '<a href="#nowhere">x</a>',
    "a target that does not exist": '<form hx-get="/x" hx-target="#nowhere"><button>x</button></form>',
    "a description that does not exist": '<p aria-describedby="nowhere">x</p>',
    "a field without a label": '<form><input name="q"></form>',
    "a picture without words": '<img src="/x.png">',
    "a form without its token": '<form method="post"><button>x</button></form>',
    "a token in an address": '<form><input type="hidden" name="csrf_token" value="x"></form>',
    "a button that needs JavaScript": '<button hx-get="/x">x</button>',
    "a placeholder left over": "<p>%(name)s</p>",
    "a template left over": "<p>{{ name }}</p>",
}


def test_a_sound_page_is_let_through():
    form = '<form method="post"><input type="hidden" name="csrf_token" value="x"><button>x</button></form>'
    assert complaints(PAGE.format(f'<h2 id="a">x</h2><a href="#a">x</a>{form}')) == []


@pytest.mark.parametrize("wrong", WRONG)
def test_the_check_sees(wrong: str):
    assert len(complaints(PAGE.format(WRONG[wrong]))) == 1


@pytest.mark.parametrize("missing", ["<!doctype html>", ' lang="zh"', "<title>t</title>", "<h1>h</h1>", "<main>"])
def test_the_check_misses(missing: str):
    assert complaints(PAGE.format("").replace(missing, ""))


@pytest.mark.parametrize(
    "fragment", ['<tr id="a"><td>x</td></tr>', '<tbody id="a"><tr><td>x</td></tr></tbody>', '<p id="a">x</p>']
)
def test_a_fragment_with_one_root_is_let_through(fragment: str):
    assert complaints(fragment, fragment=True) == []


@pytest.mark.parametrize("fragment", ["<p>x</p>", '<p id="a">x</p><p id="b">y</p>', "x"])
def test_a_fragment_without_its_one_root_is_refused(fragment: str):
    assert complaints(fragment, fragment=True)
