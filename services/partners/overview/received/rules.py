"""Who sees what each agency received about a case, and what is shown of that. Pure."""

from collections.abc import Mapping
from typing import Final

from shared.access.permissions import FieldClass, Need

_ROLES: Final = ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker", "supervisor")
_TEAM: Final[Mapping[str, Need]] = dict.fromkeys(_ROLES, Need.TEAM)
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {"received.read": _TEAM}
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {FieldClass.BASIC: _TEAM}

OPEN, WAITING, ENDED = "open", "waiting", "ended"
#: Whether an agency may receive more about a case.
STATES: Final = (OPEN, WAITING, ENDED)
TOLD, NOT_TOLD = "told", "not_told"
#: Whether an agency was notified of a withdrawal.
WITHDRAWAL_STATES: Final = (TOLD, NOT_TOLD)
#: The event by which agencies are notified of a withdrawal.
WITHDRAWN: Final = "intake.consent.withdrawn"


def state_of(*, has_ground: bool, is_closed: bool, is_frozen: bool) -> str:
    """Return whether an agency may receive more: by a valid ground, unless the person excludes it or all waits."""
    if not has_ground or is_closed:
        return ENDED
    return WAITING if is_frozen else OPEN
