"""What may be typed at the desk, parsed to what was recommended, decided or asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from app.domain.claim_states import RefusalIncomplete
from app.domain.eligibility import NoSuchBenefit
from app.domain.money import NotMoney, parse_yuan
from app.domain.terms import Words
from app.models import Recommendation
from app.review import queries
from app.review.actions import DecisionValue, RecommendationValue, in_claimants_language
from app.services.decisions import (
    GivenOnce,
    Incomplete,
    LessThanWasPaid,
    MoreThanTheRulesGive,
    NoSuchClause,
    RuledOut,
    Verdict,
)
from app.web.fields import blame, chosen, long_text, options, several, stripped
from app.web.filters import amount, in_words, money
from app.web.would_change import would_change_it

POINTS: Final = ("identity", "event", "severity", "exclusions", "declaration")
"""What a person has to judge, in the order of the checklist."""
RECORD: Final = "record"
_LONGEST_CLAUSE: Final = 90
_RECORD_WORDS: Final = Words("互助申请与会员记录", "the claim and the record of the membership")


class MoveForm(FlaskForm):
    """One move. A fresh form takes nothing of what was sent, which belongs to another form of the page."""

    def __init__(self, *, fresh: bool = False) -> None:
        super().__init__(**({"formdata": None} if fresh else {}))


class SendBackForm(MoveForm):
    """Why the first reviewer should look again."""

    back_reason = long_text(_l("What should be looked at again"), DataRequired(_l("Say what should be looked at.")))


class _VerdictForm(MoveForm):
    """What recommendation and decision have in common: for or against, how much, by which clause, why."""

    verdict = RadioField(
        _l("Verdict"),
        choices=options(("approve", _l("pay")), ("refuse", _l("refuse"))),
        validate_choice=False,
    )
    benefit = SelectField(_l("Benefit by the table"), validate_choice=False)
    amount = StringField(_l("Amount in yuan"), filters=[stripped])
    clause = SelectField(_l("Clause of a refusal"), validate_choice=False)
    caused_by_accident = BooleanField(_l("An accident directly caused this illness, so it does not wait."))
    reason = long_text(_l("Reason (the claimant reads this)"))

    def __init__(
        self, bench: queries.Workbench, *, suggested: Recommendation | None = None, fresh: bool = False
    ) -> None:
        super().__init__(fresh=fresh)
        self.bench = bench
        amounts = [
            (one.benefit.key, f"{one.benefit.clause} {in_words(one.benefit.name)} {money(one.most_fen)}")
            for one in bench.amounts
        ]
        self.benefit.choices = options(*(amounts or [("", _("no amount at this age"))]))
        self.clause.choices = options(
            ("", _("Choose a clause")),
            *((one.number, f"{one.number} {in_words(one.text)}"[:_LONGEST_CLAUSE]) for one in bench.clauses),
        )
        if fresh:
            self._suggest(suggested)

    def _suggest(self, suggested: Recommendation | None) -> None:
        """Fill in amount and clause; never the verdict, which everybody finds alone."""
        if suggested is None:
            most = self.bench.amounts[0].most_fen if self.bench.amounts else 0
            self.amount.data = amount(most) if most else ""
            return
        self.amount.data = amount(suggested.amount_fen) if suggested.amount_fen else ""
        self.clause.data = suggested.clause if suggested.verdict == "refuse" else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what belongs to the verdict that was chosen."""
        sound = super().validate(extra_validators)
        if self.verdict.data == "approve":
            sound = self._validate_amount() and sound
        elif self.verdict.data != "refuse":
            blame(self.verdict, _("Choose one of the two."))
            sound = False
        else:
            if not chosen(self.clause):
                blame(self.clause, _("Choose the clause the refusal rests on."))
                sound = False
            if not self.reason.data:
                blame(self.reason, _("A refusal gives its reason."))
                sound = False
        return bool(sound)

    def _validate_amount(self) -> bool:
        try:
            if parse_yuan(str(self.amount.data)):
                return True
        except NotMoney:
            pass
        blame(self.amount, _("Enter an amount in yuan, for example 300,000.00."))
        return False

    def _verdict(self) -> tuple[Verdict, int, str, str | None]:
        """Verdict, amount in fen, clause, and the key of the benefit."""
        if self.verdict.data == "refuse":
            return "refuse", 0, str(self.clause.data), None
        wanted = chosen(self.benefit) or (self.bench.amounts[0].benefit.key if self.bench.amounts else None)
        clause = next((one.benefit.clause for one in self.bench.amounts if one.benefit.key == wanted), "")
        return "approve", parse_yuan(str(self.amount.data)), clause, wanted

    def object_to(self, refused: Exception) -> None:
        """Say what the rules object to at the field where it can be put right."""
        field, words = _objection(refused)
        blame(getattr(self, field, self.reason), words)


def _answers(label: Any) -> RadioField:
    answers = options(("fits", _l("fits")), ("fails", _l("does not fit")), ("open", _l("open")))
    return RadioField(label, choices=answers, default="open", validate_choice=False)


