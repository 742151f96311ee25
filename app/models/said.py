"""Words about a claim that may tell of health: text in the code, at rest sealed under the key of the claim.

What was said is written once and never changed, so that nobody can rewrite it; and destroying one key erases all that
was ever said of one claim. The columns hold ciphertext; how it is made and opened is the business of a service, which
puts itself here when the application starts (`seal_with`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

_SEALED: Final = "_sealed"
Opener = Callable[[Any, str], str | None]
_openers: list[Opener] = []


class Said:
    """One text of a row: `reason` is read and written as text and kept in the column `reason_sealed`.

    Before the row is written it is what was set; afterwards it is opened each time it is read. Empty, or None for an
    optional text, when nothing was said or its key was destroyed.
    """

    def __init__(self, *, nothing: str | None = "") -> None:
        self.nothing = nothing

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name, and with it the column."""
        self.name = name

    def __get__(self, row: Any, owner: type) -> Any:
        """The text; on the class this descriptor itself."""
        if row is None:
            return self
        waiting = row.__dict__.get(f"_{self.name}_said")
        if waiting is not None:
            return waiting
        if getattr(row, self.name + _SEALED) is None:
            return self.nothing
        return _openers[0](row, self.name) or self.nothing

    def __set__(self, row: Any, text: str | None) -> None:
        """Keep the text until the row is written; AttributeError afterwards: what was said is never changed."""
        if getattr(row, self.name + _SEALED, None) is not None:
            raise AttributeError(f"{self.name} was said once and stays")
        row.__dict__[f"_{self.name}_said"] = text or None


def seal_with(opener: Opener) -> None:
    """Tell how sealed words of a row are opened."""
    _openers[:] = [opener]


def waiting_words(row: Any) -> dict[str, str]:
    """What was said in a row that is about to be written, by the name of the text."""
    names = [name for kind in type(row).__mro__ for name, held in vars(kind).items() if isinstance(held, Said)]
    return {name: text for name in names if (text := row.__dict__.pop(f"_{name}_said", None))}
