"""Practical help as it is stored."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class PracticalHelp(Recorded, Record):
    """Something practical that the person asked for."""

    __tablename__ = "practical_help"

    service_type: Mapped[str]
    state: Mapped[str]
    asked_on: Mapped[date]
    needed_by: Mapped[date | None]
    tries: Mapped[int] = mapped_column(default=0)
    not_given_because: Mapped[str | None]
    ended_on: Mapped[date | None] = mapped_column(comment="null: it is open")
