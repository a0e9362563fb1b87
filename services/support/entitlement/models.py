"""Entitlements as they are stored."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Entitlement(Recorded, Record):
    """Something that the person may have, from the day on which it began."""

    __tablename__ = "entitlements"

    profile: Mapped[str] = mapped_column(comment="by whose law or practice")
    entitlement: Mapped[str]
    started_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(comment="it asks for what comes next, and ends nothing")
    asked_on: Mapped[date | None] = mapped_column(comment="when somebody asked for longer")
    ended_on: Mapped[date | None] = mapped_column(comment="as somebody recorded it")
