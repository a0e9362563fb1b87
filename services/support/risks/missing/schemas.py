"""The commands and the view of absences. Most fields are declared on their columns (`models`)."""

from datetime import date
from typing import Final

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.risks.missing import models
from shared.access.declarations import declare, not_null, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Flag, Instant
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
SAID_HIGH_RISK = declare(nullable(Flag()), _HEALTH, "Whether staff know more than the last assessment says.")
DANGER_YESTERDAY = declare(Flag(), _HEALTH, "Whether there was danger on the day before.")
DECISION = declare(Code(codes("absence_decision")), _HEALTH, "Missing, or left by choice.")
URGENCY = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "The urgency.")
ENDING = declare(
    Code(codes("absence_ending")),
    FieldClass.BASIC,
    "How the absence ended after the person was declared missing; omitted if they never were.",
)
ABOUT = declare(Code(codes("alert_about")), FieldClass.BASIC, "That it is about a danger, so agencies receive it.")
DECLARED_AT = declare(Instant(), FieldClass.BASIC, "When it was decided.")


class NoteAbsence(Timed):
    """Record that the person missed an expected contact."""

    reason: str = optional(models.Absence.reason, default="contact_missed")
    is_child: bool | None = optional(models.Absence.said_child, default=None)
    high_risk: bool | None = optional(SAID_HIGH_RISK, default=None)
    danger_yesterday: bool = optional(DANGER_YESTERDAY, default=False)
    agreed_to_police: bool = optional(models.Absence.agreed_to_police, default=False)
    missed_on: date | None = optional(models.Absence.missed_on, default=None)


class DecideAbsence(Command):
    """Decide whether the person is missing, after the agreed ways of contact were tried."""

    decision: str = required(DECISION)


class FindAbsent(Command):
    """Record that the person was found or came back, after asking them first whether they are safe."""

    safe: str = required(not_null(models.Absence.safe))
    outcome: str = required(not_null(models.Absence.outcome))
    found_on: date | None = optional(not_null(models.Absence.found_on), default=None)


class CorrectAbsence(CorrectTimed):
    """Correct an absence. Omitted values stay unchanged."""

    absence_reason: str | None = optional(models.Absence.reason, default=None)
    is_child: bool | None = optional(models.Absence.said_child, default=None)
    missed_on: date | None = optional(models.Absence.missed_on, default=None)
    safe: str | None = optional(not_null(models.Absence.safe), default=None)
    outcome: str | None = optional(not_null(models.Absence.outcome), default=None)


class Absence(View, of=models.Absence):
    """An absence in the support file."""
