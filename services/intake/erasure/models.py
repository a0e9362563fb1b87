"""Requests to be erased, what holds them up, and who has answered. They stay when the case is gone, and name nobody."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class ErasureRequest(Record):
    """A request to erase a case, and where it stands."""

    __tablename__ = "erasure_requests"
    __table_args__ = (
        CheckConstraint(
            "state in ('requested', 'proposed', 'refused', 'lifted', 'held', 'ordered', 'complete')", name="state"
        ),
        Index("erasure_requests_ordered_at_index", "ordered_at", postgresql_where="state = 'ordered'"),
        Index("erasure_requests_open_index", "case_id", postgresql_where="state in ('requested', 'proposed', 'held')"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True, comment="the case may be gone")
    state: Mapped[str]
    reason: Mapped[str]
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime] = mapped_column(_MOMENT)
    received_on: Mapped[date | None] = mapped_column(comment="null: the day on which it was recorded")
    coercion_checked_by: Mapped[UUID | None]
    coercion_checked_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    third_party_reviewed_by: Mapped[UUID | None]
    third_party_reviewed_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    refusal: Mapped[str | None]
    lapses_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    held_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    ordered_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    completed_at: Mapped[datetime | None] = mapped_column(_MOMENT)


class ErasureAcknowledgement(Record):
    """A holder's answer."""

    __tablename__ = "erasure_acknowledgements"
    __table_args__ = (CheckConstraint("answer in ('deleted', 'kept')", name="answer"),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("erasure_requests.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]
    basis: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(_MOMENT)


class LegalHold(Record):
    """A reason why what proceedings need of a case is kept, until a day."""

    __tablename__ = "legal_holds"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    basis: Mapped[str]
    until: Mapped[date]
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime] = mapped_column(_MOMENT)
