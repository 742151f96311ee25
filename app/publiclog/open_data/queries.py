"""What the pages of open data show: the dictionary, the statements, and what search engines are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from app.db import db
from app.domain.open_data import ARCHIVE, LATEST, LICENCE, PACKAGE
from app.models import Case, Period, Plan
from app.services.open_data import reading, schema
from app.services.open_data.reading import File, Written
from app.services.visibility import SEEN

MOST_ADDRESSES: Final = 50_000
"""What one part of a site map may hold (sitemaps.org)."""
_PAGES: Final = (
    "/", "/plans", "/plans/compare", "/disclosures", "/disclosures/checks", "/disclosures/how-long", "/how-it-works",
    "/not-insurance", "/help", "/privacy", "/accessibility", "/log", "/open-data", "/open-data/dictionary",
    "/open-data/statements",
)  # fmt: skip
_SUMS: Final = ("needs_received", "settlements", "cases", "shared_payouts_fen", "charged_fen")


@dataclass(frozen=True, slots=True)
class Month:
    """One month with a row for each plan, and their sums."""

    name: str
    rows: list[dict[str, str]]

    def sum_of(self, column: str) -> int:
        """All plans together."""
        return sum(int(row[column]) for row in self.rows)


def months(year: str | None) -> tuple[list[str], list[Month]]:
    """The years there are, and the months of one of them, newest first; the newest year when none is asked for."""
    rows = reading.months()
    years = sorted({row["month"][:4] for row in rows}, reverse=True)
    chosen = year or (years[0] if years else "")
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["month"].startswith(f"{chosen}-"):
            found.setdefault(row["month"], []).append(row)
    return years, [Month(name, rows) for name, rows in found.items()]


def described(files: list[File], known: Written, *, address: str, title: str, words: str) -> dict[str, Any]:
    """The data set as schema.org knows it, for search engines of data; `address` is that of the page."""
    tables = {table.file for table in schema.of(LATEST)}
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": words,
        "url": address,
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "inLanguage": ["zh", "en"],
        "creator": {"@type": "Organization", "name": "均摊 Juntan", "url": address.removesuffix("/open-data")},
        **({"dateModified": known.at.isoformat()} if known.at else {}),
        "distribution": [
            _distribution(f"{address}/{ARCHIVE}", "application/zip", None),
            *(
                _distribution(f"{address}/{one.row.path}", "text/csv", one.row.sha256)
                for one in files
                if one.row.name in tables
            ),
            _distribution(f"{address}/{LATEST}/{PACKAGE}", "application/json", None),
        ],
    }


def _distribution(address: str, media_type: str, sha256: str | None) -> dict[str, str]:
    said = {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media_type}
    return {**said, **({"sha256": sha256} if sha256 else {})}


def site_map_parts() -> int:
    """How many parts the site map has: one for pages, plans and periods, one for each 50,000 cases."""
    last = db.session.scalar(select(func.max(Case.id))) or 0
    return 1 + -(-last // MOST_ADDRESSES)


def addresses(part: int) -> Iterator[str]:
    """The addresses of one part, at most `MOST_ADDRESSES`: the first without cases, the newest periods in it."""
    if part > 1:
        first = (part - 2) * MOST_ADDRESSES
        refs = select(Case.ref).join(Period, Case.period_id == Period.id)
        within = (Case.id > first, Case.id <= first + MOST_ADDRESSES, SEEN)
        yield from (f"/cases/{ref}" for ref in db.session.scalars(refs.where(*within).order_by(Case.id)))
        return
    yield from _PAGES
    plans = db.session.scalars(select(Plan.slug).order_by(Plan.position)).all()
    yield from (f"/plans/{slug}" for slug in plans)
    names = (
        select(Period.name)
        .where(SEEN, Period.state != "planned")
        .order_by(Period.publication_day.desc(), Period.id.desc())
        .limit(MOST_ADDRESSES - len(_PAGES) - len(plans))
    )
    yield from (f"/disclosures/{name}" for name in db.session.scalars(names))
