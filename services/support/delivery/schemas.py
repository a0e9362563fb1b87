"""Services and urgent needs: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

SERVICE = declare(Reference(), FieldClass.HEALTH, "The service that was given.")
SERVICE_TYPE = declare(Code(codes("service_type")), FieldClass.HEALTH, "What was given.")
URGENT = declare(Flag(), FieldClass.HEALTH, "Whether it could not wait.")
DELIVERED_ON = declare(Day(), FieldClass.HEALTH, "The day on which it was given, today by default.")


class DeliverService(Command):
    """A service that was given."""

    service_type: str = required(SERVICE_TYPE)
    urgent: bool = required(URGENT)
    delivered_on: date | None = optional(DELIVERED_ON, default=None)


class Delivery(View):
    """A service as the case shows it."""

    id = SERVICE
    service_type = SERVICE_TYPE
    urgent = URGENT
    delivered_on = DELIVERED_ON


class UrgentNeed(View):
    """A need that can't wait, until a service meets it."""

    service_type = declare(
        Code(), FieldClass.HEALTH, "The service that meets it, as intake noted it.", example="medical"
    )
    noted_on = declare(Day(), FieldClass.HEALTH, "The day of the first contact.")
    met_on = declare(nullable(Day()), FieldClass.HEALTH, "The day on which a service met it.")
