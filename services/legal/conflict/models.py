"""Parties and checks as they are stored: names sealed, and of a likeness no more than how close it is."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.events.envelope import new_id


class Party(Record):
    """Somebody, or a company, with a role in a matter."""

    __tablename__ = "matter_parties"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[str]
    names: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ConflictCheck(Record):
    """That the names of a matter were compared with others, what it came to, and what somebody decided."""

    __tablename__ = "conflict_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    cause: Mapped[str]
    about: Mapped[UUID | None] = mapped_column(comment="the party or the adviser that was added")
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    result: Mapped[str | None] = mapped_column(comment="null: it has not been made yet")
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[UUID | None]


class ConflictHit(Record):
    """That a party of one matter may be a party of another."""

    __tablename__ = "conflict_hits"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conflict_check: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    party: Mapped[UUID]
    role: Mapped[str]
    other_case: Mapped[UUID] = mapped_column(index=True)
    other_file: Mapped[UUID]
    other_role: Mapped[str]
    kind: Mapped[str]
    alike: Mapped[str]
    advisers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), comment="who works on both, or did")
