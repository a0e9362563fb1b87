"""Safeguarding alerts: who is told at once, and who after how long, until a named person has acknowledged."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.support.case.rules import WORKERS, Access
from shared.access.permissions import Need, Relation
from shared.events.envelope import Announcement

_ADDRESSED: Final = (*WORKERS, "outreach_worker", "legal_adviser", "data_protection_officer")
#: What goes on also while a case is restricted: a danger waits for no decision.
WHILE_RESTRICTED: Final = frozenset(("alert.raise", "alert.acknowledge"))
ACCESS: Final[Access] = {
    "alert.raise": {**WORKERS, "supervisor": Need.SUPERVISION},
    # Whom an alert reaches is decided below; it goes up to people who have no part in the case.
    "alert.read": dict.fromkeys(_ADDRESSED, Need.ANY),
    "alert.acknowledge": {
        **dict.fromkeys(_ADDRESSED, Need.TEAM),
        **dict.fromkeys(("supervisor", "data_protection_officer"), Need.ANY),
    },
}

#: Who is told, level by level.
TOLD: Final = ("team", "supervisors", "every_supervisor", "data_protection")
TEAM, SUPERVISORS, EVERY_SUPERVISOR, DATA_PROTECTION = range(len(TOLD))
#: Of a team, its leads are told, and whoever has one of these roles on it.
TOLD_ROLES: Final = ("support_worker", "counsellor")
#: level -> the role of those who are told wherever they work.
EVERYWHERE: Final[Mapping[int, str]] = {EVERY_SUPERVISOR: "supervisor", DATA_PROTECTION: "data_protection_officer"}
#: urgency -> minutes after which each level above the first is told, if nobody has acknowledged by then.
LADDER: Final[Mapping[str, tuple[int, ...]]] = {
    "immediate": (5, 15, 60),
    "today": (15, 60, 240),
    "this_week": (60, 240, 1440),
}


def first_level(reached: Collection[int], at_least: int = TEAM) -> int:
    """Return the first level, `at_least` or higher, that reaches somebody; those addressed by role always do."""
    return next(level for level in range(at_least, len(TOLD)) if level in reached or level in EVERYWHERE)


def escalations(urgency: str, raised_at: datetime, level: int) -> list[tuple[int, datetime]]:
    """Return each higher level, and the instant at which the alert goes up to it."""
    steps = enumerate(LADDER[urgency], start=SUPERVISORS)
    return [(target, raised_at + timedelta(minutes=minutes)) for target, minutes in steps if target > level]


def rises(level: int, to: int, *, acknowledged: bool) -> bool:
    """Return whether an alert is escalated to a level: never once acknowledged, and to no level twice."""
    return not acknowledged and to > level


def may_acknowledge(level: int, relation: Relation, roles: Collection[str]) -> bool:
    """Return whether somebody may acknowledge: anyone with a part in the case, and those addressed by their role."""
    if relation in (Relation.TEAM, Relation.SUPERVISOR):
        return True
    return relation is not Relation.EXCLUDED and bool(roles_told(level) & set(roles))


def roles_told(level: int) -> set[str]:
    """Return the roles that are addressed wherever they work, once an alert has reached a level."""
    return {role for from_level, role in EVERYWHERE.items() if from_level <= level}


def raised(alert: UUID, urgency: str, level: int) -> Announcement:
    """Announce an alert; of what danger, is for those who see the case."""
    return Announcement("alert.raised", {"alert": alert, "urgency": urgency, "level": level, "told": TOLD[level]})


def escalated(alert: UUID, urgency: str, level: int) -> Announcement:
    """Announce that an alert was not acknowledged, and who is told now."""
    return Announcement("alert.escalated", {"alert": alert, "urgency": urgency, "level": level, "told": TOLD[level]})
