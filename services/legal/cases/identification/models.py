"""Steps on the official path, as intake published them."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase
from shared.events.contract import Code, Day, Flag, PartialDay


class IdentificationFact(OfCase, Record):
    """A step on the official path, as intake published it."""

    __tablename__ = "identification_facts"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, comment="in intake's log: the order in which it was recorded")
    stage: Mapped[str] = declared_column(Code(), FieldClass.BASIC, "Which step.", example="presumed")
    outcome: Mapped[str | None] = declared_column(
        nullable(Code()), FieldClass.BASIC, "How it was decided.", example="positive"
    )
    authority: Mapped[str | None] = declared_column(
        nullable(Code()), FieldClass.BASIC, "Who decides.", example="NL.POLICE"
    )
    occurred_on: Mapped[str | None] = declared_column(
        nullable(PartialDay()), FieldClass.BASIC, "When it was, perhaps only a year or month."
    )
    received_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day on which it was received."
    )
    made_elsewhere: Mapped[bool] = declared_column(
        Flag(), FieldClass.BASIC, "Whether it was made elsewhere than at intake."
    )
    reconsidered: Mapped[str | None] = declared_column(
        nullable(Code()), FieldClass.BASIC, "The effect on an earlier decision.", example="upheld"
    )
    step: Mapped[UUID | None] = mapped_column(index=True, comment="null: from a release that did not say")
    corrected: Mapped[bool] = mapped_column(comment="recorded wrongly: it counts no more")
