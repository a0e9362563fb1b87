"""The read model of intake's events about a person."""

from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record


class KnownPerson(Record):
    """The age by which a person is treated, and the groups that a house must serve. Intake keeps birth and gender."""

    __tablename__ = "known_people"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    age: Mapped[str | None]
    confirmed_age: Mapped[str | None] = mapped_column(comment="before a change that waits; else as `age`")
    served_as: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class KnownDecision(Record):
    """A decision on the official path, as intake publishes it."""

    __tablename__ = "known_decisions"

    step: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[str]
    outcome: Mapped[str]
    stands: Mapped[bool]
