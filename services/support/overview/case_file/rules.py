"""The roles that read the support file of a case, and that hand out a copy."""

from typing import Final

from services.support.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {
    # A legal adviser only reads the status (see `case.rules.SEEN_BY`).
    "case.read": dict.fromkeys((*WORKERS, "legal_adviser"), Need.READING),
    # The member who hands out a copy sees all of it.
    "copy.give": {"counsellor": Need.TEAM},
}
