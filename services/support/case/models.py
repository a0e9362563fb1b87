"""The declarative base of support's tables, its copy of a case and its team, and what every record has."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.casework import records
from shared.casework.cases import CaseRecords
from shared.casework.records import Correctable, FollowedCase, FollowedMember, RecordCorrection
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of support's own."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {str: Text}


class Case(FollowedCase, Record):
    """A case as support knows it; help does not end with its closing."""

    status: Mapped[str] = mapped_column(comment="open or closed, as intake has it; help does not end with it")
    version: Mapped[int] = mapped_column(comment="counts the changes; the ETag")
    language: Mapped[str | None]
    opened_on: Mapped[date | None]


class TeamMember(FollowedMember, Record):
    """Who works on a case."""


class Correction(RecordCorrection, Record):
    """What a record of support said before it was put right."""


class Recorded(records.Recorded, Correctable):
    """What every record says of its time beside its day, and by whom it was recorded; it can be put right."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    decided_by: Mapped[str | None] = mapped_column(comment="the agency that decided or did it; null: this one")


CASES = CaseRecords(Case, TeamMember)
