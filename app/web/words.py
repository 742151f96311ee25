"""What the states, roles and kinds of the domain are called on a page: one word for one thing, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.web.words_claims import CLAIM_WORDS
from app.web.words_desk import DESK
from app.web.words_investigations import INVESTIGATION_WORDS
from app.web.words_lists import LISTS
from app.web.words_payments import PAYMENTS
from app.web.words_rights import RIGHTS
from app.web.words_stories import STORIES
from app.web.words_work import WORK

WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    **CLAIM_WORDS,
    **INVESTIGATION_WORDS,
    **DESK,
    **PAYMENTS,
    **RIGHTS,
    **STORIES,
    **WORK,
    **LISTS,
    "role": {
        "visitor": _l("visitor"),
        "member": _l("member"),
        "claimant": _l("claimant"),
        "caseworker": _l("caseworker"),
        "treasurer": _l("treasurer"),
        "operator": _l("operator"),
        "auditor": _l("auditor"),
        "investigator": _l("investigator"),
        "system": _l("the system, by the calendar"),
    },
    "claim_state": {
        "draft": _l("draft"),
        "submitted": _l("submitted"),
        "evidence_asked": _l("more evidence asked for"),
        "in_review": _l("in review"),
        "recommended": _l("first review done"),
        "approved": _l("approved"),
        "refused": _l("refused"),
        "published": _l("published, open to objections"),
        "settled": _l("settled"),
        "paid": _l("paid"),
        "returned": _l("sent back by the bank"),
        "closed_unpaid": _l("closed without payment"),
        "appealed": _l("under appeal"),
        "refused_finally": _l("refused after appeal"),
        "withdrawn": _l("withdrawn"),
    },
    "period_move": {
        "lock": _l("lock"),
        "postpone": _l("postpone"),
        "check": _l("check"),
        "approve": _l("approve"),
        "void_approval": _l("void the approval"),
        "settle": _l("settle"),
        "complete_payments": _l("complete the payments"),
        "reopen": _l("open again"),
        "cancel": _l("cancel"),
    },
    "standing": {"good": _l("in good standing"), "grace": _l("in the days of grace"), "ended": _l("ended")},
    "band": {
        "comfortable": _l("comfortable"),
        "fair": _l("fair"),
        "remind": _l("getting low"),
        "below_floor": _l("below the floor"),
    },
    "verdict": {"approve": _l("approve"), "refuse": _l("refuse")},
    "membership_state": {
        "pending": _l("pending"),
        "sharing": _l("sharing"),
        "left": _l("left"),
        "lapsed": _l("lapsed"),
        "helped": _l("helped"),
        "rescinded": _l("rescinded"),
        "aged_out": _l("age limit reached"),
        "died": _l("ended by death"),
        "closed": _l("the plan has closed"),
    },
    "application_state": {
        "draft": _l("draft"),
        "to_be_checked": _l("being checked"),
        "invited": _l("invited, to be filled in"),
        "accepted": _l("accepted"),
        "refused": _l("refused"),
    },
    "period_state": {
        "planned": _l("planned"),
        "postponed": _l("postponed"),
        "locked": _l("published, open to objections"),
        "checked": _l("checked, waiting for a second treasurer"),
        "approved": _l("approved, waiting for the settle day"),
        "settled": _l("settled"),
        "paid": _l("paid"),
        "cancelled": _l("cancelled"),
    },
    "objection_state": {
        "open": _l("not answered yet"),
        "admitted": _l("admitted"),
        "dismissed": _l("dismissed"),
        "moot": _l("no longer needed: the case was withdrawn"),
    },
    "removal_cause": {"withdrawn": _l("withdrawn by the claimant"), "objection": _l("an objection was admitted")},
    "payment_state": {
        "asked": _l("waiting for the money"),
        "received": _l("received"),
        "failed": _l("failed"),
        "reversed": _l("reversed"),
    },
    "payout_state": {
        "due": _l("waiting for release"),
        "released": _l("on its way"),
        "paid": _l("paid"),
        "returned": _l("sent back by the bank"),
        "failed": _l("refused by the bank"),
    },
    "payout_return": {
        "account_unknown": _l("the bank knows no such account"),
        "account_closed": _l("the account is closed"),
        "name_differs": _l("the name does not belong to the account"),
        "other": _l("the bank gave no reason"),
    },
    "funding_state": {
        "recorded": _l("waiting for a second treasurer"),
        "confirmed": _l("confirmed"),
        "refused": _l("not confirmed"),
    },
    "fee_taking_state": {
        "proposed": _l("waiting for a second treasurer"),
        "taken": _l("gone"),
        "refused": _l("dropped"),
        "returned": _l("sent back by the bank"),
    },
    "closing_stage": {
        "proposed": _l("proposed"),
        "announced": _l("announced"),
        "last_period": _l("last period published"),
        "run_off": _l("run-off"),
        "remainder": _l("what is left is given on"),
        "closed": _l("closed"),
        "dropped": _l("dropped"),
        "taken_back": _l("taken back"),
    },
    "credit_cause": {
        "operator": _l("the operator's own error: the operator pays"),
        "rules": _l("another error: the reserve pays as far as it goes, the rest is shared by all"),
    },
    "credit_state": {
        "proposed": _l("waits for a second treasurer"),
        "confirmed": _l("confirmed and booked"),
        "refused": _l("not confirmed"),
    },
    "funding_kind": {
        "subsidy": _l("from the operator"),
        "donation": _l("donation"),
        "promised": _l("the operator hands over what it owes, not for the reserve"),
    },
    "bank_batch_state": {
        "made": _l("waiting for a second treasurer"),
        "released": _l("let go, the bank has it"),
        "cancelled": _l("cancelled"),
    },
    "bank_result": {
        "paid": _l("arrived"),
        "returned": _l("sent back by the bank"),
        "failed": _l("refused by the bank"),
    },
    "answer_verdict": {
        "book": _l("would be booked"),
        "booked": _l("booked already: nothing to do"),
        "unreadable": _l("reference, amount, result, bank reference or day is missing: ask the bank"),
        "ahead": _l("its day is not there yet: send the answer again then"),
        "unknown": _l("we know no such reference: ask the bank what it paid"),
        "other_batch": _l("belongs to another batch: send the answer there"),
        "amount": _l("the amount is another one: ask the bank what it paid"),
        "reference_used": _l("the bank's reference belongs to another transfer: ask the bank which is true"),
        "moved": _l("the transfer is not on its way: look at its own page"),
    },
    "custody_explanation": {
        "in_transit": _l("on its way between the bank and the books"),
        "before": _l("differed before the first statement"),
        "bank_charge": _l("a charge of the bank, borne by the operator"),
        "interest": _l("interest, set aside in the reserve"),
        "unknown_deposit": _l("money nobody was asked for, kept in suspense"),
        "deposit_returned": _l("an unknown deposit that went back"),
        "operator_pays": _l("the operator hands over what it owes"),
    },
    "explanation_state": {
        "proposed": _l("waiting for a second treasurer"),
        "confirmed": _l("confirmed"),
        "refused": _l("not confirmed"),
    },
    "sandbox_does": {
        "arrive": _l("arrives"),
        "fail": _l("is refused by the bank"),
        "arrive_twice": _l("arrives, and is told twice"),
        "come_back": _l("arrives, and comes back"),
        "by_file": _l("waits for a bank file, and so do all after it"),
    },
    "late_cause": {
        "earlier_period_open": _l("the period before it was not settled yet"),
        "nobody_shared": _l("nobody shared in the pool yet"),
        "calendar_changed": _l("by the new rules there is no period on this day"),
        "plan_closes": _l("the plan closes, and its last period was published before"),
        "clock_stood_still": _l("the system stood still"),
    },
    "rescission_state": {
        "decided": _l("decided"),
        "contested": _l("contested"),
        "upheld": _l("upheld"),
        "lifted": _l("lifted"),
    },
    "report": {"death": _l("a death"), "incapacity": _l("somebody cannot look after the account any more")},
    "report_state": {
        "reported": _l("being compared"),
        "confirmed": _l("proof confirmed"),
        "dismissed": _l("proof not confirmed"),
    },
    "relative": {
        "spouse": _l("husband or wife"),
        "child": _l("son or daughter"),
        "parent": _l("father or mother"),
        "sibling": _l("brother or sister"),
        "guardian": _l("guardian"),
    },
    "deposit_kind": {
        "topup": _l("top-up"),
        "credit": _l("credit"),
        "refund": _l("refund"),
        "reversal": _l("reversal"),
        "moved_in": _l("brought along from the plan before"),
        "moved_out": _l("taken along to the next plan"),
    },
    "deposit_kind_of_year": {
        "topup": _l("Paid in"),
        "credit": _l("Credited"),
        "refund": _l("Paid back"),
        "reversal": _l("Taken back by the bank"),
        "moved_in": _l("Brought along from the plan before"),
        "moved_out": _l("Taken along to the next plan"),
    },
    "consent": {
        "joining": _l("joining"),
        "declaration": _l("health declaration"),
        "claim_file": _l("processing of the claim file"),
        "investigator": _l("passing to an investigator"),
        "publication": _l("publication"),
    },
    "relation": {
        "self": _l("myself"),
        "child": _l("child"),
        "spouse": _l("spouse"),
        "parent": _l("parent"),
        "member": _l("member of a group"),
    },
    "document_type": {"resident": _l("resident identity card"), "passport": _l("passport")},
    "notice": {
        "certificate": _l("membership certificate"),
        "decision": _l("decision notice"),
        "receipt": _l("receipt of a claim"),
        "question": _l("question about a claim"),
        "payout": _l("payout notice"),
        "bulletin": _l("period bulletin"),
    },
    "publication_level": {
        "0": _l("plan, amount and date only"),
        "1": _l("disease group, age band and province"),
        "2": _l("with a story, for everybody"),
        "3": _l("with a story, for members of the plan"),
    },
    "language": {"zh": _l("Chinese"), "en": _l("English")},
}


def word(value: object, kind: str) -> LazyString:
    """The word for one value of one kind; KeyError when the domain knows a value that nobody gave a word."""
    return WORDS[kind][str(value)]
