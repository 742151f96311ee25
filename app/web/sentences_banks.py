"""What is said of bank files and statements that cannot be taken, and of deeds on them that come too late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.domain import bank_tables
from app.domain.reconciling import StatementRefused
from app.services import sandbox
from app.services.bank_files import answers, batches
from app.services.bank_statements import explaining, reading
from app.web import filters
from app.web.words import word

Sentence = Callable[[Any], str]

_STATEMENTS: Final[dict[str, LazyString]] = {
    "gap": _l("Days are missing: this statement has to begin on %(wanted)s, the day after the last one."),
    "overlap": _l("These days are taken in already: this statement has to begin on %(wanted)s."),
    "day": _l("Line %(line)s: “%(found)s” is no day. Write it like 2026-09-14."),
    "outside": _l("Line %(line)s is of %(found)s, outside the days of this statement. Correct the days."),
    "order": _l(
        "Line %(line)s is of %(found)s, after a line of %(wanted)s. Bring the lines into the order of the days."
    ),
    "amount": _l("Line %(line)s needs an amount in one of the two columns, amount_in or amount_out, like 1234.50."),
    "balance_missing": _l("Line %(line)s: “%(found)s” is no balance. Each line needs the balance after it."),
    "reference": _l("Line %(line)s has no reference of the bank. Each line needs one."),
    "balance": _l("Line %(line)s does not add up: the balance after it would be %(wanted)s, the file says %(found)s."),
    "opening": _l(
        "Line %(line)s does not follow the last statement: the balance after it would be %(wanted)s, the file says "
        "%(found)s. A line is missing before it."
    ),
    "twice": _l(
        "Line %(line)s is there twice: the same day, amount and reference %(found)s. Ask the bank which is true."
    ),
    "empty": _l("The first statement needs one line at least: the balance before it follows from that."),
}


def _of_statement(error: StatementRefused) -> str:
    return str(_STATEMENTS[error.why]) % {"line": error.line, "wanted": error.wanted, "found": error.found}


BANKS: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    sandbox.OnlyInTheDemo: (409, lambda _e: _("Only the demonstration's money does what it is told.")),
    bank_tables.NotATable: (
        422,
        lambda _e: _("This file is no table of text. Save it as CSV in UTF-8 or GB18030, and send that."),
    ),
    bank_tables.WrongHeading: (
        422,
        lambda e: _(
            "The first line has to name the columns: %(wanted)s. It says: %(found)s. Begin with the empty one to fill "
            "in.",
            wanted=e.wanted.replace(",", ", "),
            found=e.found.replace(",", ", ") or "–",
        ),
    ),
    bank_tables.TooManyLines: (
        422,
        lambda e: _("More than %(most)s lines. Send them in several files.", most=filters.number(e.most)),
    ),
    answers.NothingAnswered: (422, lambda _e: _("This file has a heading and no line. Ask the bank for the answer.")),
    answers.CarriedOut: (409, lambda _e: _("Somebody was faster: this answer was carried out already.")),
    batches.NothingGathered: (
        409,
        lambda _e: _("None of it waits any more: it is in another batch, or was answered. Look at the list again."),
    ),
    batches.OwnBatch: (403, lambda _e: _("You made this batch yourself. Another treasurer has to let it go.")),
    batches.BatchMoved: (
        409,
        lambda e: _(
            "This batch is “%(state)s”. This cannot be done with it now.", state=word(e.state, "bank_batch_state")
        ),
    ),
    batches.FileDiffers: (
        409,
        lambda _e: _(
            "An account in this batch was changed or erased since it was made, so its file would be another one. "
            "Before it has gone: cancel the batch and make a new one."
        ),
    ),
    StatementRefused: (422, _of_statement),
    reading.ReadBefore: (409, lambda _e: _("This very file was taken in before. Nothing was taken in twice.")),
    reading.DayNotOver: (422, lambda _e: _("A statement is of whole days: its last day has to be over.")),
    reading.DaysTurned: (422, lambda _e: _("The last day lies before the first one.")),
    explaining.DoesNotFit: (422, lambda _e: _("This does not fit: money came where it went, or went where it came.")),
    explaining.NoSuchDeposit: (
        422,
        lambda _e: _("No unknown deposit of this amount waits in this account, so none can have gone back."),
    ),
    explaining.ExplainedAlready: (409, lambda _e: _("Somebody was faster: this line is explained already.")),
    explaining.OwnExplanation: (403, lambda _e: _("You said this yourself. Another treasurer has to confirm it.")),
    explaining.Decided: (
        409,
        lambda e: _("Somebody was faster: this is “%(state)s”.", state=word(e.state, "explanation_state")),
    ),
}
"""Every error of bank files and statements that people may meet."""
