"""Tables of consents."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id


class ConsentRefusal(RecordedFact, Record):
    """That the person was asked about an agency, and said no; `purposes` is empty where none were named."""

    __tablename__ = "consent_refusals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency: Mapped[UUID]
    purposes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    refused_on: Mapped[date]


class Consent(RecordedFact, Record):
    """A consent, with its end and, perhaps, its withdrawal; who explained it is known since it is asked for.

    `answer_due_on`: until when the agency should say what it did after the withdrawal; null where nothing is awaited.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "consents_standing_index",
            "case_id",
            "expires_on",
            postgresql_where="withdrawn_on is null and taken_back_at is null",
        ),
        Index("consents_withdrawn_index", "withdrawn_on", "id", postgresql_where="withdrawn_on is not null"),
        Index("consents_answer_due_index", "case_id", "answer_due_on", postgresql_where="answer_due_on is not null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency: Mapped[UUID]
    purposes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    language: Mapped[str]
    checklist: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    granted_on: Mapped[date]
    expires_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    withdrawal_happened: Mapped[str | None]
    withdrawal_learnt: Mapped[str | None]
    withdrawal_recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawal_recorded_by: Mapped[UUID | None]
    erase_requested: Mapped[bool | None]
    answer_due_on: Mapped[date | None]
    explained_by: Mapped[UUID | None]


Index("consents_alike_index", Consent.case_id, postgresql_where=Consent.alike.is_not(None))
