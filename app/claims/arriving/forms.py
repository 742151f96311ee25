"""The only mouth: what the headers of tus say, parsed to one typed value."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import Headers

from app.domain import tus
from app.domain.tus import Checksum
from app.services.arrivals.beginning import Announced


@dataclass(frozen=True, slots=True)
class Announcement:
    """A file that is to come, and the line of the checklist it is for."""

    line: int
    name: str
    size_bytes: int
    modified_ms: int | None

    def of(self, kind: str) -> Announced:
        """The same for the kind of that line."""
        return Announced(kind, self.name, self.size_bytes, self.modified_ms)


def announcement(headers: Headers) -> Announcement:
    """From `Upload-Length` and `Upload-Metadata` (filename, line, modified). Raises `tus.BadHeader`."""
    told = tus.metadata(headers.get("Upload-Metadata"))
    modified = told.get("modified")
    return Announcement(
        line=tus.whole(told.get("line"), "Upload-Metadata"),
        name=told.get("filename", ""),
        size_bytes=tus.whole(headers.get("Upload-Length"), "Upload-Length"),
        modified_ms=tus.whole(modified, "Upload-Metadata") if modified is not None else None,
    )


def offset(headers: Headers) -> int:
    """Where the piece begins. Raises `tus.BadHeader`."""
    return tus.whole(headers.get("Upload-Offset"), "Upload-Offset")


def checksum(headers: Headers) -> Checksum | None:
    """What the piece is said to be. Raises `tus.BadHeader`."""
    return tus.checksum(headers.get("Upload-Checksum"))
