"""Tables of sharing without consent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class Sharing(RecordedFact, Record):
    """What is shared with an agency without the person's consent, why, who decided, and whether the person knows."""

    __tablename__ = "sharings"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'acting', 'in_force', 'refused', 'reversed')", name="state"),
        Index("sharings_to_review_index", "review_by", postgresql_where="state in ('proposed', 'acting')"),
        Index("sharings_child_until_index", "child_until", postgresql_where="child_until is not null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    agency: Mapped[UUID]
    purpose: Mapped[str]
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    reason: Mapped[str]
    until: Mapped[date]
    proposed_by: Mapped[UUID]
    proposed_on: Mapped[date]
    review_by: Mapped[datetime | None] = mapped_column(_MOMENT)
    decided_by: Mapped[UUID | None]
    decided_on: Mapped[date | None]
    person_told_on: Mapped[date | None]
    child_until: Mapped[date | None] = mapped_column(
        comment="until when the person was taken for a child, who is of age by a birth put right"
    )


class HeardTelling(Record):
    """Intake's read model of what agencies outside were told of a person: of which kinds of data, why, since when."""

    __tablename__ = "heard_tellings"
    __table_args__ = (Index("heard_tellings_case_id_index", "case_id"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    agency: Mapped[UUID]
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    because: Mapped[str]
    told_on: Mapped[date]


Index("sharings_alike_index", Sharing.case_id, postgresql_where=Sharing.alike.is_not(None))
