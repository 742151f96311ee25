"""Several files in one form: each is kept or refused for itself, and what is said of those that were not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask import Response
from werkzeug.datastructures import FileStorage

from app.services.evidence import EvidenceRefused, clean_name
from app.services.limits import TooMany
from app.web.sentences import sentence_of


@dataclass(slots=True)
class Brought:
    """What became of the files of one form."""

    kept: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """The name of each file that was not kept, and the sentence that says why."""
    too_often: TooMany | None = None
    """Set when files were refused because too many came in a short time."""

    @property
    def status(self) -> int:
        """The status of the page that says so: 429 when waiting helps, otherwise 422."""
        return 429 if self.too_often else 422

    def said(self, response: Response) -> Response:
        """The same page, with the header by which programs know when to come back."""
        if self.too_often:
            response.headers["Retry-After"] = str(self.too_often.wait_seconds)
        return response


def bring_each(files: Iterable[FileStorage], bring: Callable[[FileStorage], object]) -> Brought:
    """Give each file to `bring`, whatever becomes of the others. Other errors than refusals are the caller's."""
    brought = Brought()
    for file in files:
        try:
            bring(file)
        except (EvidenceRefused, TooMany) as refused:
            brought.refused.append((clean_name(file.filename or ""), sentence_of(refused)))
            brought.too_often = refused if isinstance(refused, TooMany) else brought.too_often
        else:
            brought.kept += 1
    return brought
