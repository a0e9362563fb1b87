"""The table of agencies' answers to withdrawals. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class WithdrawalAnswer(RecordedFact, Record):
    """An agency's answer.

    There is no foreign key to the consent, because the consent can move to another case and takes its answers along.
    """

    __tablename__ = "withdrawal_answers"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The answer.", primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    consent_id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The consent.", index=True)
    answer: Mapped[str] = declared_column(Code(codes("withdrawal_answer")), FieldClass.ACCOUNT, "What the agency did.")
    basis: Mapped[str | None] = declared_column(
        nullable(Code(codes("legal_basis"))),
        FieldClass.ACCOUNT,
        "On which it keeps something; null where it does not.",
    )
    answered_on: Mapped[date] = declared_column(Day(), FieldClass.ACCOUNT, "The day of its answer, today by default.")
    #: Null if no answer was awaited, or for records from before it was stored.
    due_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.ACCOUNT, "The day by which the agency says what it did."
    )
    report: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.ACCOUNT,
        "The report in which the agency said so itself; null: staff recorded it.",
    )


Index("withdrawal_answers_alike_index", WithdrawalAnswer.case_id, postgresql_where=WithdrawalAnswer.alike.is_not(None))
