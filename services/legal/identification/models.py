"""Steps on the official path, as intake emitted them."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record


class IdentificationFact(Record):
    """A step on the official path, as intake told it."""

    __tablename__ = "identification_facts"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(BigInteger, comment="in intake's log: the order in which it was recorded")
    stage: Mapped[str]
    outcome: Mapped[str | None]
    authority: Mapped[str | None]
    occurred_on: Mapped[str | None] = mapped_column(comment="perhaps only a year or month")
    received_on: Mapped[date | None]
    made_elsewhere: Mapped[bool]
    reconsidered: Mapped[str | None]
    step: Mapped[UUID | None] = mapped_column(index=True, comment="null: from a release that did not say")
    corrected: Mapped[bool] = mapped_column(comment="recorded wrongly: it counts no more")
