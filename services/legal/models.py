"""What legal stores: its own work, and its picture of the case, built from intake's events alone.

No foreign key leads from the work to the picture: the picture can be built again, and must never take work with it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, LargeBinary, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared.access.subjects import Subjects
from shared.events.envelope import new_id
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of legal's own."""

    metadata = own_metadata()


class Case(Record):
    """A case as legal knows it; `jurisdiction` is null until its opening has arrived."""

    __tablename__ = "cases"
    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    jurisdiction: Mapped[str | None]
    status: Mapped[str]


class TeamMember(Record):
    """Who works on a case."""

    __tablename__ = "case_team"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    lead: Mapped[bool]


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


class Note(Record):
    """What an adviser wrote, sealed; a note is corrected by a new one, and never changed."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    matter: Mapped[UUID | None]
    kind: Mapped[str]
    text: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    written_by: Mapped[UUID]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_by: Mapped[UUID | None] = mapped_column(comment="the note that corrects this one")


_CASES = Subjects(Case, TeamMember)
lock, version, bump, relation = _CASES.lock, _CASES.version, _CASES.bump, _CASES.relation


def jurisdiction(session: Session, case: UUID) -> str | None:
    """Return a case's jurisdiction; None until its opening has arrived."""
    return session.execute(select(Case.jurisdiction).where(Case.id == case)).scalar_one()


def identification(session: Session, case: UUID) -> list[IdentificationFact]:
    """Return a case's steps on the official path that count, in the order in which they were recorded."""
    mine = select(IdentificationFact).where(IdentificationFact.case_id == case, IdentificationFact.corrected.is_(False))
    return list(session.execute(mine.order_by(IdentificationFact.position)).scalars())


def applied_remedies(session: Session, case: UUID) -> set[str]:
    """Return the remedies that were applied for."""
    mine = select(Matter.remedy).where(Matter.case_id == case, Matter.applied_on.is_not(None))
    return set(session.execute(mine).scalars())
