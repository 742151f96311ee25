"""Words of the desk: how a claim came to somebody, why that ended, what is promised, and what a conflict is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

DESK: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "due_why": {
        "first_look": _l("first look"),
        "decision": _l("decision"),
        "appeal": _l("decision on the appeal"),
        "stopped": _l("the clock stands still: the claimant is asked"),
    },
    "assigned_how": {
        "own": _l("took it"),
        "taken_over": _l("took it over"),
        "handed_over": _l("was given it by a colleague"),
        "round_robin": _l("got it in turn"),
        "bulk": _l("was given it with others"),
    },
    "assignment_end": {
        "step_done": _l("the next step is for somebody else"),
        "decided": _l("decided or withdrawn"),
        "given_back": _l("given back"),
        "handed_over": _l("handed over"),
        "taken_over": _l("taken over by a colleague"),
        "role_ended": _l("no longer a caseworker"),
        "conflict": _l("a conflict was declared"),
    },
    "conflict_kind": {
        "relative": _l("a relative, or somebody I live with"),
        "acquaintance": _l("a friend, neighbour or colleague"),
        "same_hospital": _l("I work or worked at the same hospital"),
        "own_interest": _l("I gain or lose something by the decision"),
        "other": _l("something else"),
    },
    "assigned_outcome": {
        "moved": _l("It moved or somebody took it meanwhile."),
        "may_not": _l("This person may not look after it."),
        "not_at_the_desk": _l("It is at nobody's desk any more: decided or withdrawn."),
    },
}
