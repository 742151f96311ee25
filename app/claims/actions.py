"""What a claimant does. Every move goes through the table of moves, is written into the trail, and is told back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from app.claims import queries
from app.claims.forms import Event
from app.claims.way.queries import last_decision
from app.db import db
from app.domain import claim_questions, claim_states
from app.models import Account, Claim, Consent, Evidence, Membership
from app.services import (
    audit,
    bills,
    claim_file,
    claims,
    closings,
    evidence,
    filing,
    messages,
    notices,
    parts,
    pins,
    publication_consent,
    questions,
    removals,
)
from app.services.arrivals import beginning as arriving
from app.services.arrivals import ending as arrivals
from app.services.claim_file import BankAccount
from app.services.days import day_of


class ClaimIncomplete(Exception):
    """The claim cannot be handed in yet; `readiness` says which part is missing."""

    def __init__(self, readiness: claim_file.Readiness) -> None:
        super().__init__(str(readiness))
        self.readiness = readiness


class SameEvent(Exception):
    """There is a claim for this event already: `other` is its reference, `state` where it stands.

    `other` is empty when somebody else who may file for the person made it: then nothing more is said of it.
    """

    def __init__(self, other: str, state: str) -> None:
        super().__init__("there is a claim for the same event")
        self.other, self.state = other, state


def open_claim(membership: Membership, *, by: Account, at: dt.datetime) -> Claim:
    """Begin a draft on a membership; a draft begun before is gone on with.

    Raises `filing.NobodyMayFile`, and `filing.FiledByAnother` when the draft is somebody else's.
    """
    found = queries.draft_for(membership)
    if found is not None:
        if found.account_id != by.id:
            raise filing.FiledByAnother
        return found
    claim = Claim(
        account_id=by.id,
        membership_id=membership.id,
        member_terms_id=pins.terms_on(membership, day_of(at)).id,
        state="draft",
        province=membership.person.province,
        created_at=at,
    )
    filing.begin_as(claim, membership, by=by, on=day_of(at))
    db.session.add(claim)
    db.session.flush()
    _note("claim.opened", claim, by=by, at=at)
    return claim


def tell_event(claim: Claim, event: Event, *, by: Account, at: dt.datetime) -> None:
    """Write down what happened: the terms pinned on that day are those it is judged by.

    Raises `claims.ClaimMoved` once it was handed in, and `SameEvent`.
    """
    _refresh_draft(claim)
    claim.event_on, claim.disease_group = event.event_on, event.disease_group
    claim.benefit, claim.province = event.benefit, event.province
    claim.member_terms = pins.terms_on(claim.membership, event.event_on)
    claim_file.keep_story(claim, event.story)
    claim_file.keep_hospital(claim, event.hospital)
    _check_event_is_new(claim, on=day_of(at))
    _note("claim.event_told", claim, by=by, at=at)


def name_bank_account(claim: Claim, account: BankAccount, *, by: Account, at: dt.datetime) -> None:
    """Write down where the payout goes. Raises `claims.ClaimMoved` once it was handed in."""
    _refresh_draft(claim)
    claim_file.keep_bank_account(claim, account)
    _note("claim.bank_account_named", claim, by=by, at=at)


def say_who_files(claim: Claim, capacity: str, *, by: Account, at: dt.datetime) -> None:
    """Write down in which capacity the claim is made. Raises `filing.NotYourCapacity` and `claims.ClaimMoved`."""
    _refresh_draft(claim)
    filing.file_as(claim, capacity, by=by, on=day_of(at))
    _note("claim.filer_told", claim, by=by, at=at, detail=capacity)


def give_consents(  # noqa: PLR0913 -- each consent is a choice of its own
    claim: Claim, *, level: int, language: str, by: Account, at: dt.datetime, investigator: bool = False
) -> None:
    """Consent to the reading of the file, and to publication at a level; level 0 is no consent to publication.

    Passing the file to an investigator is agreed to separately, and nothing depends on it. What was consented to before
    is withdrawn and given anew only where it changes. Raises `claims.ClaimMoved`.
    """
    _refresh_draft(claim)
    given = claim_file.consents_of(claim)
    wanted = {"claim_file"} | ({"investigator"} if investigator else set())
    for kind in given.keys() - wanted - {publication_consent.KIND}:
        given[kind].withdrawn_at = at
    for kind in sorted(wanted - given.keys()):
        text = f"{kind.replace('_', '-')}-1-{language}"
        db.session.add(Consent(account_id=by.id, claim_id=claim.id, kind=kind, text_version=text, given_at=at))
    publication_consent.give(claim, level, language=language, by=by, at=at)
    _note("claim.consents_given", claim, by=by, at=at, detail=f"level {level}")


def submit(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Hand the claim in, pinned to the member terms in force.

    Raises `ClaimIncomplete`, `SameEvent`, what `filing.check_capacity` raises, or as `move`.

    The membership is held, so that of two drafts for one event handed in at once one is told of the other.
    """
    db.session.refresh(claim.membership, with_for_update={"of": Membership})
    db.session.refresh(claim, with_for_update={"of": Claim})
    arriving.check_none_under_way(claim)
    if claim.state == "draft":
        ready = claim_file.readiness(claim)
        if not ready.is_complete:
            raise ClaimIncomplete(ready)
        filing.check_capacity(claim, by=by, on=day_of(at))
        closings.check_may_claim(claim.membership.plan_id, on=day_of(at))
        _check_event_is_new(claim, on=day_of(at))
        publication_consent.remember_preview(claim, at=at)
    _move(claim, "submit", by=by, at=at)


