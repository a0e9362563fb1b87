"""The table of explained rights. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class RightExplained(Record):
    """One explanation of a right. Each further explanation is a row of its own."""

    __tablename__ = "rights_explained"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The record's id.", primary_key=True, default=new_id
    )
    case_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str] = declared_column(Code(codes("victim_right")), FieldClass.BASIC, "The right.")
    explained_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day on which it was explained, today by default."
    )
    language: Mapped[str] = declared_column(
        Code(codes("language")), FieldClass.PRIVILEGED, "In which language.", example="ro"
    )
    format: Mapped[str] = declared_column(Code(codes("advice_format")), FieldClass.PRIVILEGED, "How.")
    understood: Mapped[str] = declared_column(
        Code(codes("understood")), FieldClass.PRIVILEGED, "Whether the person understood it."
    )
    recorded_by: Mapped[UUID]
