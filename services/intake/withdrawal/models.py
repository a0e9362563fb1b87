"""Tables of withdrawals and the agencies' answers."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id


class WithdrawalAnswer(RecordedFact, Record):
    """An agency's answer. Without a foreign key to the consent, which may go to another case, and takes it along."""

    __tablename__ = "withdrawal_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(index=True)
    answer: Mapped[str]
    basis: Mapped[str | None]
    answered_on: Mapped[date]
    due_on: Mapped[date | None] = mapped_column(comment="until when it was awaited; null: not kept, or not awaited")
    report: Mapped[UUID | None] = mapped_column(comment="in which the agency said so itself; null: staff recorded it")


Index("withdrawal_answers_alike_index", WithdrawalAnswer.case_id, postgresql_where=WithdrawalAnswer.alike.is_not(None))
