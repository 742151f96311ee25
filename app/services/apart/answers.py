"""What the reader is asked and answers: known to both sides, so that whoever asks loads nothing of what reads files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.services.file_types import HEIC, JPEG, PDF, PNG

PROGRAM: Final = "app.services.apart.reader"
MOST_ASKED_BYTES: Final = 4096
VIEWS: Final = {JPEG: JPEG, PNG: PNG, HEIC: JPEG, PDF: PDF}
"""The type of the view: what no browser shows is encoded as something that every one does."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that was found sound: its type and pages, and what a PDF carries besides pages."""

    media_type: str
    pages: int
    carries: str = ""
    """E.g. "attachments signatures"; empty for most. Taken note of and not opened; attachments are not in the view."""
    made_on: str = ""
    """The day the file says it was made on, "2026-10-20"; empty when it says none."""

    @property
    def view_media_type(self) -> str:
        """The type of its view."""
        return VIEWS[self.media_type]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture in the spool of the answer; a page that cannot be drawn has a size of 0 bytes."""

    page: int
    kind: str
    start: int
    size_bytes: int
    width_px: int
    height_px: int
