"""The commands and the view of reconsiderations. The fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.legal.cases.reconsideration import models
from shared.access.declarations import or_null
from shared.access.views import View
from shared.casework.corrections import Correct
from shared.http import Command, optional, required


class RequestReconsideration(Command):
    """Request the reconsideration of a negative decision."""

    stage: str = required(models.Reconsideration.stage)
    ground: str = required(models.Reconsideration.ground)
    requested_on: date | None = optional(models.Reconsideration.requested_on, default=None)
    about: UUID | None = optional(models.Reconsideration.about, default=None)


class CorrectReconsideration(Correct):
    """Correct a request for reconsideration; omitted or null fields stay unchanged."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "requested_on": "2026-03-02"}

    stage: str | None = optional(or_null(models.Reconsideration.stage), default=None)
    ground: str | None = optional(or_null(models.Reconsideration.ground), default=None)
    requested_on: date | None = optional(or_null(models.Reconsideration.requested_on), default=None)
    about: UUID | None = optional(models.Reconsideration.about, default=None)


class Reconsideration(View, of=models.Reconsideration):
    """A request as the legal file shows it."""
