"""Who opens a case, and what becomes of several that are opened at once."""

from typing import Final

from services.intake.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused

#: Who opens a contact, in the order of the part that they then have on its team, which they lead.
OPENERS: Final = ("caseworker", "outreach_worker", "legal_adviser")
#: After so long a call for several people is answered, whoever of them still waits (seconds).
LONGEST_CALL: Final = 8.0
ACCESS: Final[Access] = {
    "case.open": dict.fromkeys(OPENERS, Need.ANY),
}


def reference_in_use() -> FactRefused:
    """Return the refusal of a person whose reference its sender used for something else."""
    return FactRefused(
        "reference",
        "reference_in_use",
        "Within a day you sent this reference with something else, and a case was opened. If it is the same person, "
        "put that case right; for another person use another reference.",
    )
