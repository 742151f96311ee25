"""What a desk reads of who made a claim: capacity, proof, hospital, and another account that waits for an answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.models import Claim, PayeeChange, Report
from app.services import claim_file, evidence, filing, payees
from app.services.claim_file import BankAccount

KINSHIP = "kinship_proof"
"""The line of a checklist that shows what somebody is to the person."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Who made a claim, as a desk sees it."""

    capacity: str | None
    report: Report | None
    """The confirmed report a relative's claim rests on."""
    proofs: int
    """Documents of the claim itself that show the kinship."""
    waits: bool
    """The person has died, and no relative goes on with the claim yet."""
    died_on: dt.date | None
    hospital: str
    """Empty when none was named, and for who does not read."""
    changes: tuple[tuple[PayeeChange, BankAccount | None], ...]
    """Other accounts that were named; None instead of the account for who does not read."""


def filed(claim: Claim, *, reads: bool) -> Filed:
    """Who made a claim; what is sealed only to who `reads`."""
    return Filed(
        capacity=claim.filer,
        report=claim.filer_report,
        proofs=sum(document.kind == KINSHIP for document in evidence.documents_of(claim)),
        waits=filing.waits_for_relative(claim),
        died_on=claim.membership.person.died_on,
        hospital=claim_file.hospital_of(claim) if reads else "",
        changes=tuple((one, payees.account_of(one) if reads else None) for one in payees.of_claim(claim)),
    )