class RecommendForm(_VerdictForm):
    """What the first reviewer judged, and what follows from it."""

    judge_identity = _answers(_l("The papers are this member's"))
    judge_event = _answers(_l("The papers show what the plan helps with"))
    judge_severity = _answers(_l("The benefit asked for is the right one"))
    judge_exclusions = _answers(_l("None of the exclusions applies"))
    judge_declaration = _answers(_l("Nothing was left out of the health declaration"))
    note_identity = long_text(_l("Note to this point"))
    note_event = long_text(_l("Note to this point"))
    note_severity = long_text(_l("Note to this point"))
    note_exclusions = long_text(_l("Note to this point"))
    note_declaration = long_text(_l("Note to this point"))

    def points(self) -> dict[str, RadioField]:
        """The field of each point that the rules of this claim have."""
        asked = [point for point in POINTS if point != "declaration" or self.bench.terms.declaration]
        return {point: self[f"judge_{point}"] for point in asked}

    def notes(self) -> dict[str, TextAreaField]:
        """The note of each of these points."""
        return {point: self[f"note_{point}"] for point in self.points()}

    def validate(self, extra_validators: Any = None) -> bool:
        """To recommend paying, every point must fit; another benefit than the one asked for answers its own point."""
        sound = super().validate(extra_validators)
        if self.verdict.data != "approve":
            return sound
        for point, field in self.points().items():
            changed = point == "severity" and field.data == "fails" and chosen(self.benefit) != self.bench.claim.benefit
            if field.data != "fits" and not changed:
                blame(field, _("To recommend paying, this point must fit: “%(point)s”.", point=field.label.text))
                sound = False
        return sound

    def value(self) -> RecommendationValue:
        """The recommendation."""
        verdict, amount_fen, clause, benefit = self._verdict()
        return RecommendationValue(
            verdict=verdict,
            amount_fen=amount_fen,
            clause=clause,
            reason=str(self.reason.data),
            benefit=benefit,
            judged=tuple((point, chosen(field) or "open") for point, field in self.points().items()),
            notes=tuple((point, str(field.data)) for point, field in self.notes().items() if field.data),
            caused_by_accident=bool(self.caused_by_accident.data),
        )


class DecideForm(_VerdictForm):
    """What the second reviewer, or the one of an appeal, decides."""

    evidence = several(_l("Rests on"), _l("Choose what the decision rests on."))
    would_change = long_text(_l("What would change it (for a refusal)"))

    def __init__(self, bench: queries.Workbench, *, fresh: bool = False) -> None:
        self.names: Mapping[str, Words] = {
            **{line.wanted.key: line.wanted.name for line in bench.lines if line.documents},
            RECORD: _RECORD_WORDS,
        }
        is_appeal = bench.claim.state == "appealed"
        suggested = None if is_appeal or not bench.claim.recommendations else bench.claim.recommendations[-1]
        super().__init__(bench, suggested=suggested, fresh=fresh)
        self.evidence.choices = options(*((key, in_words(name)) for key, name in self.names.items()))

    def _suggest(self, suggested: Recommendation | None) -> None:
        super()._suggest(suggested)
        self.evidence.data = [key for key in self.names if key != RECORD]

    def validate(self, extra_validators: Any = None) -> bool:
        """A refusal says what would change it; left empty, the sentence of its clause is put there to be checked."""
        sound = super().validate(extra_validators)
        if self.verdict.data == "refuse" and not self.would_change.data:
            self.would_change.data = would_change_it(self.bench.claim, str(self.clause.data))
            self.would_change.raw_data = [self.would_change.data]
            said = _("Say what would lead to another decision. The sentence of the clause stands here now: check it.")
            blame(self.would_change, said)
            return False
        return sound

    def value(self) -> DecisionValue:
        """The decision; what it rests on is named in the claimant's language."""
        verdict, amount_fen, clause, benefit = self._verdict()
        rests_on = [self.names[key] for key in self.evidence.data or []]
        return DecisionValue(
            verdict=verdict,
            amount_fen=amount_fen,
            clause=clause,
            evidence=in_claimants_language(self.bench.claim, rests_on),
            reason=str(self.reason.data),
            would_change=str(self.would_change.data),
            benefit=benefit,
            caused_by_accident=bool(self.caused_by_accident.data),
        )


def typed(form: FlaskForm) -> list[str]:
    """The longer texts somebody typed, so that none is lost when the deed came too late."""
    return [field.data for field in form if isinstance(field, TextAreaField) and field.data]


def _objection(refused: Exception) -> tuple[str, str]:
    """The field where an objection of the rules belongs, and the sentence."""
    if isinstance(refused, (MoreThanTheRulesGive, LessThanWasPaid)):
        return _about_the_amount(refused)
    if isinstance(refused, RuledOut):
        clause = refused.findings[0].clause
        return "verdict", _("Clause %(clause)s rules this claim out: it can only be refused.", clause=clause)
    if isinstance(refused, NoSuchBenefit):
        return "verdict", _("The rules name no amount at this age: it can only be refused.")
    if isinstance(refused, NoSuchClause):
        return "clause", _("These rules have no clause %(number)s. Choose one of the list.", number=refused.number)
    if isinstance(refused, RefusalIncomplete) or "evidence" in getattr(refused, "missing", ()):
        return "evidence", _("Choose what the decision rests on.")
    if isinstance(refused, Incomplete):
        return "reason", _("This differs from the table or from the recommendation: give the reason.")
    raise refused


def _about_the_amount(refused: MoreThanTheRulesGive | LessThanWasPaid) -> tuple[str, str]:
    if isinstance(refused, LessThanWasPaid):
        least = money(refused.least_fen)
        return "amount", _("%(least)s were awarded for this claim already, so the total can't be less.", least=least)
    if isinstance(refused, GivenOnce):
        return "verdict", _given_once(refused)
    return "amount", _("The rules give at most %(most)s here.", most=money(refused.most_fen))


def _given_once(refused: GivenOnce) -> str:
    return _(
        "The full benefit was approved for this membership already, in claim %(ref)s, and it is given once. Refuse "
        "this claim, or choose another benefit.",
        ref=refused.other,
    )
