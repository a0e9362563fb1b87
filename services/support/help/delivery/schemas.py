"""The commands and views of services and urgent needs. Most fields are declared on their columns (`models`)."""

from datetime import date

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.delivery import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day
from shared.http import optional, required
from shared.reference import codes

#: A command accepts only the codes that this release knows.
NEEDED = declare(Code(codes("service_type")), FieldClass.HEALTH, "The service that meets it.")


class DeliverService(Timed):
    """Record a service that was given."""

    service_type: str = required(models.Delivery.service_type)
    urgent: bool = required(models.Delivery.urgent)
    delivered_on: date | None = optional(models.Delivery.delivered_on, default=None)


class CorrectService(CorrectTimed):
    """Correct a service. Omitted values stay unchanged."""

    service_type: str | None = optional(models.Delivery.service_type, default=None)
    urgent: bool | None = optional(models.Delivery.urgent, default=None)
    delivered_on: date | None = optional(models.Delivery.delivered_on, default=None)


class NoteNeed(Timed):
    """Record an urgent need."""

    service_type: str = required(NEEDED)
    noted_on: date | None = optional(models.UrgentNeed.noted_on, default=None)


class CorrectNeed(CorrectTimed):
    """Correct an urgent need. Omitted values stay unchanged."""

    service_type: str | None = optional(NEEDED, default=None)
    noted_on: date | None = optional(models.UrgentNeed.noted_on, default=None)


class Delivery(View, of=models.Delivery):
    """A service in the support file."""


class UrgentNeed(View, of=models.UrgentNeed):
    """An urgent need in the support file, with the service that meets it."""

    noted_on = declare(Day(), FieldClass.HEALTH, "The day on which it was noted.")
