"""The table of practical help. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Count, Day, Reference
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT


class PracticalHelp(Recorded, Record):
    """A request of the person for practical help."""

    __tablename__ = "practical_help"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The practical help.", primary_key=True)
    service_type: Mapped[str] = declared_column(Code(codes("service_type")), _ACCOUNT, "With what.")
    state: Mapped[str] = declared_column(Code(codes("help_state")), _ACCOUNT, "How far it is.")
    asked_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day on which it was asked for, today by default.")
    needed_by: Mapped[date | None] = declared_column(nullable(Day()), _ACCOUNT, "By which day it is needed.")
    tries: Mapped[int] = declared_column(Count(), _ACCOUNT, "How often it was tried.", example=1, default=0)
    not_given_because: Mapped[str | None] = declared_column(
        nullable(Code(codes("help_refusal"))), _ACCOUNT, "Why it was not given."
    )
    ended_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "When it was given, or given up; null: it is open."
    )
