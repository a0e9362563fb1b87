"""Who reads a case's support, and who gives a copy of it."""

from typing import Final

from services.support.case.rules import WORKERS, Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {
    # A legal adviser reads the status alone (see `case.rules.SEEN_BY`).
    "case.read": dict.fromkeys((*WORKERS, "legal_adviser"), Need.READING),
    # Whoever gives a copy sees all of it.
    "copy.give": {"counsellor": Need.TEAM},
}
