"""Rules for opening one case, or several in one call. Pure."""

from typing import Final

from services.intake.facts.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused

#: The roles that open a contact. The first of the caller's roles becomes their role on the team, which they lead.
OPENERS: Final = ("caseworker", "outreach_worker", "legal_adviser")
#: A call for several people is answered after this time (seconds), even if some people are still waiting.
LONGEST_CALL: Final = 8.0
ACCESS: Final[Access] = {
    "case.open": dict.fromkeys(OPENERS, Need.ANY),
}


def reference_in_use() -> FactRefused:
    """Return the refusal for a person whose reference the sender already used for another content."""
    return FactRefused(
        "reference",
        "reference_in_use",
        "Within a day you sent this reference with something else, and a case was opened. If it is the same person, "
        "put that case right; for another person use another reference.",
    )
