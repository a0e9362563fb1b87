"""Safeguarding alerts: the people notified at each level, until a named person acknowledges the alert."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.support.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need, Relation
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import codes
from shared.reference.danger import CHECK_THIS, UNKNOWN

#: The subject of an alert: only alerts about a danger reach agencies.
IN_DANGER, UNDECIDED_ABSENCE, KEPT_INSIDE = "danger", "undecided_absence", "kept_inside"
#: The kinds of danger that can come from an agency with a consent for protection, such as the provider of the shelter.
#: A caseworker calls the agency that can help.
_OF_AN_AGENCY: Final = frozenset(("unsafe_place",))
_ADDRESSED: Final = (*WORKERS, "outreach_worker", "legal_adviser", "data_protection_officer")
#: The actions that are allowed in a restricted case, because a danger can't wait for a decision.
WHILE_RESTRICTED: Final = frozenset(("alert.raise", "alert.acknowledge", "alert.end", "alert.correct", "alert.call"))
ACCESS: Final[Access] = {
    "alert.raise": {**WORKERS, "supervisor": Need.SUPERVISION},
    "alert.end": {**WORKERS, "supervisor": Need.SUPERVISION},
    "alert.correct": {**WORKERS, "supervisor": Need.SUPERVISION},
    "alert.call": {**WORKERS, "supervisor": Need.SUPERVISION},
    # The code below decides whom an alert reaches. It can reach people without a part in the case, and other agencies.
    "alert.read": dict.fromkeys(_ADDRESSED, Need.ANY),
    "alert.acknowledge": {
        **dict.fromkeys(_ADDRESSED, Need.TEAM),
        **dict.fromkeys(("supervisor", "data_protection_officer"), Need.ANY),
    },
}

#: The recipients of each level: the team, its supervisors, all supervisors of the agency that leads the case, those of
#: the agency that the operators name (all supervisors if they name none), and data protection.
TOLD: Final = ("team", "supervisors", "agency_supervisors", "every_supervisor", "data_protection")
TEAM, SUPERVISORS, AGENCY, BEYOND, DATA_PROTECTION = range(len(TOLD))
NAMED_AGENCY: Final = "named_agency"
OFFICER: Final = "data_protection_officer"
#: Within a team, its leads and the members with these roles are notified.
TOLD_ROLES: Final = ("support_worker", "counsellor")
#: The minutes after which each level above the first is notified while the alert is unacknowledged, by urgency.
LADDER: Final[Mapping[str, tuple[int, ...]]] = {
    "immediate": (5, 10, 15, 60),
    "today": (15, 30, 60, 240),
    "this_week": (60, 120, 240, 1440),
    # The same as immediate, until a person knows more.
    "unknown": (5, 10, 15, 60),
}
#: The kind of danger if an assessment found urgent need. It does not say which need; a person never enters it.
ASSESSED: Final = "urgent_need_assessed"


#: A kind of task: a record that raised an alert was corrected. A person confirms whether the alert still applies.
CONFIRM: Final = "alert_confirm"


def known_danger(code: str) -> str:
    """Return the kind of danger; for an unknown code, the kind that asks a person to check."""
    return code if code in codes("danger_type") else CHECK_THIS


def known_urgency(code: str) -> str:
    """Return the urgency; for an unknown code, `unknown`, which escalates like `immediate`."""
    return code if code in LADDER else UNKNOWN


def is_higher(urgency: str, than: str) -> bool:
    """Return whether an alert of this urgency is escalated sooner than one of another urgency."""
    return LADDER[urgency] < LADDER[than]


def first_level(reached: Collection[int], at_least: int = TEAM) -> int:
    """Return the first level, `at_least` or higher, that reaches a person. Data protection always does."""
    return next(level for level in range(at_least, len(TOLD)) if level in reached or level == DATA_PROTECTION)


def told(level: int, *, is_named: bool) -> str:
    """Return the code of the people notified at a level. `is_named`: the operators name the other agency."""
    return NAMED_AGENCY if level == BEYOND and is_named else TOLD[level]


def escalations(urgency: str, raised_at: datetime, level: int) -> list[tuple[int, datetime]]:
    """Return each higher level with the time of the escalation to it."""
    steps = enumerate(LADDER[urgency], start=SUPERVISORS)
    return [(target, raised_at + timedelta(minutes=minutes)) for target, minutes in steps if target > level]


def ring_interval(urgency: str) -> timedelta:
    """Return the time between two rings of an unacknowledged alert: the first step of the ladder."""
    return timedelta(minutes=LADDER[urgency][0])


def rises(level: int, to: int, *, answered: bool) -> bool:
    """Return whether an alert is escalated to a level: not if it was answered, and not to the same level again."""
    return not answered and to > level


def may_acknowledge(relation: Relation, *, is_addressed: bool) -> bool:
    """Return whether a user may acknowledge: those with a part in the case, and those whom the alert addresses."""
    if relation in (Relation.TEAM, Relation.SUPERVISOR):
        return True
    return relation is not Relation.EXCLUDED and is_addressed


class AlertIsOver(StepForbidden):
    """An alert was changed after its end."""

    title = "This alert is over"

    def __init__(self) -> None:
        """Set a message that explains what to do if there is danger again."""
        super().__init__("alert.ends_once", "This alert is over. If there is danger, raise a new one.")


def check_open(*, over: bool) -> None:
    """Raise `AlertIsOver` for an alert that was ended or withdrawn."""
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
    danger: str,
    revision: int = 1,
    stays_inside: bool = False,
) -> Announcement:
    """Return the event of an alert. After a correction, its revision is higher."""
    payload = {"alert": alert, "urgency": urgency, "level": level, "told": told, "by_assessment": danger == ASSESSED}
    named = {"about": about(danger, stays_inside=stays_inside), "danger_type": danger}
    return Announcement("alert.raised", {**payload, **named, "raised_at": raised_at, "revision": revision})


def ring_due(ring: UUID, urgency: str, told: str) -> Announcement:
    """Return the event that the on-call notifiers of an agency (the subject) must ring: no case, no alert, no danger.

    A ring that could not be delivered expires when the next one is due (`minutes`).
    """
    minutes = ring_interval(urgency) // timedelta(minutes=1)
    return Announcement("ring.due", {"ring": ring, "urgency": urgency, "told": told, "minutes": minutes})


def escalated(alert: UUID, urgency: str, level: int, told: str) -> Announcement:
    """Return the event that an alert was not acknowledged, with the recipients of its new level."""
    return Announcement("alert.escalated", {"alert": alert, "urgency": urgency, "level": level, "told": told})


def acknowledged(alert: UUID, level: int, by: UUID, at: datetime) -> Announcement:
    """Return the event that a named person takes care of an alert."""
    return Announcement("alert.acknowledged", {"alert": alert, "level": level, "by": by, "acknowledged_at": at})


def returned(alert: UUID, urgency: str, level: int, told: str, to: UUID | None) -> Announcement:
    """Return the event that an alert is open again, because its carer left. `to`: the new carer, if there is one."""
    payload = {"alert": alert, "urgency": urgency, "level": level, "told": told}
    return Announcement("alert.returned", payload if to is None else {**payload, "to": to})


def ended(alert: UUID, reason: str, at: datetime, *, about: str) -> Announcement:
    """Return the event that an alert was ended or withdrawn. `about`: its subject, as a code."""
    return Announcement("alert.ended", {"alert": alert, "about": about, "reason": reason, "ended_at": at})


# control: H-DANGER-12 unsafe-place-stays-inside
def about(danger: str, *, stays_inside: bool) -> str:
    """Return the code of the subject of an alert. `stays_inside`: it is an absence before the decision."""
    if stays_inside:
        return UNDECIDED_ABSENCE
    return KEPT_INSIDE if danger in _OF_AN_AGENCY else IN_DANGER


def check_called(*, is_registered: bool) -> None:
    """Raise `FactRefused` for a call to an agency that is not in the register."""
    if not is_registered:
        raise FactRefused(
            "agency",
            "agency_is_registered",
            "The register of agencies does not have this id. Leave out the agency to record the call, or check the id.",
        )
