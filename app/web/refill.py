"""A page with what was typed written into one of its forms again: only our own HTML, and only the tags concerned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from app.services.parked_forms import Typed

_LEFT_ALONE: Final = ("hidden", "submit", "button", "image", "reset", "password", "file")
Attributes = list[tuple[str, str | None]]


@dataclass
class Refilled:
    """The page, and how it went: whether the form was there, and the names of fields it has no place for."""

    html: str
    form_found: bool
    left_over: list[str] = field(default_factory=list)


def refill(html: str, typed: Typed, *, action: str, page: str) -> Refilled:
    """Write `typed` into the forms of the page that post to the path `action`; `page` is the path of the page itself.

    Hidden fields stay as they are (they say what the page knows now), and so do passwords and files.
    """
    reader = _Reader(html, typed, action=action, page=page)
    reader.feed(html)
    reader.close()
    out, at = [], 0
    for start, end, text in sorted(reader.edits):
        out += [html[at:start], text]
        at = end
    out.append(html[at:])
    missing = [name for name in typed.fields if name not in reader.seen]
    return Refilled("".join(out), reader.form_found, missing)


class _Reader(HTMLParser):
    """Goes through a page and notes which parts of it to replace."""

    def __init__(self, html: str, typed: Typed, *, action: str, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.edits: list[tuple[int, int, str]] = []
        self.seen: set[str] = set()
        self.form_found = False
        self._action, self._page = action, page
        self._typed = {name: deque(values) for name, values in typed.fields.items()}
        self._chosen = {name: frozenset(values) for name, values in typed.fields.items()}
        self._lines = [0]
        for line in html.split("\n")[:-1]:
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._inside = False
        self._select: str | None = None
        self._text_from: tuple[int, str] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """A form begins, or a field of ours."""
        given = dict(attrs)
        if tag == "form":
            posts = (given.get("method") or "get").lower() == "post"
            self._inside = posts and (urlsplit(given.get("action") or "").path or self._page) == self._action
            self.form_found = self.form_found or self._inside
        elif self._inside:
            name = given.get("name") or ""
            if tag == "input" and (given.get("type") or "text") not in _LEFT_ALONE:
                self._input(name, given, attrs)
            elif tag == "select":
                self._select = name
                self.seen.add(name)
            elif tag == "option" and self._select in self._chosen:
                self._mark("option", attrs, "selected", on=(given.get("value") or "") in self._chosen[self._select])
            elif tag == "textarea" and self._typed.get(name):
                self.seen.add(name)
                self._text_from = (self._here() + len(self.get_starttag_text() or ""), self._typed[name].popleft())

    def handle_endtag(self, tag: str) -> None:
        """A form ends, or a text that is to be replaced."""
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._text_from is not None:
            start, text = self._text_from
            self.edits.append((start, self._here(), "\n" + escape(text)))
            self._text_from = None

    def _input(self, name: str, given: dict[str, str | None], attrs: Attributes) -> None:
        self.seen.add(name)
        if given.get("type") in {"checkbox", "radio"}:
            if given["type"] == "checkbox" or name in self._chosen:
                ticked = (given.get("value") or "on") in self._chosen.get(name, frozenset())
                self._mark("input", attrs, "checked", on=ticked)
        elif self._typed.get(name):
            self._write(
                "input", [*(pair for pair in attrs if pair[0] != "value"), ("value", self._typed[name].popleft())]
            )

    def _mark(self, tag: str, attrs: Attributes, mark: str, *, on: bool) -> None:
        plain = [pair for pair in attrs if pair[0] != mark]
        self._write(tag, [*plain, (mark, None)] if on else plain)

    def _write(self, tag: str, attrs: Attributes) -> None:
        said = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs)
        start = self._here()
        self.edits.append((start, start + len(self.get_starttag_text() or ""), f"<{tag}{said}>"))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
