"""The table of accounts that a person gave. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Count, Day, Flag, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class Account(RecordedFact, Record):
    """An account that a person gave, and the reason why they were asked again. Its content is never stored."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The account.", primary_key=True, default=new_id
    )
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    times: Mapped[int] = declared_column(
        Count(), FieldClass.ACCOUNT, "How often the person has given one, this time included.", example=1
    )
    elsewhere: Mapped[bool] = declared_column(
        Flag(), FieldClass.ACCOUNT, "Whether it was given to somebody else than us."
    )
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("account_reason"))), FieldClass.ACCOUNT, "Why the person was asked once more."
    )
    given_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default."
    )


Index("accounts_alike_index", Account.case_id, postgresql_where=Account.alike.is_not(None))
