"""The table of dependants, without names and addresses. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT
_CHILDREN: Final = "children"


class Dependant(Recorded, Record):
    """A child or another person who depends on the person."""

    __tablename__ = "dependants"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The dependant.", category=_CHILDREN, primary_key=True)
    relation: Mapped[str] = declared_column(
        Code(codes("dependant_relation")), _ACCOUNT, "Their relationship to the person.", category=_CHILDREN
    )
    age: Mapped[str] = declared_column(
        Code(codes("dependant_age")), _ACCOUNT, "How old, in a bracket.", category=_CHILDREN
    )
    whereabouts: Mapped[str] = declared_column(
        Code(codes("dependant_whereabouts")), _ACCOUNT, "Where they are; never an address.", category=_CHILDREN
    )
    care: Mapped[str] = declared_column(Code(codes("dependant_care")), _ACCOUNT, "The carer.", category=_CHILDREN)
    own_case: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "Their own case, where they may be a victim too.", category=_CHILDREN
    )
    noted_on: Mapped[date] = declared_column(
        Day(), _ACCOUNT, "The day on which it was noted, today by default.", category=_CHILDREN
    )
    checked_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "The last welfare check.", category=_CHILDREN
    )
    check_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day of the next welfare check.", category=_CHILDREN)
