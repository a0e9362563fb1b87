"""The tables of every service that has a copy of the cases, as mixins for its own declarative base.

The tables of a service's work have no foreign key to its copy of the case: the copy can be rebuilt, one table at a
time, and this must never delete work.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Reference
from shared.events.envelope import new_id


class FollowedCase:
    """A case in the copy of a service; `jurisdiction` is null until its opening has arrived.

    Any further column holds the field of the same name in the event that opens the case.
    """

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    jurisdiction: Mapped[str | None]
    status: Mapped[str]


class FollowedMember:
    """A member of the team of a case, by their staff id."""

    __tablename__ = "case_team"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    lead: Mapped[bool]


class OfCase:
    """A row of a case, by the case's id."""

    case_id: Mapped[UUID] = mapped_column(index=True)


class WithId:
    """A record with an id of its own, which its readers see."""

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The record's id.", primary_key=True, default=new_id
    )


class SealedNote(OfCase):
    """A note of a team member, sealed. A correction is a new note; a stored note never changes."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    text: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    written_by: Mapped[UUID]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_by: Mapped[UUID | None] = mapped_column(comment="the note that corrects this one")
    danger: Mapped[str | None] = mapped_column(comment="whether it says danger; null: nobody said so")


class Recorded:
    """When a fact happened and was learnt, as it was stated, and when and by whom it was recorded.

    `happened` is null if only a plain day was stated. `recorded_at` (the domain's time) is null for records older than
    the column. `alike` is an earlier record of the case with the same content.
    """

    happened: Mapped[str | None] = mapped_column(comment="an instant, a day, a month, a year, or unknown")
    learnt: Mapped[str | None] = mapped_column(comment="an instant, a day, a month, or a year")
    recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_by: Mapped[UUID | None] = mapped_column(comment="null: by the system itself")
    alike: Mapped[UUID | None]


class Correctable:
    """A record that can be corrected: its revision, and when it was withdrawn. A withdrawn record is not valid.

    The service's `RecordCorrection` holds its earlier values.
    """

    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecordCorrection(OfCase):
    """The values of a record before a correction, and the reason. The record itself has the current values.

    `was`: the earlier values of the changed fields, as JSON; empty if the whole record was withdrawn. `revision` is
    the one that followed. `record_class`, `record` and `reason` are the same as in the event `record.corrected`.
    """

    __tablename__ = "corrections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_class: Mapped[str]
    record: Mapped[UUID]
    revision: Mapped[int | None] = mapped_column(comment="null: it was taken to another case")
    reason: Mapped[str] = mapped_column(default="wrong_person")
    was: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    corrected_on: Mapped[date]
    corrected_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    corrected_by: Mapped[UUID | None]


class PendingInquiry:
    """A case about which another service has to be queried. The row is deleted when the answer is stored."""

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked: Mapped[UUID] = mapped_column(comment="sets one asking apart from the next")
    tries: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="real time")
