"""What the moves of claims, and the states and moves of bills, are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

CLAIM_WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "payee_state": {
        "asked": _l("waits for a caseworker"),
        "confirmed": _l("confirmed"),
        "refused": _l("not accepted"),
    },
    "filer": {
        "self": _l("the person helped"),
        "guardian": _l("guardian, or who pays for the membership"),
        "relative": _l("relative of somebody who has died or cannot act"),
    },
    "bill_state": {
        "submitted": _l("waits for a caseworker"),
        "judged": _l("waits for the second caseworker"),
        "accepted": _l("accepted, it counts"),
        "refused": _l("not accepted"),
        "withdrawn": _l("taken back"),
    },
    "bill_move": {
        "recommend_acceptance": _l("acceptance recommended"),
        "recommend_refusal": _l("refusal recommended"),
        "accept": _l("accepted, it counts"),
        "refuse": _l("not accepted"),
        "withdraw": _l("taken back"),
        "take_back_part": _l("taken back with its part"),
        "reopen": _l("to be judged anew after an objection"),
    },
    "claim_move": {
        "award_more": _l("ask for a further part"),
        "withdraw_part": _l("take the waiting part back"),
        "submit": _l("submit"),
        "ask_evidence": _l("ask the claimant"),
        "answer": _l("answer what was asked"),
        "drop_question": _l("withdraw the question"),
        "go_on": _l("go on without the answer"),
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
}
