"""Tables of consents."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class Consent(Record):
    """A consent, with its end and, perhaps, its withdrawal; who explained it is known since it is asked for."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency: Mapped[str]
    purposes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    language: Mapped[str]
    checklist: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    granted_on: Mapped[date]
    expires_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    erase_requested: Mapped[bool | None]
    explained_by: Mapped[UUID | None]
