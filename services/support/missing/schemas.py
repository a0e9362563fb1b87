"""Absences: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from typing import Final

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Count, Day, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
ABSENCE = declare(Reference(), FieldClass.BASIC, "The absence.")
REASON = declare(Code(codes("missing_reason")), _HEALTH, "Why, as far as anybody knows.")
MISSED_ON = declare(Day(), _HEALTH, "The day on which they could not be reached, today by default.")
IS_CHILD = declare(
    Flag(), FieldClass.BASIC, "Whether the person is treated as a child: by what intake knows, or by what was entered."
)
SAID_CHILD = declare(
    nullable(Flag()),
    FieldClass.BASIC,
    "Whether staff entered that the person is a child. It adds protection; it gives no power, and lifts nothing.",
)
KNOWN_AGE = declare(
    nullable(Code(codes("age"))),
    FieldClass.BASIC,
    "The age by which intake treated the person when this was noted; null: unknown.",
)
HIGH_RISK = declare(Flag(), _HEALTH, "Whether the risk is high, by the last assessment or as it was entered.")
SAID_HIGH_RISK = declare(nullable(Flag()), _HEALTH, "Whether staff know more than the last assessment says.")
DANGER_YESTERDAY = declare(Flag(), _HEALTH, "Whether there was danger on the day before.")
AGREED = declare(Flag(), _HEALTH, "Whether the person said beforehand that the police are to be told.")
DECISION = declare(Code(codes("absence_decision")), _HEALTH, "Missing, or left by choice.")
URGENCY = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "How soon somebody has to act.")
DECLARED_AT = declare(Instant(), FieldClass.BASIC, "When it was decided.")
OUTCOME = declare(Code(codes("missing_outcome")), _HEALTH, "How it ended; where they are is not recorded.")
SAFE = declare(Code(codes("said_safe")), _HEALTH, "Whether they say that they are safe: asked first.")
FOUND_ON = declare(Day(), _HEALTH, "The day on which they were found or came back, today by default.")


class NoteAbsence(Timed):
    """An expected contact was missed."""

    reason: str = optional(REASON, default="contact_missed")
    is_child: bool | None = optional(SAID_CHILD, default=None)
    high_risk: bool | None = optional(SAID_HIGH_RISK, default=None)
    danger_yesterday: bool = optional(DANGER_YESTERDAY, default=False)
    agreed_to_police: bool = optional(AGREED, default=False)
    missed_on: date | None = optional(MISSED_ON, default=None)


class DecideAbsence(Command):
    """What whoever is responsible decides, once the agreed ways were tried."""

    decision: str = required(DECISION)


class FindAbsent(Command):
    """The person was found, or came back; first they were asked whether they are safe."""

    safe: str = required(SAFE)
    outcome: str = required(OUTCOME)
    found_on: date | None = optional(FOUND_ON, default=None)


class CorrectAbsence(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    absence_reason: str | None = optional(REASON, default=None)
    is_child: bool | None = optional(SAID_CHILD, default=None)
    missed_on: date | None = optional(MISSED_ON, default=None)
    safe: str | None = optional(SAFE, default=None)
    outcome: str | None = optional(OUTCOME, default=None)


class Absence(RecordView):
    """An absence as the case shows it."""

    id = ABSENCE
    state = declare(Code(codes("absence_state")), _HEALTH, "How far it is.")
    reason = REASON
    missed_on = MISSED_ON
    is_child = IS_CHILD
    said_child = SAID_CHILD
    known_age = KNOWN_AGE
    high_risk = HIGH_RISK
    agreed_to_police = AGREED
    decided_by_lead = declare(nullable(Reference()), _HEALTH, "Who decided.", staff=True)
    decided_at = declare(nullable(Instant()), _HEALTH, "When.")
    police_proposed_by = declare(nullable(Reference()), _HEALTH, "Who would tell the police.", staff=True)
    police_told_by = declare(nullable(Reference()), _HEALTH, "Who told the police, or confirmed it.", staff=True)
    police_told_at = declare(nullable(Instant()), _HEALTH, "When.")
    reviews = declare(Count(), _HEALTH, "How often it was looked at again.")
    found_on = or_null(FOUND_ON)
    outcome = or_null(OUTCOME)
    safe = or_null(SAFE)
    talk_offered_on = declare(nullable(Day()), _HEALTH, "When somebody offered to talk.")
