"""The commands and views of detections and accounts. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from marshmallow import fields

from services.intake.facts.case.schemas import RecordFact
from services.intake.facts.detection import models
from services.intake.facts.fact.schemas import REASON, WITHDRAWN, learnt_field
from shared.access.declarations import ID, declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.deadlines.fact_events import OF_DETECTION
from shared.events.contract import Code, Count, Flag
from shared.http import Command, optional, required

EXPLANATION = declare(fields.String(), FieldClass.ACCOUNT, "The explanation, in words.")


class RecordDetection(Command):
    """Signs of exploitation."""

    indicators: list[str] = required(models.Detection.indicators)
    operational: list[str] = optional(models.Detection.operational, default_factory=list)
    exploitation_types: list[str] = required(models.Detection.exploitation_types)
    means_of_control: list[str] = required(models.Detection.means_of_control)
    sectors: list[str] = optional(models.Detection.sectors, default_factory=list)
    detector: str = required(models.Detection.detector)
    earliest_incident_on: str | None = optional(models.Detection.earliest_incident_on, default=None)
    work_ended_on: str | None = optional(models.Detection.work_ended_on, default=None)
    detected_on: date | None = optional(models.Detection.detected_on, default=None)
    last_incident_on: str | None = optional(models.Detection.last_incident_on, default=None)
    exploitation_ended_on: str | None = optional(models.Detection.exploitation_ended_on, default=None)
    crime_reported_on: str | None = optional(models.Detection.crime_reported_on, default=None)
    happened: str | None = optional(models.Detection.happened, default=None)
    learnt: str | None = optional(learnt_field(), default=None)


class CorrectDetection(Command):
    """The correction of a detection. Omitted and null fields stay as they are.

    With `withdrawn` the detection and the facts that it states are no longer valid. The earlier values are kept among
    the facts of the case.
    """

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "earliest_incident_on": "2025-06"}

    reason: str = required(REASON)
    withdrawn: bool = optional(WITHDRAWN, default=False)
    earliest_incident_on: str | None = optional(models.Detection.earliest_incident_on, default=None)
    last_incident_on: str | None = optional(models.Detection.last_incident_on, default=None)
    exploitation_ended_on: str | None = optional(models.Detection.exploitation_ended_on, default=None)
    work_ended_on: str | None = optional(models.Detection.work_ended_on, default=None)
    crime_reported_on: str | None = optional(models.Detection.crime_reported_on, default=None)

    @property
    def days(self) -> dict[str, str]:
        """The corrected days, by the names of their fields."""
        return {field: getattr(self, field) for field in OF_DETECTION if getattr(self, field) is not None}


class Detection(View, of=models.Detection):
    """Signs of exploitation as the case shows them."""


DETECTIONS: Final = parts(Detection, Copied("detection"))


class ExplainedDimension(View):
    """The result of the operational indicators for one dimension of trafficking."""

    dimension = declare(Code(), FieldClass.ACCOUNT, "The dimension.", example="deceptive_recruitment")
    enough = declare(Flag(), FieldClass.ACCOUNT, "Whether what was seen is enough, as published.")
    explanation = EXPLANATION


class ExplainedSigns(View):
    """How strong recorded signs are by the published indicators."""

    says = declare(fields.String(), FieldClass.ACCOUNT, "What it is: information for people's judgement.")
    strength = models.Detection.strength
    seen = declare(Count(), FieldClass.ACCOUNT, "How many of the ILO's indicators were seen.")
    explanation = EXPLANATION
    dimensions = parts(ExplainedDimension)
    verify = declare(Flag(), FieldClass.ACCOUNT, "Whether somebody who knows the indicators should check this.")


class DetectionExplained(CaseView):
    """The explanation of one record of signs."""

    id = ID
    explained = part(ExplainedSigns)


class RecordAccount(RecordFact):
    """An account that a person gave to us or elsewhere, and the reason for asking again if it is not the first."""

    elsewhere: bool = optional(models.Account.elsewhere, default=False)
    reason: str | None = optional(models.Account.reason, default=None)
    given_on: date | None = optional(models.Account.given_on, default=None)


class CorrectAccount(Correct):
    """To whom an account was given, why again, and when. An omitted field stays as it is."""

    elsewhere: bool | None = optional(or_null(models.Account.elsewhere), default=None)
    asked_because: str | None = optional(models.Account.reason, default=None)
    happened: str | None = optional(models.Account.happened, default=None)
    learnt: str | None = optional(models.Account.learnt, default=None)
    given_on: date | None = optional(or_null(models.Account.given_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "given_on": "2026-03-02"}


class Account(View, of=models.Account):
    """An account in the case's file, without its content."""


ACCOUNTS: Final = parts(Account, Copied("account"))
