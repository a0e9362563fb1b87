"""The commands and views of services and urgent needs. Most fields are declared on their columns (`models`)."""

from datetime import date

from services.support.case.schemas import CorrectTimed, Timed
from services.support.delivery import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day
from shared.http import optional, required
from shared.reference import codes

#: A command accepts only the codes that this release knows.
NEEDED = declare(Code(codes("service_type")), FieldClass.HEALTH, "The service that meets it.")


class DeliverService(Timed):
    """A service that was given."""

    service_type: str = required(models.Delivery.service_type)
    urgent: bool = required(models.Delivery.urgent)
    delivered_on: date | None = optional(models.Delivery.delivered_on, default=None)


class CorrectService(CorrectTimed):
    """What is so of a service instead; what is left out stays as it is."""

    service_type: str | None = optional(models.Delivery.service_type, default=None)
    urgent: bool | None = optional(models.Delivery.urgent, default=None)
    delivered_on: date | None = optional(models.Delivery.delivered_on, default=None)


class NoteNeed(Timed):
    """A need that can't wait."""

    service_type: str = required(NEEDED)
    noted_on: date | None = optional(models.UrgentNeed.noted_on, default=None)


class CorrectNeed(CorrectTimed):
    """What is so of an urgent need instead; what is left out stays as it is."""

    service_type: str | None = optional(NEEDED, default=None)
    noted_on: date | None = optional(models.UrgentNeed.noted_on, default=None)


class Delivery(View, of=models.Delivery):
    """A service as the case shows it."""


class UrgentNeed(View, of=models.UrgentNeed):
    """A need that can't wait, until a service meets it."""

    noted_on = declare(Day(), FieldClass.HEALTH, "The day on which it was noted.")
