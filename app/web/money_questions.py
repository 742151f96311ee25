"""The questions about the money in plain words, for everybody; their names are those of app/services/selfcheck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

GROUPS: Final[tuple[tuple[LazyString, Mapping[str, LazyString]], ...]] = (
    (
        _l("The members' money"),
        {
            "thresholds-minus-index-is-the-ledger": _l(
                "Do all members' balances together make what the ledger holds for them?"
            ),
            "pending-deposits-are-the-ledger": _l(
                "Do the payments of those who wait to share make what the ledger holds for them?"
            ),
            "counters-are-the-rows": _l("Does counting every member one by one give the number the pool says?"),
            "deposits-are-what-was-paid": _l("Is what each member has paid the sum of the single payments?"),
            "deposits-are-booked": _l("Was each payment of a member booked with the same amount?"),
            "unclaimed-is-what-ended-left": _l(
                "Is what memberships left behind when they ended still held for those people?"
            ),
        },
    ),
    (
        _l("Settlements"),
        {
            "settlements-recomputed": _l("Does every settlement come to the same when it is computed again?"),
            "settlements-are-booked": _l("Was every settlement booked exactly as it says?"),
            "settlements-have-no-gap": _l("Are the settlements numbered without a gap?"),
            "index-is-carried": _l("Does each settlement begin with the charge at which the one before ended?"),
            "surplus-is-carried": _l("Was the surplus of each settlement carried into the next, with every credit?"),
            "surplus-is-the-ledger": _l("Is the surplus that belongs to the members in the ledger?"),
            "credits-are-booked": _l("Was every credit for a wrong settlement booked exactly as it says?"),
            "credits-reach-everybody": _l(
                "Does every credit reach exactly those who were charged too much, each of them once?"
            ),
            "fee-is-what-settlements-say": _l("Is the fee booked for the operator the one the settlements name?"),
            "fee-is-taken-by-two": _l("Did two treasurers agree to every fee that left, and does everybody read it?"),
            "reserve-is-not-overdrawn": _l("Has no reserve given more than it held?"),
        },
    ),
    (
        _l("Who was charged"),
        {
            "locked-is-charged": _l("Were exactly those charged who were locked?"),
            "counted-is-locked": _l(
                "Does the tree of each lock have a leaf for everybody who was charged, and the root that is published?"
            ),
            "one-lock-a-pool": _l("Is no pool locked twice at once?"),
            "figures-are-recomputed": _l(
                "Do counting the members and adding up the ledger again give the figures that everybody reads?"
            ),
            "nobody-locked-past-their-time": _l("Was nobody locked whose membership should have ended before?"),
        },
    ),
    (
        _l("Money on its way"),
        {
            "claims-add-up": _l("At each lock, is every claim told as approved, refused, withdrawn or open?"),
            "awards-are-disclosed": _l("Was every case that asks for money published?"),
            "parts-stay-within-what-was-approved": _l(
                "Do all parts of a claim stay within what was approved, what bills show, and a lifetime's limit?"
            ),
            "awards-are-paid": _l("Is each case paid exactly what was settled for it?"),
            "payouts-have-awards": _l("Is there a case behind every payout?"),
            "paid-is-booked": _l("Was everything that was paid out booked with the same amount?"),
            "claims-payable-is-what-is-due": _l("Is everything still owed to cases in the ledger?"),
            "payments-have-their-word": _l(
                "Was every payment by hand seen by two treasurers, and every other one told by the payment service?"
            ),
            "news-do-not-wait-for-ever": _l("Does no news of the payment service wait too long for earlier news?"),
            "payments-are-booked": _l("Was every payment that came in booked once, with its amount?"),
            "suspense-is-its-payments": _l("Is the money kept apart exactly the payments whose place is not known?"),
            "custody-covers-what-is-owed": _l("Is everything that is owed to members in custody?"),
        },
    ),
    (
        _l("The desk"),
        {
            "claims-wait-with-their-promised-day": _l("Does every claim wait with the day that was promised for it?"),
            "claims-are-with-somebody-who-works-here": _l("Is nobody looking after a claim who works here no more?"),
        },
    ),
    (
        _l("What banks say"),
        {
            "bank-files-are-their-transfers": _l("Does every bank file hold exactly the transfers it was made of?"),
            "statements-add-up": _l("Does every statement of a bank add up, and follow the one before without a gap?"),
            "statement-lines-are-matched-once": _l("Is each line of a bank the booking we found for it, and one only?"),
            "bank-lines-are-booked-once": _l("Does one booking, and one only, stand for each line of a bank?"),
            "differences-are-explained": _l("Is every difference between a bank and our books explained within days?"),
        },
    ),
    (
        _l("Plans that close"),
        {
            "closed-plans-hold-nothing": _l(
                "Does a closed plan hold nothing but what is owed to members and the fee not yet taken?"
            ),
            "closings-give-operators-nothing": _l("Did nothing of what was left of a plan go to the operator?"),
        },
    ),
    (
        _l("The books themselves"),
        {
            "balances-are-the-postings": _l("Is the balance of every account the sum of all its entries?"),
            "entries-have-postings": _l("Does every entry of the journal move something?"),
            "rows-have-their-facts": _l("Was everything stated in public that has to be?"),
            "facts-have-their-rows": _l("Is everything that was stated in public true in the books?"),
            "facts-have-their-number": _l("Has everything that was stated in public its number in the public log?"),
            "log-is-what-was-signed": _l("Is the public log still what was signed, from the facts up to its root?"),
        },
    ),
)
"""The questions in the groups in which people read them: name → words."""

_WORDS: Final = {name: words for _title, group in GROUPS for name, words in group.items()}


def question_words(name: str) -> LazyString:
    """One question in plain words. KeyError for a question that has none."""
    return _WORDS[name]


def names() -> frozenset[str]:
    """The names of all questions that have words."""
    return frozenset(_WORDS)
