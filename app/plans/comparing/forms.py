"""Which plans are compared: two to four of those there are, named in the address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from flask_babel import gettext as _

FEWEST, MOST = 2, 4
_SHOWN_LETTERS: Final = 40


class Comparison:
    """The plans somebody named, each once, in the order named, and what is wrong with the choice."""

    def __init__(self, slugs: Sequence[str], *, known: Collection[str]) -> None:
        """`known` are the slugs of all plans."""
        self.slugs = list(dict.fromkeys(slug for slug in slugs if slug))
        self._known = known

    @property
    def is_asked(self) -> bool:
        """Whether any plan was named at all."""
        return bool(self.slugs)

    def problem(self) -> str | None:
        """What to do, when this cannot be compared."""
        unknown = [slug for slug in self.slugs if slug not in self._known]
        if unknown:
            return _("There is no plan “%(name)s”. Choose plans of the list.", name=unknown[0][:_SHOWN_LETTERS])
        if len(self.slugs) < FEWEST:
            return _("One plan alone cannot be compared. Choose at least two.")
        if len(self.slugs) > MOST:
            return _("That is more than fits side by side. Choose at most four.")
        return None
