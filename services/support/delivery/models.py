"""Urgent needs and services as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class UrgentNeed(Recorded, Record):
    """A need that can't wait, until a service meets it."""

    __tablename__ = "urgent_needs"

    service_type: Mapped[str]
    noted_on: Mapped[date]
    met_on: Mapped[date | None]
    met_by: Mapped[UUID | None] = mapped_column(comment="the service; null: none, or before it was noted")


class Delivery(Recorded, Record):
    """A service that was given."""

    __tablename__ = "services_delivered"

    service_type: Mapped[str]
    urgent: Mapped[bool]
    delivered_on: Mapped[date]
