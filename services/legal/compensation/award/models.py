"""Tables of awards. Amounts are encrypted. Fields declared here appear in commands and views."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase, WithId
from shared.events.contract import Code, Day
from shared.reference import codes

FINANCES: Final = "finances"


class Award(WithId, OfCase, Record):
    """An award for a remedy, and its current state."""

    __tablename__ = "awards"

    remedy: Mapped[str] = declared_column(
        Code(codes("remedy")), FieldClass.BASIC, "The remedy by which it was awarded."
    )
    payer: Mapped[str] = declared_column(
        Code(codes("award_payer")), FieldClass.PRIVILEGED, "The payer.", category=FINANCES
    )
    currency: Mapped[str] = declared_column(
        Code(codes("currency")), FieldClass.PRIVILEGED, "Its currency.", category=FINANCES
    )
    #: Null if the amount is not known.
    amount: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    awarded_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day of the award, today by default.")
    state: Mapped[str] = declared_column(Code(codes("money_state")), FieldClass.BASIC, "The state of the award.")
    next_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day of the next check of its collection."
    )
    recorded_by: Mapped[UUID]


class AwardStep(WithId, OfCase, Record):
    """A step of an award. Steps are added and never changed."""

    __tablename__ = "award_steps"

    award: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = declared_column(Code(codes("award_step")), FieldClass.PRIVILEGED, "What happened.")
    happened_on: Mapped[date] = declared_column(Day(), FieldClass.PRIVILEGED, "The day of that, today by default.")
    amount: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
