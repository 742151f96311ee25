"""What the states, roles and kinds of the domain are called on a page: one word for one thing, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "role": {
        "visitor": _l("visitor"),
        "member": _l("member"),
        "claimant": _l("claimant"),
        "caseworker": _l("caseworker"),
        "treasurer": _l("treasurer"),
        "operator": _l("operator"),
        "auditor": _l("auditor"),
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
    "claim_move": {
        "submit": _l("submit"),
        "ask_evidence": _l("ask for more evidence"),
        "answer": _l("send the evidence asked for"),
        "begin_review": _l("begin the review"),
        "recommend": _l("recommend"),
        "send_back": _l("send back to the first reviewer"),
        "approve": _l("approve"),
        "refuse": _l("refuse"),
        "publish": _l("publish"),
        "admit_objection": _l("admit the objection"),
        "defer": _l("defer to the next period"),
        "settle": _l("settle"),
        "settle_with_nothing": _l("close without payment"),
        "pay": _l("pay"),
        "return": _l("book the money as sent back"),
        "appeal": _l("appeal"),
        "withdraw_appeal": _l("withdraw the appeal"),
        "withdraw": _l("withdraw"),
    },
    "period_move": {
        "lock": _l("lock"),
        "postpone": _l("postpone"),
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
    },
    "application_state": {
        "draft": _l("draft"),
        "to_be_checked": _l("being checked"),
        "invited": _l("waiting for the top-up"),
        "accepted": _l("accepted"),
        "refused": _l("refused"),
    },
    "period_state": {
        "planned": _l("planned"),
        "postponed": _l("postponed"),
        "locked": _l("published, open to objections"),
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
    "funding_kind": {"subsidy": _l("from the operator"), "donation": _l("donation")},
    "late_cause": {
        "earlier_period_open": _l("the period before it was not settled yet"),
        "nobody_shared": _l("nobody shared in the pool yet"),
        "clock_stood_still": _l("the system stood still"),
    },
    "deposit_kind": {
        "topup": _l("top-up"),
        "credit": _l("credit"),
        "refund": _l("refund"),
        "reversal": _l("reversal"),
        "moved_in": _l("brought along from the plan before"),
        "moved_out": _l("taken along to the next plan"),
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
        "payout": _l("payout notice"),
        "bulletin": _l("period bulletin"),
    },
    "publication_level": {
        "0": _l("plan, amount and date only"),
        "1": _l("disease group, age band and province"),
        "2": _l("with your story, for everybody"),
        "3": _l("with your story, for members of the plan"),
    },
    "language": {"zh": _l("Chinese"), "en": _l("English")},
}


def word(value: object, kind: str) -> LazyString:
    """The word for one value of one kind; KeyError when the domain knows a value that nobody gave a word."""
    return WORDS[kind][str(value)]
