"""The table of claims for a remedy (matters). Fields declared here appear in commands and views."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from services.legal.cases.case.models import CorrectableRecord, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase, WithId
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes

#: The data category of awarded amounts.
FINANCES: Final = "finances"


class Matter(WithId, OfCase, CorrectableRecord, Record):
    """Work towards one remedy, from its opening to the payment."""

    __tablename__ = "matters"
    __table_args__ = (CheckConstraint("status in ('opened', 'applied', 'decided', 'paid')", name="status"),)

    remedy: Mapped[str] = declared_column(Code(codes("remedy")), FieldClass.BASIC, "The remedy that it works towards.")
    status: Mapped[str] = declared_column(
        Code(("opened", "applied", "decided", "paid")), FieldClass.BASIC, "How far it is."
    )
    opened_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day on which work began, today by default.")
    #: Null for records of earlier releases.
    recorded_by: Mapped[UUID | None]
    applied_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day of the claim, today by default."
    )
    about: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.BASIC,
        "The fact that the claim answers: the end of the work, the refusal. Required where it can answer several.",
    )
    late: Mapped[bool | None] = declared_column(
        nullable(Flag()), FieldClass.BASIC, "Whether the limitation had passed, as far as is known."
    )
    outcome: Mapped[str | None] = declared_column(
        nullable(Code(codes("compensation_outcome"))), FieldClass.BASIC, "How it was decided."
    )
    amount_band: Mapped[str | None] = declared_column(
        nullable(Code(codes("amount_band"))),
        FieldClass.PRIVILEGED,
        "The granted amount as a band, because an exact sum can identify a person.",
        category=FINANCES,
    )
    currency: Mapped[str | None] = declared_column(
        nullable(Code(codes("currency"))), FieldClass.PRIVILEGED, "The currency of the band.", category=FINANCES
    )
    decided_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day of the decision, today by default."
    )
    paid_on: Mapped[date | None] = declared_column(
        nullable(Day()),
        FieldClass.BASIC,
        "The day on which what was granted reached the person, today by default.",
    )
