"""What a claimant does. Every move goes through the table of moves, is written into the trail, and is told back."""

from __future__ import annotations

import datetime as dt

from app.claims import queries
from app.claims.forms import Event
from app.db import db
from app.domain import claim_states
from app.models import Account, Claim, Consent, Evidence, Membership
from app.services import audit, bills, claim_file, claims, closings, evidence, messages, parts, pins, removals
from app.services.claim_file import BankAccount
from app.services.days import day_of


class ClaimIncomplete(Exception):
    """The claim cannot be handed in yet; `readiness` says which part is missing."""

    def __init__(self, readiness: claim_file.Readiness) -> None:
        super().__init__(str(readiness))
        self.readiness = readiness


class SameEvent(Exception):
    """There is a claim for this event already: `other` is its reference, `state` where it stands."""

    def __init__(self, other: str, state: str) -> None:
        super().__init__(f"claim {other} is for the same event")
        self.other, self.state = other, state


def open_claim(membership: Membership, *, by: Account, at: dt.datetime) -> Claim:
    """Begin a draft on a membership; a draft begun before is gone on with."""
    found = queries.draft_for(membership)
    if found is not None:
        return found
    claim = Claim(
        account_id=by.id,
        membership_id=membership.id,
        member_terms_id=pins.terms_on(membership, day_of(at)).id,
        state="draft",
        province=membership.person.province,
        created_at=at,
    )
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
    _check_event_is_new(claim, on=day_of(at))
    _note("claim.event_told", claim, by=by, at=at)


def name_bank_account(claim: Claim, account: BankAccount, *, by: Account, at: dt.datetime) -> None:
    """Write down where the payout goes. Raises `claims.ClaimMoved` once it was handed in."""
    _refresh_draft(claim)
    claim_file.keep_bank_account(claim, account)
    _note("claim.bank_account_named", claim, by=by, at=at)


def give_consents(claim: Claim, *, level: int, language: str, by: Account, at: dt.datetime) -> None:
    """Consent to the reading of the file, and to publication at a level; level 0 is no consent to publication.

    What was consented to before is withdrawn and given anew only where it changes. Raises `claims.ClaimMoved`.
    """
    _refresh_draft(claim)
    given = claim_file.consents_of(claim)
    claim.publication_level = level
    wanted = {"claim_file", "publication"} if level else {"claim_file"}
    for kind in given.keys() - wanted:
        given[kind].withdrawn_at = at
    for kind in sorted(wanted - given.keys()):
        text = f"{kind.replace('_', '-')}-1-{language}"
        db.session.add(Consent(account_id=by.id, claim_id=claim.id, kind=kind, text_version=text, given_at=at))
    _note("claim.consents_given", claim, by=by, at=at, detail=f"level {level}")


def submit(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Hand the claim in, pinned to the member terms in force. Raises `ClaimIncomplete`, `SameEvent`, or as `move`.

    The membership is held, so that of two drafts for one event handed in at once one is told of the other.
    """
    db.session.refresh(claim.membership, with_for_update={"of": Membership})
    db.session.refresh(claim, with_for_update={"of": Claim})
    if claim.state == "draft":
        ready = claim_file.readiness(claim)
        if not ready.is_complete:
            raise ClaimIncomplete(ready)
        closings.check_may_claim(claim.membership.plan_id, on=day_of(at))
        _check_event_is_new(claim, on=day_of(at))
    _move(claim, "submit", by=by, at=at)


def answer(claim: Claim, words: str, *, by: Account, at: dt.datetime) -> None:
    """Give back a claim whose claimant was asked for more evidence, with words or without. Raises as `claims.move`."""
    claim_file.add_to_story(claim, words, on=day_of(at))
    _move(claim, "answer", by=by, at=at)


def appeal(claim: Claim, words: str, *, by: Account, at: dt.datetime) -> None:
    """Ask people who had no hand in it to decide again. Raises `AppealTooLate`, or as `claims.move` does."""
    check_may_appeal(claim, on=day_of(at))
    claim_file.add_to_story(claim, words, on=day_of(at))
    _move(claim, "appeal", by=by, at=at)


def check_may_appeal(claim: Claim, *, on: dt.date) -> None:
    """Raises `AppealTooLate` when the days to appeal against the last decision are over."""
    decision = queries.last_decision(claim)
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
    messages.tell(by.id, f"claim-{name.replace('_', '-')}", key=f"claim-step:{step.id}", at=at, claim=claim.ref)


def _check_event_is_new(claim: Claim, *, on: dt.date) -> None:
    db.session.flush()
    other = queries.same_event(claim, on=on)
    if other is not None:
        raise SameEvent(other.ref, other.state)


def _refresh_draft(claim: Claim) -> None:
    db.session.refresh(claim, with_for_update=True)
    if claim.state != "draft":
        raise claims.ClaimMoved(claim.state)


def _note(deed: str, claim: Claim, *, by: Account, at: dt.datetime, detail: str | None = None) -> None:
    audit.note(deed, "claim", claim.ref, by=by.id, role="member", at=at, detail=detail)
    db.session.flush()
