"""The declarative base of legal's tables, and its copy of a case and its team."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import DeclarativeBase

from shared.casework import danger
from shared.casework.cases import CaseRecords
from shared.casework.records import FollowedCase, FollowedMember, RecordCorrection
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of legal's own."""

    metadata = own_metadata()


class Case(FollowedCase, Record):
    """A case as legal knows it."""

    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)


class TeamMember(FollowedMember, Record):
    """Who works on a case."""


class Correction(RecordCorrection, Record):
    """What a record of legal said before it was put right."""


danger.watch("legal", Record, danger.publish)
CASES = CaseRecords(Case, TeamMember)
