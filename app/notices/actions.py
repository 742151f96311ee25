"""Notices become documents: composed from the facts, written once a language, and never changed after that."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.adapters import pdf, store
from app.db import db
from app.models import Notice, NoticeFile
from app.notices import queries
from app.services import letters, vault
from app.services.claim_letters import DecisionLetter, QuestionLetter, Receipt
from app.services.letters import Bulletin, Certificate, Letter, PayoutLetter
from app.web.filters import in_words
from app.web.i18n import TAGS
from app.web.qr import qr_code
from app.web.sums import equation_terms, period_title


class WrittenAlready(Exception):
    """Somebody else asked first: the notice has its file in this language."""


class ToldOtherwise(Exception):
    """While the document was made, what it tells of has changed: it has to be composed anew."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A notice as a PDF, and the SHA-256 of the page it was printed from, by which a later wording is told apart."""

    content: bytes
    told: str


@dataclass(frozen=True, slots=True)
class PutAway:
    """A document in the store that no notice names yet."""

    object: str
    told: str
    sha256: str
    size_bytes: int


def compose(notice: Notice, *, language: str, origin: str) -> Composed:
    """The notice as a PDF, in the language of this request; `origin` is where this site is found."""
    title, html = _told(notice, origin)
    content = pdf.render(html, language=TAGS[language], title=f"{title} · {notice.ref}")
    return Composed(content, _digest(html))


def _told(notice: Notice, origin: str) -> tuple[str, str]:
    """The title of a notice and the page it is printed from, as the facts are now."""
    letter = letters.letter_of(notice)
    title, where, words = _names(letter)
    address = f"{origin}{where}"
    html = render_template(
        f"notices/{notice.kind}.html",
        notice=notice,
        letter=letter,
        title=title,
        site=origin.partition("://")[2],
        address=address,
        qr=qr_code(address, words),
        **_sum(letter),
    )
    return title, html


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


def _names(letter: Letter) -> tuple[str, str, str]:
    """The title of a letter, the path of what it speaks of, and what a reader finds there."""
    if isinstance(letter, Bulletin):
        title = f"{in_words(letter.rules.name)} · {period_title(letter.period)}"
        return title, f"/disclosures/{letter.period.name}", _("QR code: this period on the web")
    if isinstance(letter, Certificate):
        where = f"/plans/{letter.rules.slug}/rules/{letter.version.number}"
        return _("Certificate of membership"), where, _("QR code: the rules of this plan")
    if isinstance(letter, DecisionLetter):
        title = _("Decision on your appeal") if letter.after_appeal else _("Decision on your claim")
        return title, f"/claims/{letter.claim.ref}", _("QR code: your claim")
    if isinstance(letter, Receipt):
        return _("We have received your claim"), f"/claims/{letter.claim.ref}", _("QR code: your claim")
    if isinstance(letter, QuestionLetter):
        return _("A question about your claim"), f"/claims/{letter.claim.ref}/answer", _("QR code: answer here")
    return _("Your payout has been paid"), f"/cases/{letter.case.ref}", _("QR code: this case as it is published")


def _sum(letter: Letter) -> dict[str, Any]:
    """The terms of the equation, for the letters that print one."""
    if not isinstance(letter, (PayoutLetter, Bulletin)):
        return {}
    pool = letter.pool
    return {"terms": equation_terms(letter.equation, cases=letter.settlement.cases, fee_bp=pool.fee_bp)}


def put_away(notice: Notice, composed: Composed, *, language: str) -> PutAway:
    """Write the document into the store, sealed when it is personal. It counts once `keep` has named it."""
    content = sealed = composed.content
    if notice.account_id is not None:
        sealed = vault.seal(content, purpose=queries.sealing_purpose(notice, language))
    name = store.new_name()
    store.put(name, [sealed])
    return PutAway(name, composed.told, hashlib.sha256(content).hexdigest(), len(content))


def keep(notice: Notice, written: PutAway, *, language: str, origin: str, at: dt.datetime) -> NoticeFile:
    """Make this the file of the notice in this language.

    Raises `WrittenAlready` when there is one, and `ToldOtherwise` when the facts are others than it was composed of:
    whoever changes them lets the files go (`notices.write_anew`), also the one that is just being written.
    """
    db.session.refresh(notice, with_for_update=True)
    if queries.file_of(notice, language) is not None:
        raise WrittenAlready
    if _digest(_told(notice, origin)[1]) != written.told:
        raise ToldOtherwise
    file = NoticeFile(
        notice_id=notice.id,
        language=language,
        object=written.object,
        sha256=written.sha256,
        size_bytes=written.size_bytes,
        rendered_at=at,
    )
    db.session.add(file)
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise WrittenAlready from taken
    return file


def throw_away(written: PutAway) -> None:
    """Take a document out of the store that no notice names."""
    store.delete(written.object)
