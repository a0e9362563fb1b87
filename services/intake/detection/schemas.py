"""Signs of exploitation: their fields, each declared once, and what is recorded, shown and explained of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from marshmallow import fields

from services.intake.fact.schemas import REASON, WITHDRAWN, learnt_field
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.deadlines.fact_events import OF_DETECTION
from shared.events.contract import Code, Codes, Count, Day, Flag, Moment, PartialDay, Reference
from shared.http import Command, optional, required
from shared.reference import codes, indicator_set

DETECTION = declare(Reference(), FieldClass.ACCOUNT, "The record of the signs.")
INDICATORS = declare(
    Codes(codes("ilo_forced_labour_indicator")), FieldClass.ACCOUNT, "The ILO's indicators of forced labour seen."
)
OPERATIONAL = declare(
    Codes(tuple(indicator_set("delphi_labour_adults"))),
    FieldClass.ACCOUNT,
    "The operational indicators seen; they only explain.",
)
STRENGTH = declare(
    Code(codes("indicator_strength")),
    FieldClass.ACCOUNT,
    "How strong the signs are. It orders work, and decides nothing.",
)
EXPLOITATION_TYPES = declare(
    Codes(codes("exploitation_type")), FieldClass.ACCOUNT, "What the person was exploited for."
)
MEANS_OF_CONTROL = declare(Codes(codes("means_of_control")), FieldClass.ACCOUNT, "How the person was controlled.")
SECTORS = declare(Codes(codes("labour_industry")), FieldClass.ACCOUNT, "Where the person worked.")
DETECTOR = declare(Code(codes("referral_source")), FieldClass.ACCOUNT, "Who saw the signs.")
EARLIEST_INCIDENT_ON = declare(
    nullable(PartialDay()), FieldClass.ACCOUNT, "When it began, as far as is known.", example="2025-06"
)
WORK_ENDED_ON = declare(nullable(PartialDay()), FieldClass.ACCOUNT, "When the work ended, as far as is known.")
DETECTED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which the signs were seen, today by default.")
LAST_INCIDENT_ON = declare(
    nullable(Moment()),
    FieldClass.ACCOUNT,
    "When it happened last, as far as is known; null: not asked.",
    example="2026-01",
)
EXPLOITATION_ENDED_ON = declare(
    nullable(Moment()), FieldClass.ACCOUNT, "When the exploitation ended; null: not asked.", example="unknown"
)
CRIME_REPORTED_ON = declare(
    nullable(Moment()), FieldClass.ACCOUNT, "When the crime was first reported; null: not asked.", example="2026-02-03"
)
HAPPENED = declare(
    nullable(Moment()), FieldClass.ACCOUNT, "When the signs were seen, as exactly as is known.", example="2026-03-02"
)
LEARNT = declare(nullable(Moment()), FieldClass.ACCOUNT, "When that was heard of here, to the instant or the day.")
CORRECTED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was taken back; it counts no more.")
CORRECTED_BECAUSE = declare(Code(codes("fact_correction_reason")), FieldClass.ACCOUNT, "Why it was taken back.")
EXPLANATION = declare(fields.String(), FieldClass.ACCOUNT, "The explanation, in words.")


class RecordDetection(Command):
    """Signs of exploitation."""

    indicators: list[str] = required(INDICATORS)
    operational: list[str] = optional(OPERATIONAL, default_factory=list)
    exploitation_types: list[str] = required(EXPLOITATION_TYPES)
    means_of_control: list[str] = required(MEANS_OF_CONTROL)
    sectors: list[str] = optional(SECTORS, default_factory=list)
    detector: str = required(DETECTOR)
    earliest_incident_on: str | None = optional(EARLIEST_INCIDENT_ON, default=None)
    work_ended_on: str | None = optional(WORK_ENDED_ON, default=None)
    detected_on: date | None = optional(DETECTED_ON, default=None)
    last_incident_on: str | None = optional(LAST_INCIDENT_ON, default=None)
    exploitation_ended_on: str | None = optional(EXPLOITATION_ENDED_ON, default=None)
    crime_reported_on: str | None = optional(CRIME_REPORTED_ON, default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(learnt_field(), default=None)


class CorrectDetection(Command):
    """What is so instead; what is left out, or null, stays. With `withdrawn` it counts no more, with all that it says.

    What it said before is kept among the facts of the case.
    """

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "earliest_incident_on": "2025-06"}

    reason: str = required(REASON)
    withdrawn: bool = optional(WITHDRAWN, default=False)
    earliest_incident_on: str | None = optional(EARLIEST_INCIDENT_ON, default=None)
    last_incident_on: str | None = optional(LAST_INCIDENT_ON, default=None)
    exploitation_ended_on: str | None = optional(EXPLOITATION_ENDED_ON, default=None)
    work_ended_on: str | None = optional(WORK_ENDED_ON, default=None)
    crime_reported_on: str | None = optional(CRIME_REPORTED_ON, default=None)

    @property
    def days(self) -> dict[str, str]:
        """The days that it says instead, by the name of their field."""
        return {field: getattr(self, field) for field in OF_DETECTION if getattr(self, field) is not None}


class Detection(View):
    """Signs of exploitation as the case shows them."""

    id = DETECTION
    indicators = INDICATORS
    operational = OPERATIONAL
    strength = STRENGTH
    exploitation_types = EXPLOITATION_TYPES
    means_of_control = MEANS_OF_CONTROL
    sectors = SECTORS
    detector = DETECTOR
    earliest_incident_on = EARLIEST_INCIDENT_ON
    work_ended_on = WORK_ENDED_ON
    detected_on = DETECTED_ON
    last_incident_on = LAST_INCIDENT_ON
    exploitation_ended_on = EXPLOITATION_ENDED_ON
    crime_reported_on = CRIME_REPORTED_ON
    happened = HAPPENED
    learnt = LEARNT
    corrected_on = or_null(CORRECTED_ON)
    corrected_because = or_null(CORRECTED_BECAUSE)


DETECTIONS: Final = parts(Detection, Copied("detection"))


class ExplainedDimension(View):
    """What the operational indicators say of one dimension of trafficking."""

    dimension = declare(Code(), FieldClass.ACCOUNT, "The dimension.", example="deceptive_recruitment")
    enough = declare(Flag(), FieldClass.ACCOUNT, "Whether what was seen is enough, as published.")
    explanation = EXPLANATION


class ExplainedSigns(View):
    """How strong recorded signs are by the published indicators."""

    says = declare(fields.String(), FieldClass.ACCOUNT, "What it is: information for people's judgement.")
    strength = STRENGTH
    seen = declare(Count(), FieldClass.ACCOUNT, "How many of the ILO's indicators were seen.")
    explanation = EXPLANATION
    dimensions = parts(ExplainedDimension)
    verify = declare(Flag(), FieldClass.ACCOUNT, "Whether somebody who knows the indicators should check this.")


class DetectionExplained(CaseView):
    """The explanation of one record of signs."""

    id = ID
    explained = part(ExplainedSigns)
