"""Matters' files as they are stored: apart from all that a case's file shows, and known to their own team alone."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import Correctable, RecordCorrection
from shared.events.contract import Count, Day, Instant, Reference
from shared.events.envelope import new_id

#: The class of nearly all fields of a matter: the adviser's own work.
OURS: Final = FieldClass.PRIVILEGED


class OfFile:
    """A record of a matter's file."""

    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    recorded_by: Mapped[UUID] = declared_column(Reference(), OURS, "Who recorded it.", author=True)


class DatedInFile(OfFile):
    """What happened in a matter on a day."""

    happened_on: Mapped[date] = declared_column(Day(), OURS, "The day of the step, today by default.")
    recorded_at: Mapped[datetime]


class CorrectableInFile(Correctable):
    """A record of a matter's file that can be corrected."""

    revision: Mapped[int] = declared_column(
        Count(),
        OURS,
        "How often it has been recorded: 1 until it is put right.",
        example=1,
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), OURS, "When it was taken back, as recorded wrongly; null: it counts."
    )


class MatterFile(Record):
    """One matter that is worked on for the person. Nothing of it is counted in the case."""

    __tablename__ = "matter_files"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    type: Mapped[str]
    stage: Mapped[str]
    court_stage: Mapped[str | None]
    remedy: Mapped[str | None]
    claim: Mapped[UUID | None] = mapped_column(comment="the claim that the case's own file shows")
    privilege: Mapped[str]
    privilege_waived_on: Mapped[date | None] = mapped_column(comment="by the person, who alone can")
    opening: Mapped[str]
    rejection: Mapped[str | None]
    responsible: Mapped[UUID | None] = mapped_column(comment="null: nobody who may see it is left")
    deputy: Mapped[UUID | None]
    opened_on: Mapped[date]
    opened_by: Mapped[UUID]
    agency: Mapped[UUID | None] = mapped_column(index=True, comment="for whom it was opened; null: not known")
    review_on: Mapped[date | None]
    outcome: Mapped[str | None]
    closed_on: Mapped[date | None]


class FileMember(Record):
    """Who works on a matter, or did."""

    __tablename__ = "matter_members"

    file: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    privilege: Mapped[str | None] = mapped_column(comment="of what they are told; null: as the matter's")


class FileStep(Record):
    """How a matter came to where it is; steps are added, and none is changed."""

    __tablename__ = "matter_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    step: Mapped[str]
    now: Mapped[str | None] = mapped_column(comment="what it came to: a stage, a decision, an outcome")
    happened_on: Mapped[date]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class KeyDate(Record):
    """A day by which something must be done. It is never deleted, only answered."""

    __tablename__ = "key_dates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    due_on: Mapped[date]
    unclear: Mapped[bool]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_by: Mapped[UUID | None] = mapped_column(comment="another than whoever recorded it")
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[UUID | None]
    proof: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    moved_from: Mapped[UUID | None] = mapped_column(comment="the key date in whose place it stands")


class DueDocument(Record):
    """A document that a matter needs, until it is there."""

    __tablename__ = "matter_documents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    due_on: Mapped[date | None]
    unclear: Mapped[bool] = mapped_column(server_default=false(), comment="the day follows from a law, as we read it")
    received_on: Mapped[date | None]
    recorded_by: Mapped[UUID]


class FileCorrection(RecordCorrection, Record):
    """What a record of a matter's file said before it was put right; it stays within the file."""

    __tablename__ = "matter_corrections"

    file: Mapped[UUID] = mapped_column(index=True)
