"""What other services keep that is due in a case, as their events say; and what somebody has seen to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class HeardDue(Record):
    """Intake's read model of what is due elsewhere: legal's periods and requests, support's reviews, needs, alerts."""

    __tablename__ = "heard_due"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, comment="which of its kind: an id, or a code")
    source: Mapped[str]
    code: Mapped[str | None] = mapped_column(comment="of a period, a need, an alert, or what is reviewed")
    kind: Mapped[str | None] = mapped_column(comment="of a period")
    reference: Mapped[UUID | None]
    due_on: Mapped[date | None]
    other_due_on: Mapped[date | None]
    since: Mapped[date | None]
    state: Mapped[str]
    listed: Mapped[bool]
    certainty: Mapped[str | None]
    doubts: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    ask_about: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), server_default="{}", comment="facts that the question about a period is about"
    )
    birthday: Mapped[int | None]
    members: Mapped[list[str] | None] = mapped_column(
        ARRAY(TEXT), comment="for whom alone it is there, by their ids; null: by role"
    )

    __table_args__ = (
        Index("heard_due_listed_index", "case_id", "due_on", postgresql_where="listed"),
        # The few that supervisors see, whosever case it is.
        Index("heard_due_conflict_index", "case_id", postgresql_where="listed and what = 'conflict_of_interest'"),
    )


class SeenTo(Record):
    """That somebody has seen to a period that is over, which comes back if it changes, or to a likely repetition."""

    __tablename__ = "due_seen_to"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[UUID] = mapped_column(primary_key=True, comment="the period")
    state: Mapped[str]
    due_on: Mapped[date | None]
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
