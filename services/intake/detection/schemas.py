"""Signs of exploitation: their fields, each declared once, and what is recorded, shown and explained of them."""

from datetime import date
from typing import Final

from marshmallow import fields

from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, PartialDay, Reference
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
