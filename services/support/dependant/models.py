"""Dependants as they are stored: without a name or an address."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Dependant(Recorded, Record):
    """Somebody who depends on the person."""

    __tablename__ = "dependants"

    relation: Mapped[str]
    age: Mapped[str]
    whereabouts: Mapped[str]
    care: Mapped[str]
    own_case: Mapped[UUID | None] = mapped_column(comment="where they may be a victim too")
    noted_on: Mapped[date]
    checked_on: Mapped[date | None]
    check_on: Mapped[date]
