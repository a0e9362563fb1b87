"""The declarative base of support's tables, and its copy of a case and its team."""

from datetime import date
from typing import ClassVar

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.casework.cases import CaseRecords
from shared.casework.records import FollowedCase, FollowedMember
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


CASES = CaseRecords(Case, TeamMember)
