"""Tables of matter files, which only the matter's own team knows, and of the published tasks.

Fields declared here appear in commands and views.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint, false
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import Correctable, OfCase, RecordCorrection
from shared.events.contract import Code, Count, Day, Flag, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes

#: The possible results of a step: an opening, a stage, an outcome or a privilege.
_LISTS: Final = ("matter_opening", "matter_stage", "prosecution_stage", "matter_outcome", "privilege")

_CAME_TO: Final = tuple(dict.fromkeys(code for name in _LISTS for code in codes(name)))

#: The class of nearly all fields of a matter: the adviser's own work.
OURS: Final = FieldClass.PRIVILEGED


class OfFile(OfCase):
    """A record of a matter file."""

    file: Mapped[UUID] = mapped_column(index=True)
    recorded_by: Mapped[UUID] = declared_column(Reference(), OURS, "Who recorded it.", author=True)


class DatedInFile(OfFile):
    """A record of a matter file with a day."""

    happened_on: Mapped[date] = declared_column(Day(), OURS, "The day of the step, today by default.")
    recorded_at: Mapped[datetime]


class CorrectableInFile(Correctable):
    """A record of a matter file that can be corrected."""

    revision: Mapped[int] = declared_column(
        Count(),
        OURS,
        "The revision: 1 until it is corrected.",
        example=1,
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), OURS, "When it was taken back, as recorded wrongly; null: it counts."
    )


class MatterFile(OfCase, Record):
    """A matter that advisers work on for the person. The case itself shows nothing of it."""

    __tablename__ = "matter_files"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The matter's file.", primary_key=True, default=new_id)
    type: Mapped[str] = declared_column(Code(codes("matter_type")), OURS, "The kind of matter.")
    stage: Mapped[str] = declared_column(Code(codes("matter_stage")), OURS, "How far the work is.")
    court_stage: Mapped[str | None] = declared_column(
        nullable(Code(codes("prosecution_stage"))), OURS, "Where the court or authority is."
    )
    remedy: Mapped[str | None] = declared_column(
        nullable(Code(codes("remedy"))), OURS, "The remedy that it works towards, if any."
    )
    claim: Mapped[UUID | None] = declared_column(
        nullable(Reference()), OURS, "The claim that the case's own file shows, if one was made."
    )
    privilege: Mapped[str] = declared_column(
        Code(codes("privilege")), OURS, "Whether what is written in it is privileged."
    )
    privilege_waived_on: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "The day on which the person waived it, today by default. Only the person can waive it."
    )
    opening: Mapped[str] = declared_column(Code(codes("matter_opening")), OURS, "Whether it was taken on.")
    rejection: Mapped[str | None] = declared_column(
        nullable(Code(codes("matter_rejection"))), OURS, "Why it was not taken on."
    )
    #: Null if no member with access to the matter is left.
    responsible: Mapped[UUID | None] = declared_column(
        nullable(Reference()), OURS, "The responsible adviser.", author=True
    )
    deputy: Mapped[UUID | None] = declared_column(nullable(Reference()), OURS, "The deputy.", author=True)
    opened_on: Mapped[date] = declared_column(Day(), OURS, "The day on which work began, today by default.")
    opened_by: Mapped[UUID] = declared_column(Reference(), OURS, "Who opened it.", author=True)
    #: The agency for which it was opened. Null if that is not known.
    agency: Mapped[UUID | None] = mapped_column(index=True)
    review_on: Mapped[date | None] = declared_column(nullable(Day()), OURS, "The day of the next file review.")
    outcome: Mapped[str | None] = declared_column(nullable(Code(codes("matter_outcome"))), OURS, "How it ended.")
    closed_on: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "The day on which it was closed, today by default."
    )


class FileMember(OfCase, Record):
    """A current or former member of the matter's team."""

    __tablename__ = "matter_members"

    file: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = declared_column(
        Reference(), OURS, "A member of the matter's team.", staff=True, primary_key=True, index=True
    )
    joined_on: Mapped[date] = declared_column(Day(), OURS, "Since when.")
    left_on: Mapped[date | None] = declared_column(nullable(Day()), OURS, "Until when; null: they do.")
    #: It can differ from the matter's: it depends on who advises.
    privilege: Mapped[str | None] = declared_column(
        nullable(Code(codes("privilege"))),
        OURS,
        "Whether communication with them is privileged; null: as for the matter.",
    )


class FileStep(DatedInFile, Record):
    """A step of a matter. Steps are added and never changed."""

    __tablename__ = "matter_steps"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The step.", primary_key=True, default=new_id)
    step: Mapped[str] = declared_column(Code(codes("matter_step")), OURS, "The kind of step.")
    now: Mapped[str | None] = declared_column(nullable(Code(_CAME_TO)), OURS, "The result.")


class KeyDate(OfFile, Record):
    """A day by which something must be done. It is never deleted, only answered."""

    __tablename__ = "key_dates"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The key date.", primary_key=True, default=new_id)
    kind: Mapped[str] = declared_column(Code(codes("key_date_kind")), OURS, "The task that is due.")
    due_on: Mapped[date] = declared_column(Day(), OURS, "The last day.")
    unclear: Mapped[bool] = declared_column(
        Flag(), OURS, "Whether the day is uncertain: then it is the earliest safe day.", example=False
    )
    recorded_at: Mapped[datetime]
    #: A different person from `recorded_by`.
    checked_by: Mapped[UUID | None] = declared_column(nullable(Reference()), OURS, "Who did that.", staff=True)
    checked_at: Mapped[datetime | None] = declared_column(nullable(Instant()), OURS, "When that was.")
    answer: Mapped[str | None] = declared_column(nullable(Code(codes("deadline_answer"))), OURS, "The outcome.")
    answered_on: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "The day on which that was done or decided, today by default."
    )
    answered_by: Mapped[UUID | None] = declared_column(nullable(Reference()), OURS, "Who did that.", staff=True)
    proof: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    moved_from: Mapped[UUID | None] = declared_column(
        nullable(Reference()), OURS, "The key date in whose place it stands, which was moved."
    )


class DueDocument(OfFile, Record):
    """A document that a matter needs, until the advisers have it."""

    __tablename__ = "matter_documents"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The document.", primary_key=True, default=new_id)
    kind: Mapped[str] = declared_column(Code(codes("matter_document")), OURS, "Which document is needed.")
    due_on: Mapped[date | None] = declared_column(nullable(Day()), OURS, "The last day.")
    #: True if the day follows from our reading of a law.
    unclear: Mapped[bool] = declared_column(
        Flag(),
        OURS,
        "Whether the day is uncertain: then it is the earliest safe day.",
        example=False,
        server_default=false(),
    )
    received_on: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "The day on which it was there, today by default."
    )


class FileCorrection(RecordCorrection, Record):
    """The earlier values of a corrected record of a matter file; they stay in the file."""

    __tablename__ = "matter_corrections"

    file: Mapped[UUID] = mapped_column(index=True)


class MatterTask(OfCase, Record):
    """A task of a matter file for its team; one of each kind for each record."""

    __tablename__ = "matter_tasks"
    __table_args__ = (UniqueConstraint("file", "kind", "record"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file: Mapped[UUID]
    kind: Mapped[str]
    record: Mapped[UUID] = mapped_column(comment="what it is about: a record of the file, or the file")
    due_on: Mapped[date | None]
    unclear: Mapped[bool]
    members: Mapped[list[UUID]] = mapped_column(ARRAY(UuidType), comment="on whose list it stands")
    is_open: Mapped[bool]
