"""Sharing without consent."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.intake.models.record import Record
from services.intake.rules.sharing import COVERS
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class Sharing(Record):
    """What is shared with an agency without the person's consent, why, who decided, and whether the person knows."""

    __tablename__ = "sharings"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'acting', 'in_force', 'refused', 'reversed')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    agency: Mapped[str]
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


def covered(session: Session, case: UUID, agency: str, purpose: str, today: date) -> Iterable[list[str]]:
    """Return the categories that may go to an agency for a purpose without consent, per sharing that stands today."""
    is_in_force = (
        (Sharing.case_id == case)
        & (Sharing.agency == agency)
        & (Sharing.purpose == purpose)
        & Sharing.state.in_(COVERS)
        & (Sharing.until >= today)
    )
    return session.execute(select(Sharing.data_categories).where(is_in_force)).scalars().all()
