"""Fields, commands and replies of support. Unknown fields are refused, and so is a value in another type's spelling."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shared.access.declarations import ID, VERSION, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE = 20_000


class Score(fields.Integer):
    """A whole number within bounds; JSON's true is none, though Python would count with it."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        """Set the bounds, both included."""
        message = f"must be a whole number from {lowest} to {highest}"
        super().__init__(strict=True, validate=validate.Range(lowest, highest, error=message), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        score: int = super()._deserialize(value, attr, data, **options)
        return score


class DeliverService(Schema):
    """A service that was given."""

    service_type = Code(codes("service_type"), required=True)
    urgent = Flag(required=True)
    delivered_on = Day()


class DomainScores(Schema):
    """One domain: need and risk from 0 to 4, the person's own priority from 1 to 5."""

    need = Score(0, 4, required=True)
    risk = Score(0, 4, required=True)
    priority = Score(1, 5)


class CompleteAssessment(Schema):
    """An assessment made with the person."""

    type = Code(codes("assessment_type"), required=True)
    domains = fields.Dict(
        keys=Code(codes("need_domain")),
        values=fields.Nested(DomainScores),
        required=True,
        validate=validate.Length(min=1, error="needs at least one domain"),
    )
    assessed_on = Day()


GOAL_TYPES = declare(Codes(codes("plan_type")), FieldClass.ACCOUNT, "What the plan works towards.")
REVIEW_ON = declare(
    nullable(Day()), FieldClass.ACCOUNT, "The day on which it is looked at again.", example="2026-06-02"
)
PERSON_HAS_COPY = declare(Flag(), FieldClass.ACCOUNT, "Whether the person has the plan in hand.")
AGREED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was agreed, today by default.")


class AgreePlan(Command):
    """A plan agreed with the person."""

    goal_types: list[str] = required(GOAL_TYPES)
    review_on: date | None = optional(REVIEW_ON, default=None)
    person_has_copy: bool = required(PERSON_HAS_COPY)
    agreed_on: date | None = optional(AGREED_ON, default=None)

    def __post_init__(self) -> None:
        """Refuse a plan that works towards nothing. Raises `ValidationError`."""
        if not self.goal_types:
            raise ValidationError({"goal_types": ["needs at least one goal"]})


class Plan(View):
    """A plan as the case shows it."""

    id = declare(Reference(), FieldClass.ACCOUNT, "The plan's id.")
    goal_types = GOAL_TYPES
    review_on = REVIEW_ON
    person_has_copy = PERSON_HAS_COPY
    agreed_on = AGREED_ON


class StartCounselling(Schema):
    """A course of counselling that begins."""

    modality = Code(codes("counselling_modality"), required=True)
    started_on = Day()


class EndCounselling(Schema):
    """The end of a course."""

    reason = Code(codes("counselling_end_reason"), required=True)
    ended_on = Day()


class WriteNote(Schema):
    """A note of counselling or support; with `corrects`, it takes the place of an earlier one."""

    kind = Code(codes("support_note_kind"), required=True)
    text = Words(LONGEST_NOTE, required=True)
    corrects = fields.UUID(load_default=None, allow_none=True)


class RaiseAlert(Schema):
    """Somebody is in danger."""

    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)


class UrgentNeed(View):
    """A need that can't wait."""

    service_type = declare(Code(), FieldClass.HEALTH, "The service that meets it, as intake noted it.")
    noted_on = declare(Day(), FieldClass.HEALTH, "The day from which it is known here.")
    met_on = declare(nullable(Day()), FieldClass.HEALTH, "The day on which a service met it.")


class Delivery(View):
    """A service that was given."""

    id = declare(Reference(), FieldClass.HEALTH, "The delivery's id.")
    service_type = declare(Code(codes("service_type")), FieldClass.HEALTH, "What was given.")
    urgent = declare(Flag(), FieldClass.HEALTH, "Whether it could not wait.")
    delivered_on = declare(Day(), FieldClass.HEALTH, "The day on which it was given.")


