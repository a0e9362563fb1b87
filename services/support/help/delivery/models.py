"""The tables of urgent needs and services. Declared columns can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes


class UrgentNeed(Recorded, Record):
    """A need that can't wait, and the service that meets it."""

    __tablename__ = "urgent_needs"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.HEALTH, "The need.", primary_key=True)
    #: Any code: intake may be newer and use codes that this release does not know.
    service_type: Mapped[str] = declared_column(
        Code(), FieldClass.HEALTH, "The service that meets it.", example="medical"
    )
    noted_on: Mapped[date] = declared_column(
        Day(), FieldClass.HEALTH, "The day on which it was noted, today by default."
    )
    met_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.HEALTH, "The day on which a service met it; null: it is open."
    )
    #: The service. Null if there is none, or if it met the need before releases stored which one.
    met_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.HEALTH, "The service that met it, where that was noted."
    )


class Delivery(Recorded, Record):
    """A service that was given."""

    __tablename__ = "services_delivered"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.HEALTH, "The service that was given.", primary_key=True)
    service_type: Mapped[str] = declared_column(Code(codes("service_type")), FieldClass.HEALTH, "What was given.")
    urgent: Mapped[bool] = declared_column(Flag(), FieldClass.HEALTH, "Whether it could not wait.")
    delivered_on: Mapped[date] = declared_column(
        Day(), FieldClass.HEALTH, "The day on which it was given, today by default."
    )
    #: Only a stay has an end.
    ended_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.HEALTH, "The day on which it ended; null: it is not over, or was given once."
    )
    #: It only changes with this record. Null: it was recorded directly.
    record: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.HEALTH, "The practical help, placement or session that it comes from."
    )
    #: Whether the person reports the place of this stay as unsafe. Such a service meets no further need. Never shown.
    unsafe: Mapped[bool] = mapped_column(server_default=false(), default=False)
