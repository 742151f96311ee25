"""Words of investigations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

INVESTIGATION_WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "investigation_state": {
        "open": _l("under way"),
        "filed": _l("report filed"),
        "declined": _l("given back"),
        "closed": _l("ended without a report"),
    },
    "investigation_cause": {
        "consent_withdrawn": _l("the claimant took back the consent"),
        "role_ended": _l("the investigator works here no longer"),
        "claim_withdrawn": _l("the claim was withdrawn"),
        "claim_decided": _l("the claim was decided before"),
        "called_off": _l("a caseworker ended it"),
    },
}
