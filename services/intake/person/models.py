"""The person. Everything here is sealed; the database holds nothing that can be read without the case's key."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class Person(Record):
    """The person of a case: one sealed JSON document a column, so that each kind of thing is opened by itself."""

    __tablename__ = "persons"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    identity: Mapped[bytes | None]
    birth: Mapped[bytes | None]
    gender: Mapped[bytes | None]
    nationality: Mapped[bytes | None]
    contact: Mapped[bytes | None]


class AskedAnew(Record):
    """That a person came of age, to the month, and since when they are asked for their own consent."""

    __tablename__ = "consent_asked_anew"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    since: Mapped[date]


class AgeChange(Record):
    """That one user stated another age, which makes a child of an adult or the reverse; a second person confirms it."""

    __tablename__ = "age_changes"
    __table_args__ = (Index("age_changes_waiting_index", "case_id", unique=True, postgresql_where="state = 'waiting'"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refusal: Mapped[str | None]
