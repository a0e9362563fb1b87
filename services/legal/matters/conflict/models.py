"""Tables of parties and conflict checks. Names are encrypted. Fields declared here appear in commands and views."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from marshmallow import fields
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from services.legal.matters.conflict import rules
from services.legal.matters.matter_file.models import OURS, OfFile
from services.legal.matters.matter_file.rules import MOST_FILES
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.casework.likeness import CLOSENESS
from shared.casework.records import OfCase
from shared.events.contract import Code, Day, Instant, Reference
from shared.events.envelope import new_id
from shared.events.kinds import BoundedList
from shared.reference import codes


class Party(OfFile, Record):
    """A person or company with a role in a matter."""

    __tablename__ = "matter_parties"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The party.", primary_key=True, default=new_id)
    role: Mapped[str] = declared_column(Code(codes("party_role")), OURS, "The party's role in the matter.")
    names: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    recorded_at: Mapped[datetime]


class ConflictCheck(OfCase, Record):
    """A comparison of the names of a matter with those of others, its result, and the decision on it.

    The matter's own team never sees the result: it could reveal another client.
    """

    __tablename__ = "conflict_checks"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The check.", primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    cause: Mapped[str] = declared_column(Code(codes("conflict_check_cause")), OURS, "Why the names were compared.")
    #: The party or the adviser that was added.
    about: Mapped[UUID | None]
    asked_by: Mapped[UUID] = declared_column(Reference(), OURS, "The staff member who started it.", author=True)
    asked_at: Mapped[datetime] = declared_column(Instant(), OURS, "When that was.")
    #: Null until the check has run.
    result: Mapped[str | None]
    answer: Mapped[str | None] = declared_column(
        nullable(Code(rules.ANSWERS, of="conflict_check_result")), OURS, "What was decided."
    )
    answered_on: Mapped[date | None] = declared_column(nullable(Day()), OURS, "The day of that.")
    answered_by: Mapped[UUID | None] = declared_column(nullable(Reference()), OURS, "Who did that.", staff=True)


class ConflictHit(OfCase, Record):
    """A party of one matter that may be a party of another. Only the reviewer sees it."""

    __tablename__ = "conflict_hits"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conflict_check: Mapped[UUID] = mapped_column(index=True)
    party: Mapped[UUID]
    role: Mapped[str] = declared_column(Code(codes("party_role")), None, "Their role in the matter.")
    other_case: Mapped[UUID] = declared_column(Reference(), None, "The other case.", index=True)
    other_file: Mapped[UUID]
    other_role: Mapped[str] = declared_column(Code(codes("party_role")), None, "Their role in the other.")
    kind: Mapped[str] = declared_column(Code(codes("conflict_kind")), None, "The consequence.")
    alike: Mapped[str] = declared_column(Code(CLOSENESS), None, "How alike the names are.")
    advisers: Mapped[list[UUID]] = declared_column(
        cast("fields.Field[list[UUID]]", BoundedList(Reference(), MOST_FILES)),
        None,
        "The staff who work, or worked, on both.",
    )
