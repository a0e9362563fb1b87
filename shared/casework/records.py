"""The tables that every service with a copy of the cases has, as mixins for its own declarative base.

No foreign key leads from a service's work to its copy of the case: the copy can be built again, one table at a time,
and must never take work with it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary
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
