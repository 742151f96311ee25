"""Somebody with a browser: finds everything by the words that a person would look for, never by its place."""

from __future__ import annotations

import io
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.fixtures.browser import LANGUAGES
from tests.journeys.words import Tongue

PATIENCE = 15_000
"""Milliseconds after which a page that does not come is taken for lost."""


class Walker:
    """One visitor with one page, in one language, with or without JavaScript."""

    def __init__(self, page: Page, locale: str, *, scripts: bool = True) -> None:
        self.page, self.scripts = page, scripts
        self.tongue = Tongue(locale)
        self.say, self.count = self.tongue.say, self.tongue.count

    # --- going ---

    def go(self, path: str) -> None:
        """Type an address; it must answer with a page."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"

    def press(self, msgid: str, /, **values: object) -> None:
        """Press the button with these words."""
        self.button(msgid, **values).click()

    def button(self, msgid: str, /, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.say(msgid, **values), exact=True)

    def follow(self, msgid: str, /, *, about: str = "", **values: object) -> None:
        """Follow the link with these words; `about` is what it adds for those who hear the page."""
        self.link(msgid, about=about, **values).first.click()

    def link(self, msgid: str, /, *, about: str = "", **values: object) -> Locator:
        return self.link_called(f"{self.say(msgid, **values)} {about}".strip())

    def link_called(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=spaced(name))

    def arrives(self, msgid: str, /, **values: object) -> None:
        """Wait until the heading of the page says this."""
        self.arrives_at(self.say(msgid, **values))

    def arrives_at(self, heading: str) -> None:
        try:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(spaced(heading), timeout=PATIENCE)
        except AssertionError as other:
            raise AssertionError(f"{self.page.url} is not {heading!r}:\n{self.text()}") from other

    def told(self, text: str) -> None:
        """Wait until the page says this somewhere for everybody to see."""
        expect(self.page.get_by_text(spaced(text, whole=False)).first).to_be_visible(timeout=PATIENCE)

    # --- filling in ---

    def fill(self, msgid: str, value: str) -> None:
        """Write into the field with this label, also when the label goes on with "(optional)"."""
        self.field(msgid).fill(value)

    def field(self, msgid: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(self.say(msgid))}(\s*[(（]|\s*$)"))

    def pick(self, msgid: str, option: str) -> None:
        """Choose from the list with this label."""
        self.field(msgid).select_option(label=option)

    def choose(self, question: str, option: str) -> None:
        """Choose one of the answers below a question."""
        self.page.get_by_role("group", name=question, exact=True).get_by_label(option).check()

    def tick(self, sentence: str) -> None:
        """Tick the box beside this sentence."""
        self.page.get_by_role("checkbox", name=sentence, exact=True).check()

    def bring(self, msgid: str, *files: tuple[str, str, bytes]) -> None:
        """Choose files for a field: name, media type, content."""
        chosen = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
        self.field(msgid).set_input_files(chosen)  # type: ignore[arg-type]

    # --- reading ---

    def text(self) -> str:
        """What the page says, spaces run together."""
        return plain(self.page.get_by_role("main").inner_text())

    def reads(self, *sentences: str) -> None:
        """The page says all of this."""
        text = self.text()
        for sentence in sentences:
            assert plain(sentence) in text, f"{self.page.url} does not say {sentence!r}:\n{text}"

    def path(self) -> str:
        """Where the walker stands, without the host."""
        return "/" + self.page.url.split("/", 3)[3]

    def letter(self, link: Locator) -> str:
        """Fetch the PDF behind a link, as this visitor, and read it."""
        address = link.first.get_attribute("href")
        assert address is not None
        assert address.partition("?")[0].endswith(".pdf"), address
        answer = self.page.context.request.get(
            address, headers={"Accept-Language": LANGUAGES[self.tongue.locale]}, max_redirects=0
        )
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf"), (
            f"{address}: {answer.status}"
        )
        return letter_text(answer.body())

    def picture(self, folder: Path, name: str) -> None:
        """Keep a picture of the whole page for whoever wants to look."""
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)


def letter_text(content: bytes) -> str:
    """What a PDF says, spaces run together."""
    return plain("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def plain(text: str) -> str:
    """The same text with every run of spaces, no-break ones too, as one space."""
    return " ".join(text.split())


def spaced(text: str, *, whole: bool = True) -> re.Pattern[str]:
    """The words of a text with any space between them: dates and numbers hold together by no-break spaces."""
    words = r"\s+".join(re.escape(word) for word in text.split())
    return re.compile(rf"^\s*{words}\s*$" if whole else words)
