"""Placements as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Placement(Recorded, Record):
    """A place to live, from its offer on."""

    __tablename__ = "placements"

    state: Mapped[str]
    accommodation_type: Mapped[str]
    region: Mapped[str | None] = mapped_column(comment="ISO 3166-2; never an address")
    provider: Mapped[UUID | None]
    offered_on: Mapped[date]
    held_until: Mapped[date | None]
    refused_by: Mapped[str | None]
    refused_because: Mapped[str | None]
    moved_in_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(comment="it asks for the next place, and ends nothing")
    safe: Mapped[str] = mapped_column(default="unknown")
    moved_out_on: Mapped[date | None]
    exit_reason: Mapped[str | None]
