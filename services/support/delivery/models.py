"""Urgent needs and services as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class UrgentNeed(Record):
    """A need that can't wait, until a service meets it."""

    __tablename__ = "urgent_needs"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    service_type: Mapped[str] = mapped_column(primary_key=True)
    noted_on: Mapped[date]
    met_on: Mapped[date | None]


class Delivery(Record):
    """A service that was given."""

    __tablename__ = "services_delivered"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    service_type: Mapped[str]
    urgent: Mapped[bool]
    delivered_on: Mapped[date]
