"""The table of access in an emergency and its reviews. Fields declared here appear in commands and views."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.intake.facts.case.models import OfCase, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Reference
from shared.reference import codes


class GlassReview(OfCase, Record):
    """An access to a case in an emergency, and another person's review of it. `outcome` is null until the review."""

    __tablename__ = "glass_reviews"
    __table_args__ = (Index("glass_reviews_open_index", "opened_at", postgresql_where="outcome is null"),)

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The access in an emergency.", primary_key=True)
    member: Mapped[UUID]
    reason: Mapped[str] = declared_column(Code(codes("break_glass_reason")), None, "Why the case has to be read.")
    #: Real time.
    opened_at: Mapped[datetime]
    outcome: Mapped[str | None] = declared_column(
        nullable(Code(codes("emergency_review"))), FieldClass.BASIC, "Whether it had to be."
    )
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
