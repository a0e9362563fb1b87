"""How the person can be reached, sealed, and the contacts that were tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class SafeContactAgreement(Record):
    """What the person agreed to about being contacted, as one sealed JSON document."""

    __tablename__ = "safe_contacts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    agreement: Mapped[bytes]


class ExclusionNote(Record):
    """Who it is that the person does not want near, in their words, sealed; its id is that of the exclusion."""

    __tablename__ = "exclusion_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    note: Mapped[bytes]


class ContactAttempt(Correctable, Record):
    """An outgoing contact and what came of it, also that it was unsafe; never what was said."""

    __tablename__ = "contact_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    channel: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str]
    made_by: Mapped[UUID]
    recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
