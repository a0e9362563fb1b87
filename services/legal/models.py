"""What legal stores: its own work, and its copy of the case, built from intake's events alone."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared.casework.cases import CaseRecords
from shared.casework.records import FollowedCase, FollowedMember, SealedNote
from shared.events.envelope import new_id
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of legal's own."""

    metadata = own_metadata()


class Case(FollowedCase, Record):
    """A case as legal knows it."""

    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)


class TeamMember(FollowedMember, Record):
    """Who works on a case."""


class IdentificationFact(Record):
    """A step on the official path, as intake told it."""

    __tablename__ = "identification_facts"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(BigInteger, comment="in intake's log: the order in which it was recorded")
    stage: Mapped[str]
    outcome: Mapped[str | None]
    authority: Mapped[str | None]
    occurred_on: Mapped[str | None] = mapped_column(comment="perhaps only a year or month")
    received_on: Mapped[date | None]
    made_elsewhere: Mapped[bool]
    reconsidered: Mapped[str | None]
    step: Mapped[UUID | None] = mapped_column(index=True, comment="null: from a release that did not say")
    corrected: Mapped[bool] = mapped_column(comment="recorded wrongly: it counts no more")


class DetectionFact(Record):
    """The days of a detection from which limitations run, as intake told them; kept also once it was withdrawn."""

    __tablename__ = "detection_facts"

    detection: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    earliest_incident_on: Mapped[str | None] = mapped_column(comment="perhaps only a year or month")
    work_ended_on: Mapped[str | None] = mapped_column(comment="perhaps only a year or month")
    withdrawn: Mapped[bool]


class Advice(Record):
    """That there was advice, when, on which topics; never what was said."""

    __tablename__ = "advice"
    __table_args__ = (
        CheckConstraint("status in ('given', 'declined', 'unavailable', 'could_not_wait')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    phase: Mapped[str]
    status: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    funding: Mapped[str]
    language: Mapped[str]
    interpreter: Mapped[bool]
    given_on: Mapped[date]


class Matter(Record):
    """Work towards one remedy, from its opening to the payment."""

    __tablename__ = "matters"
    __table_args__ = (CheckConstraint("status in ('opened', 'applied', 'decided', 'paid')", name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    remedy: Mapped[str]
    status: Mapped[str]
    opened_on: Mapped[date]
    applied_on: Mapped[date | None]
    late: Mapped[bool | None]
    outcome: Mapped[str | None]
    amount_band: Mapped[str | None]
    currency: Mapped[str | None]
    decided_on: Mapped[date | None]
    paid_on: Mapped[date | None]


class Reconsideration(Record):
    """A request to look at a negative decision again."""

    __tablename__ = "reconsiderations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[str]
    ground: Mapped[str]
    requested_on: Mapped[date]
    late: Mapped[bool]


class Note(SealedNote, Record):
    """What an adviser wrote, perhaps about one matter."""

    matter: Mapped[UUID | None]


CASES = CaseRecords(Case, TeamMember)


def identification(session: Session, case: UUID) -> list[IdentificationFact]:
    """Return a case's steps on the official path that count, in the order in which they were recorded."""
    mine = select(IdentificationFact).where(IdentificationFact.case_id == case, IdentificationFact.corrected.is_(False))
    return list(session.execute(mine.order_by(IdentificationFact.position)).scalars())


def applied_remedies(session: Session, case: UUID) -> set[str]:
    """Return the remedies that were applied for."""
    mine = select(Matter.remedy).where(Matter.case_id == case, Matter.applied_on.is_not(None))
    return set(session.execute(mine).scalars())
