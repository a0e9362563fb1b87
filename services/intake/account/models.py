"""Tables of accounts that a person gave."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id


class Account(RecordedFact, Record):
    """That a person gave an account, and why they were asked again; never its content."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    times: Mapped[int]
    elsewhere: Mapped[bool]
    reason: Mapped[str | None]
    given_on: Mapped[date]


Index("accounts_alike_index", Account.case_id, postgresql_where=Account.alike.is_not(None))
