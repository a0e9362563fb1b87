"""The base of support's tables, its copy of a case and its team, facts about the person, and columns of all records."""

from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework import records
from shared.casework.cases import CaseRecords
from shared.casework.records import Correctable, FollowedCase, FollowedMember, OfCase, RecordCorrection
from shared.events.contract import Code, Count, Identifier, Instant, Moment, Reference
from shared.reference import codes
from shared.store.database import own_metadata

#: The data category of scores and of assessments by counsellors.
SCORES: Final = "psychological_scores"


class Record(DeclarativeBase):
    """A row of support's own."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {
        str: Text,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(Integer),
        datetime: DateTime(timezone=True),
    }


class Case(FollowedCase, Record):
    """A case as support knows it. Support does not end when the case closes."""

    #: `open` or `closed`, from intake.
    status: Mapped[str]
    #: The number of changes. It is also in the ETag.
    version: Mapped[int]
    language: Mapped[str | None]
    opened_on: Mapped[date | None]


class TeamMember(FollowedMember, Record):
    """A member of a case's team."""


class Correction(RecordCorrection, Record):
    """The values of a support record before a correction."""


class Recorded(OfCase, records.Recorded, Correctable):
    """When a fact happened, was learnt and was recorded, who decided and recorded it, and whether it was corrected."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    happened: Mapped[str | None] = declared_column(
        nullable(Moment()),
        FieldClass.HEALTH,
        "When it happened, as far as that is known; where it is null, on the day of the record.",
    )
    learnt: Mapped[str | None] = declared_column(
        nullable(Moment()), FieldClass.HEALTH, "When it was learnt, where that was later."
    )
    #: Null if the agency that recorded it decided or did it.
    decided_by: Mapped[str | None] = declared_column(
        nullable(Code(identifier=Identifier.AGENCY)),
        FieldClass.HEALTH,
        "Which agency decided or did it, where that was another.",
    )
    recorded_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.HEALTH, "When it was recorded, where that was noted."
    )
    #: Null if the service recorded it.
    recorded_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.HEALTH, "Who recorded it.", author=True
    )
    alike: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.HEALTH, "An earlier record with the same content."
    )
    revision: Mapped[int] = declared_column(
        Count(),
        FieldClass.HEALTH,
        "The revision: 1 until it is corrected.",
        example=1,
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.HEALTH, "When it was taken back, as recorded wrongly; null: it counts."
    )


class Copyable:
    """A record of which the person can have a copy."""

    #: Null if the person was not asked.
    person_copy: Mapped[str | None] = declared_column(
        nullable(Code(codes("person_copy"))), FieldClass.HEALTH, "Whether the person has a copy, or wants none."
    )


CASES = CaseRecords(Case, TeamMember)


class KnownPerson(Record):
    """The age by which a person is treated, and the groups that a house must serve. Intake keeps birth and gender."""

    __tablename__ = "known_people"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    age: Mapped[str | None]
    confirmed_age: Mapped[str | None] = mapped_column(comment="before a change that waits; else as `age`")
    served_as: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class KnownDecision(OfCase, Record):
    """A decision on the official path, as intake publishes it."""

    __tablename__ = "known_decisions"

    step: Mapped[UUID] = mapped_column(primary_key=True)
    stage: Mapped[str]
    outcome: Mapped[str]
    stands: Mapped[bool]
