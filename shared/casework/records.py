"""The tables that every service with a copy of the cases has, as mixins for its own declarative base.

No foreign key leads from a service's work to its copy of the case: the copy can be built again, one table at a time,
and must never take work with it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.events.envelope import new_id


class FollowedCase:
    """A case as a service knows it; `jurisdiction` is null until its opening has arrived.

    Any further column holds the field of the same name of the opening's event.
    """

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    jurisdiction: Mapped[str | None]
    status: Mapped[str]


class FollowedMember:
    """Who works on a case, by their staff id."""

    __tablename__ = "case_team"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    lead: Mapped[bool]


class SealedNote:
    """What a member of the team wrote, sealed; a note is corrected by a new one, and never changed."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    text: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    written_by: Mapped[UUID]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_by: Mapped[UUID | None] = mapped_column(comment="the note that corrects this one")
    danger: Mapped[str | None] = mapped_column(comment="whether it says danger; null: nobody said so")


class Recorded:
    """When a fact happened and was learnt, as it was stated, and when and by whom it was recorded.

    `happened` is null where only a plain day was stated, `recorded_at` (the domain's time) of what was recorded before
    that was kept. `alike` is an earlier record of the case that says the same.
    """

    happened: Mapped[str | None] = mapped_column(comment="an instant, a day, a month, a year, or unknown")
    learnt: Mapped[str | None] = mapped_column(comment="an instant, a day, a month, or a year")
    recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_by: Mapped[UUID | None] = mapped_column(comment="null: by the system itself")
    alike: Mapped[UUID | None]


class Correctable:
    """A record that can be put right: how often it was recorded, and when it was taken back, so that it counts no more.

    What it said before is in the service's `RecordCorrection`.
    """

    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecordCorrection:
    """What a record said before it was put right, and why; what stands is said by the record itself.

    `was`: its fields that were changed, as JSON has them, as they were; empty where it was taken back whole. `revision`
    is the one that followed. `record_class`, `record` and `reason` stand as in the event `record.corrected`.
    """

    __tablename__ = "corrections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    record_class: Mapped[str]
    record: Mapped[UUID]
    revision: Mapped[int | None] = mapped_column(comment="null: it was taken to another case")
    reason: Mapped[str] = mapped_column(default="wrong_person")
    was: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    corrected_on: Mapped[date]
    corrected_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    corrected_by: Mapped[UUID | None]


class PendingInquiry:
    """A case about which another service is to be asked; the row goes with the answer."""

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked: Mapped[UUID] = mapped_column(comment="sets one asking apart from the next")
    tries: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="real time")
