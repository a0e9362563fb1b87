"""Services and urgent needs: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Flag, Reference
from shared.http import optional, required
from shared.reference import codes

SERVICE = declare(Reference(), FieldClass.HEALTH, "The service that was given.")
SERVICE_TYPE = declare(Code(codes("service_type")), FieldClass.HEALTH, "What was given.")
URGENT = declare(Flag(), FieldClass.HEALTH, "Whether it could not wait.")
DELIVERED_ON = declare(Day(), FieldClass.HEALTH, "The day on which it was given, today by default.")

NEED = declare(Reference(), FieldClass.HEALTH, "The need.")
NEEDED = declare(Code(codes("service_type")), FieldClass.HEALTH, "The service that meets it.")
NOTED_ON = declare(Day(), FieldClass.HEALTH, "The day on which it was noted, today by default.")
MET_ON = declare(Day(), FieldClass.HEALTH, "The day on which a service met it.")


class DeliverService(Timed):
    """A service that was given."""

    service_type: str = required(SERVICE_TYPE)
    urgent: bool = required(URGENT)
    delivered_on: date | None = optional(DELIVERED_ON, default=None)


class CorrectService(CorrectTimed):
    """What is so of a service instead; what is left out stays as it is."""

    service_type: str | None = optional(SERVICE_TYPE, default=None)
    urgent: bool | None = optional(URGENT, default=None)
    delivered_on: date | None = optional(DELIVERED_ON, default=None)


class NoteNeed(Timed):
    """A need that can't wait."""

    service_type: str = required(NEEDED)
    noted_on: date | None = optional(NOTED_ON, default=None)


class CorrectNeed(CorrectTimed):
    """What is so of an urgent need instead; what is left out stays as it is."""

    service_type: str | None = optional(NEEDED, default=None)
    noted_on: date | None = optional(NOTED_ON, default=None)


class Delivery(RecordView):
    """A service as the case shows it."""

    id = SERVICE
    service_type = SERVICE_TYPE
    urgent = URGENT
    delivered_on = DELIVERED_ON


class UrgentNeed(RecordView):
    """A need that can't wait, until a service meets it."""

    id = NEED
    #: As intake noted it, perhaps by a code that is newer than this release.
    service_type = declare(Code(), FieldClass.HEALTH, "The service that meets it.", example="medical")
    noted_on = declare(Day(), FieldClass.HEALTH, "The day on which it was noted.")
    met_on = declare(nullable(Day()), FieldClass.HEALTH, "The day on which a service met it; null: it is open.")
    met_by = declare(nullable(Reference()), FieldClass.HEALTH, "The service that met it, where that was noted.")
