"""Tables of reasons to see or search former details. Fields declared here appear in commands and views."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class FormerDetailsReason(Record):
    """Why a member of staff sees the former names and genders of a case, and until when. Reasons stay on record."""

    __tablename__ = "former_details_reasons"
    __table_args__ = (Index("former_details_reasons_case_id_member_index", "case_id", "member"),)

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.PRIVILEGED, "The reason on record.", primary_key=True, default=new_id
    )
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    member: Mapped[UUID] = declared_column(Reference(), FieldClass.PRIVILEGED, "Who sees them.", staff=True)
    reason: Mapped[str] = declared_column(
        Code(codes("former_details_reason")), FieldClass.PRIVILEGED, "Why they have to be seen."
    )
    given_at: Mapped[datetime] = declared_column(Instant(), FieldClass.PRIVILEGED, "When they gave the reason.")
    until: Mapped[datetime] = declared_column(Instant(), FieldClass.PRIVILEGED, "Until when they are shown.")


class FormerNameSearch(Record):
    """Why a member of staff finds their own cases by former names too, and until when. Only the latest reason stays."""

    __tablename__ = "former_name_searches"

    member: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str] = declared_column(
        Code(codes("former_details_reason")), None, "Why former names have to be searched."
    )
    until: Mapped[datetime] = declared_column(Instant(), None, "Until when a search finds former names too.")