class Assessment(View):
    """An assessment; its scores are for those who assess and counsel."""

    id = declare(Reference(), FieldClass.HEALTH, "The assessment's id.")
    type = declare(Code(codes("assessment_type")), FieldClass.HEALTH, "What kind of assessment it was.")
    overall_risk = declare(Code(codes("risk_level")), FieldClass.HEALTH, "The risk as it was found.")
    high_domains = declare(Codes(codes("need_domain")), FieldClass.HEALTH, "The domains with a score of 3 or more.")
    assessed_on = declare(Day(), FieldClass.HEALTH, "The day of the assessment.")
    reassess_on = declare(Day(), FieldClass.HEALTH, "The day by which it is made again.")
    domains = declare(
        nullable(fields.Dict(keys=Code(codes("need_domain")), values=fields.Nested(DomainScores))),
        FieldClass.PRIVILEGED,
        "The scores; null where they were dropped before there were seals.",
        example={"health": {"need": 2, "risk": 1}},
    )


class Course(View):
    """A course of counselling."""

    id = declare(Reference(), FieldClass.HEALTH, "The course's id.")
    modality = declare(Code(codes("counselling_modality")), FieldClass.HEALTH, "How it is given.")
    started_on = declare(Day(), FieldClass.HEALTH, "Its first day.")
    ended_on = declare(nullable(Day()), FieldClass.HEALTH, "Its last day, once it has ended.")
    end_reason = declare(nullable(Code(codes("counselling_end_reason"))), FieldClass.HEALTH, "Why it ended.")


class ChangedCourse(View):
    """A course whose end was recorded."""

    id = ID
    version = VERSION


class RaisedAlert(View):
    """A safeguarding alert, as it was raised and escalated."""

    id = ID
    danger_type = declare(Code(codes("danger_type")), FieldClass.HEALTH, "What the danger is.")
    urgency = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "How soon somebody has to act.")
    level = declare(Count(), FieldClass.BASIC, "How far it was escalated.", example=1)
    raised_at = declare(Instant(), FieldClass.BASIC, "When it was raised.")


class OpenAlert(RaisedAlert):
    """An alert that nobody has acknowledged, for those whom it is addressed to."""

    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")


class AlertList(View):
    """Open alerts, oldest first."""

    alerts = parts(OpenAlert)


class Alert(RaisedAlert):
    """An alert, and who takes care of it."""

    acknowledged_by = declare(nullable(Reference()), FieldClass.BASIC, "Who takes care of it.", staff=True)
    acknowledged_at = declare(nullable(Instant()), FieldClass.BASIC, "When they said so.")


class RecoveryPeriod(View):
    """A recovery period that intake keeps the clock of."""

    clock = declare(Reference(), FieldClass.BASIC, "The clock's id at intake.")
    code = declare(Code(), FieldClass.BASIC, "Which period of the law it is.", example="NL.REFLECTION")
    due_on = declare(nullable(Day()), FieldClass.BASIC, "Its last day, where the length is known.")
    state = declare(Code(("running", "reached", "stopped")), FieldClass.BASIC, "How far it is.")


class Recovery(View):
    """The recovery periods, which end no support."""

    periods = parts(RecoveryPeriod)
    support_continues = declare(Flag(), FieldClass.BASIC, "True: support ends with no period.")


class SupportCase(CaseView):
    """A case's support."""

    id = ID
    jurisdiction = declare(
        nullable(Code()), FieldClass.BASIC, "Null until the case's opening has arrived.", example="NL"
    )
    status = declare(Code(("open", "closed")), FieldClass.BASIC, "As intake has it; help does not end with it.")
    recovery = part(Recovery, Copied("recovery"))
    version = VERSION
    urgent_needs = parts(UrgentNeed, Copied("urgent_need"))
    services = parts(Delivery, Copied("service"))
    assessments = parts(Assessment, Copied("assessment"))
    plans = parts(Plan, Copied("plan"))
    counselling = parts(Course, Copied("counselling"))
    alerts = parts(Alert)


class Note(View):
    """A sealed note."""

    id = declare(Reference(), FieldClass.HEALTH, "The note's id.")
    kind = declare(Code(codes("support_note_kind")), FieldClass.HEALTH, "Whose note it is.")
    text = declare(Words(LONGEST_NOTE), FieldClass.HEALTH, "What was written.", example="Fictitious.")
    written_by = declare(Reference(), FieldClass.HEALTH, "Who wrote it.", staff=True)
    written_at = declare(Instant(), FieldClass.HEALTH, "When it was written.")
    superseded_by = declare(nullable(Reference()), FieldClass.HEALTH, "The note that corrects this one.")


class NoteList(CaseView):
    """A case's notes, as far as their kinds are for the reader."""

    notes = parts(Note)


class SupportCopy(SupportCase):
    """What support hands over when the person asks for a copy."""

    # Whoever wrote them wrote of family, friends and threats too.
    notes = parts(Note, Copied("support_note", third_parties=True))
