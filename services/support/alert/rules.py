"""Safeguarding alerts: who is told at once, and who after how long, until a named person has acknowledged."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.support.case.rules import WORKERS, Access
from shared.access.permissions import Need, Relation
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement
from shared.reference import codes
from shared.reference.danger import CHECK_THIS, UNKNOWN

_ADDRESSED: Final = (*WORKERS, "outreach_worker", "legal_adviser", "data_protection_officer")
#: What goes on also while a case is restricted: a danger waits for no decision.
WHILE_RESTRICTED: Final = frozenset(("alert.raise", "alert.acknowledge", "alert.end", "alert.correct"))
ACCESS: Final[Access] = {
    "alert.raise": {**WORKERS, "supervisor": Need.SUPERVISION},
    "alert.end": {**WORKERS, "supervisor": Need.SUPERVISION},
    "alert.correct": {**WORKERS, "supervisor": Need.SUPERVISION},
    # Whom an alert reaches is decided below; it goes up to people who have no part in the case, and past its agency.
    "alert.read": dict.fromkeys(_ADDRESSED, Need.ANY),
    "alert.acknowledge": {
        **dict.fromkeys(_ADDRESSED, Need.TEAM),
        **dict.fromkeys(("supervisor", "data_protection_officer"), Need.ANY),
    },
}

#: Who is told, level by level: the team, its supervisors, all those of the agency that leads the case, those of the
#: agency that the operators name (where they name none, all there are), and data protection.
TOLD: Final = ("team", "supervisors", "agency_supervisors", "every_supervisor", "data_protection")
TEAM, SUPERVISORS, AGENCY, BEYOND, DATA_PROTECTION = range(len(TOLD))
NAMED_AGENCY: Final = "named_agency"
OFFICER: Final = "data_protection_officer"
#: Of a team, its leads are told, and whoever has one of these roles on it.
TOLD_ROLES: Final = ("support_worker", "counsellor")
#: urgency -> minutes after which each level above the first is told, if nobody has acknowledged by then.
LADDER: Final[Mapping[str, tuple[int, ...]]] = {
    "immediate": (5, 10, 15, 60),
    "today": (15, 30, 60, 240),
    "this_week": (60, 120, 240, 1440),
    # As if it were immediate, until somebody knows better.
    "unknown": (5, 10, 15, 60),
}
#: What the danger is, where an assessment found urgent need: not which, and never told by a person.
ASSESSED: Final = "urgent_need_assessed"


#: The kind of task: a record that raised an alert was corrected, and a person confirms whether the alert still applies.
CONFIRM: Final = "alert_confirm"


def known_danger(code: str) -> str:
    """Return the kind of danger; of a code that is not known here, the kind that asks a person to check."""
    return code if code in codes("danger_type") else CHECK_THIS


def known_urgency(code: str) -> str:
    """Return how soon somebody has to act; of a code that is not known here, as soon as of what nobody could judge."""
    return code if code in LADDER else UNKNOWN


def is_higher(urgency: str, than: str) -> bool:
    """Return whether an urgency lets an alert go up sooner than another does."""
    return LADDER[urgency] < LADDER[than]


def first_level(reached: Collection[int], at_least: int = TEAM) -> int:
    """Return the first level, `at_least` or higher, that reaches somebody; data protection is always there."""
    return next(level for level in range(at_least, len(TOLD)) if level in reached or level == DATA_PROTECTION)


def told(level: int, *, is_named: bool) -> str:
    """Return the code of who is told at a level; `is_named`: beyond its agency it goes to one named for that."""
    return NAMED_AGENCY if level == BEYOND and is_named else TOLD[level]


def escalations(urgency: str, raised_at: datetime, level: int) -> list[tuple[int, datetime]]:
    """Return each higher level, and the instant at which the alert goes up to it."""
    steps = enumerate(LADDER[urgency], start=SUPERVISORS)
    return [(target, raised_at + timedelta(minutes=minutes)) for target, minutes in steps if target > level]


def ring_interval(urgency: str) -> timedelta:
    """Return the time between two rings of an alert that nobody has acknowledged: the first step of the ladder."""
    return timedelta(minutes=LADDER[urgency][0])


def rises(level: int, to: int, *, answered: bool) -> bool:
    """Return whether an alert is escalated to a level: never once somebody answered, and to no level twice."""
    return not answered and to > level


def may_acknowledge(relation: Relation, *, is_addressed: bool) -> bool:
    """Return whether somebody may acknowledge: anyone with a part in the case, and those whom the alert addresses."""
    if relation in (Relation.TEAM, Relation.SUPERVISOR):
        return True
    return relation is not Relation.EXCLUDED and is_addressed


class AlertIsOver(StepForbidden):
    """An alert ends once."""

    title = "This alert is over"

    def __init__(self) -> None:
        """Set a message that says what to do if there is danger again."""
        super().__init__("alert.ends_once", "This alert is over. If there is danger, raise a new one.")


def check_open(*, over: bool) -> None:
    """Raise `AlertIsOver` for an alert that was ended or taken back."""
    if over:
        raise AlertIsOver


def check_danger_known(*, known: bool) -> None:
    """Raise `StepForbidden` for a caller who may not know which danger an alert of a joined case is about."""
    if not known:
        raise StepForbidden(
            "alert.danger_is_known",
            "This alert was raised in another case of the person, and your agency may not know its danger. Acknowledge "
            "it if you take care of the person. The team of that case ends or corrects it.",
        )


def raised(
    alert: UUID,
    urgency: str,
    level: int,
    told: str,
    raised_at: datetime,
    *,
    by_assessment: bool = False,
    revision: int = 1,
) -> Announcement:
    """Announce an alert; of what danger, is for those who see the case. Once put right, it is of a higher revision."""
    payload = {"alert": alert, "urgency": urgency, "level": level, "told": told, "by_assessment": by_assessment}
    return Announcement("alert.raised", {**payload, "raised_at": raised_at, "revision": revision})


def ring_due(ring: UUID, urgency: str, told: str) -> Announcement:
    """Announce that the on-call notifiers of an agency (the subject) must ring: no case, no alert, no danger.

    A ring that could not be delivered is given up when the next one is due (`minutes`).
    """
    minutes = ring_interval(urgency) // timedelta(minutes=1)
    return Announcement("ring.due", {"ring": ring, "urgency": urgency, "told": told, "minutes": minutes})


def escalated(alert: UUID, urgency: str, level: int, told: str) -> Announcement:
    """Announce that an alert was not acknowledged, and who is told now."""
    return Announcement("alert.escalated", {"alert": alert, "urgency": urgency, "level": level, "told": told})


def acknowledged(alert: UUID, level: int, by: UUID, at: datetime) -> Announcement:
    """Announce that a named person takes care of an alert."""
    return Announcement("alert.acknowledged", {"alert": alert, "level": level, "by": by, "acknowledged_at": at})


def returned(alert: UUID, urgency: str, level: int, told: str, to: UUID | None) -> Announcement:
    """Announce that an alert is open again, since whoever took care of it is gone; to whom it came back, if to one."""
    payload = {"alert": alert, "urgency": urgency, "level": level, "told": told}
    return Announcement("alert.returned", payload if to is None else {**payload, "to": to})


def ended(alert: UUID, reason: str, at: datetime) -> Announcement:
    """Announce that an alert is over, or counts no more."""
    return Announcement("alert.ended", {"alert": alert, "reason": reason, "ended_at": at})