def reply(claim: Claim, said: Mapping[int, str], *, by: Account, at: dt.datetime) -> None:
    """Keep what is said to items of the open question, until it is handed in. Raises `claims.ClaimMoved`."""
    if questions.reply(claim, said, at=at):
        _note("claim.item_answered", claim, by=by, at=at)


def answer(claim: Claim, words: str, *, by: Account, at: dt.datetime) -> None:
    """Hand in what was asked for, with words to all of it or without.

    Raises `StillOpen` for items neither answered nor explained, or as `claims.move`.
    """
    db.session.refresh(claim, with_for_update={"of": Claim})
    arriving.check_none_under_way(claim)
    question = questions.open_question(claim)
    claim_questions.check_answered(question.open_numbers if question else ())
    claim_file.add_to_story(claim, words, on=day_of(at))
    _move(claim, "answer", by=by, at=at)


def appeal(claim: Claim, words: str, *, by: Account, at: dt.datetime) -> None:
    """Ask people who had no hand in it to decide again. Raises `AppealTooLate`, or as `claims.move` does."""
    db.session.refresh(claim, with_for_update={"of": Claim})
    check_may_appeal(claim, on=day_of(at))
    arriving.check_none_under_way(claim)
    claim_file.add_to_story(claim, words, on=day_of(at))
    _move(claim, "appeal", by=by, at=at)


def check_may_appeal(claim: Claim, *, on: dt.date) -> None:
    """Raises `AppealTooLate` when the days to appeal against the last decision are over."""
    decision = last_decision(claim)
    if decision is not None and decision.appeal_until is not None:
        claim_states.check_appeal_in_time(on, decision.appeal_until)


def withdraw(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Take the claim back, or during an appeal only the appeal. Raises as `claims.move` does.

    Of a claim that was paid in part, the part that waits is taken back with its bills. A case that is public leaves
    its period, in the open; a refusal ended by a withdrawn appeal stays a refusal. The documents of a draft, which
    nobody else has seen, are taken back with it: their keys are destroyed.
    """
    if claim.state == "appealed":
        _move(claim, "withdraw_appeal", by=by, at=at)
        return
    case = removals.hold(claim)
    arrivals.drop_all(claim, at=at)
    name = claim_states.withdrawal(claim.state, has_settled_part=parts.has_settled_part(claim))
    if claim.state == "draft":
        for document in evidence.documents_of(claim):
            evidence.remove(document, claim=claim, by=by, at=at)
    _move(claim, name, by=by, at=at)
    if name == "withdraw":
        bills.withdraw_all(claim, by=by, at=at)
    elif case is not None:
        bills.take_back_part(case.award_id, by=by, at=at)
    if case is not None:
        removals.remove(case, "withdrawn", at=at)


def remove_document(claim: Claim, document: Evidence, *, by: Account, at: dt.datetime) -> None:
    """Take a document back. Raises `evidence.NotOpen` or `evidence.SeenByReviewers`."""
    db.session.refresh(claim, with_for_update=True)
    evidence.remove(document, claim=claim, by=by, at=at)


def _move(claim: Claim, name: str, *, by: Account, at: dt.datetime) -> None:
    """One move of the claimant, with its audit row and the message that it was made."""
    step = claims.move(claim, name, by=by.id, role="member", at=at)
    _note(f"claim.{name}", claim, by=by, at=at)
    kind, key = f"claim-{name.replace('_', '-')}", f"claim-step:{step.id}"
    messages.tell(by.id, kind, key=key, at=at, claim=claim.ref, **_promised(claim, name, at=at))


def _promised(claim: Claim, name: str, *, at: dt.datetime) -> dict[str, str]:
    """What the message of a claim that was handed in says: the days promised for it, and its letter of receipt."""
    if name != "submit":
        return {}
    promised = claim_file.promises(claim, on=day_of(at))
    notice = notices.issue("receipt", claim.id, account_id=claim.account_id, at=at)
    days = {"first_look_by": promised.first_look_by, "decision_by": promised.decision_by}
    return {**{part: day.isoformat() for part, day in days.items()}, "notice": notice.ref}


def _check_event_is_new(claim: Claim, *, on: dt.date) -> None:
    db.session.flush()
    other = queries.same_event(claim, on=on)
    if other is not None:
        raise SameEvent(other.ref if other.account_id == claim.account_id else "", other.state)


def _refresh_draft(claim: Claim) -> None:
    db.session.refresh(claim, with_for_update=True)
    if claim.state != "draft":
        raise claims.ClaimMoved(claim.state)


def _note(deed: str, claim: Claim, *, by: Account, at: dt.datetime, detail: str | None = None) -> None:
    audit.note(deed, "claim", claim.ref, by=by.id, role="member", at=at, detail=detail)
    db.session.flush()
