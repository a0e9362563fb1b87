"""Tables of access requests, annotations, disclosures and what is proposed to be disclosed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class Disclosure(Record):
    """A demand to be shown what is kept, and the decision on it; `decision` is null until there is one."""

    __tablename__ = "disclosures"
    __table_args__ = (Index("disclosures_undecided_index", "received_on", postgresql_where="decision is null"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    demanded_by: Mapped[str]
    basis: Mapped[str]
    asked: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    received_on: Mapped[date]
    challenged: Mapped[str | None]
    decision: Mapped[str | None]
    given: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    person_agreed: Mapped[bool | None]
    person_told: Mapped[bool | None]
    not_told_reason: Mapped[str | None]
    decided_on: Mapped[date | None]
    decided_by: Mapped[UUID | None]
    confirmed_by: Mapped[UUID | None]


class DisclosureProposal(Record):
    """A decision to hand something over, which counts for nothing until a second person confirms it."""

    __tablename__ = "disclosure_proposals"
    __table_args__ = (Index("disclosure_proposals_waiting_index", "lapses_at", postgresql_where="state = 'waiting'"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    disclosure_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str]
    challenged: Mapped[str]
    decision: Mapped[str]
    given: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    person_agreed: Mapped[bool]
    person_told: Mapped[bool]
    not_told_reason: Mapped[str | None]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    lapses_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refusal: Mapped[str | None]


class AccessRequest(Record):
    """A person's request for a copy or an access report, released after the private check and the reviews it needs."""

    __tablename__ = "access_requests"
    __table_args__ = (Index("access_requests_open_index", "case_id", postgresql_where="released_until is null"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    received_on: Mapped[date]
    finding: Mapped[str | None]
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="real time")
    third_parties: Mapped[str | None]
    third_parties_reviewed_by: Mapped[UUID | None]
    privileged: Mapped[str | None]
    privileged_reviewed_by: Mapped[UUID | None]
    released_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), comment="real time")


class Annotation(Record):
    """The person's objection to a record, in their words, sealed; the record stays as it is."""

    __tablename__ = "annotations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    about: Mapped[str]
    record: Mapped[UUID]
    reason: Mapped[str]
    statement: Mapped[bytes] = mapped_column(comment="sealed")
    annotated_on: Mapped[date]
    by: Mapped[UUID]
