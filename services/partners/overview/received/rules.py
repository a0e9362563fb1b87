"""The rules for showing the data that each agency received about a case. Pure."""

from collections.abc import Mapping
from typing import Final

from shared.access.permissions import FieldClass, Need

_ROLES: Final = ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker", "supervisor")
_TEAM: Final[Mapping[str, Need]] = dict.fromkeys(_ROLES, Need.TEAM)
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {"received.read": _TEAM}
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {FieldClass.BASIC: _TEAM}

OPEN, WAITING, ENDED = "open", "waiting", "ended"
#: The states that say whether an agency can receive more about a case.
STATES: Final = (OPEN, WAITING, ENDED)
TOLD, NOT_TOLD = "told", "not_told"
#: The states that say whether an agency was notified of a withdrawal.
WITHDRAWAL_STATES: Final = (TOLD, NOT_TOLD)
#: The event by which agencies are notified of a withdrawal.
WITHDRAWN: Final = "intake.consent.withdrawn"


def state_of(*, has_ground: bool, is_closed: bool, is_frozen: bool) -> str:
    """Return whether an agency can receive more: it needs a valid ground, no exclusion and no freeze."""
    if not has_ground or is_closed:
        return ENDED
    return WAITING if is_frozen else OPEN
