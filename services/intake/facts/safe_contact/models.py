"""Tables of safe contact: sealed agreements, contact attempts, absences at support, and cases whose sharing is frozen.

Fields declared here appear in commands and views.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import OfCase, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import Correctable
from shared.events.contract import Code, Count, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class SafeContactAgreement(Record):
    """The person's agreement about being contacted, as one sealed JSON document."""

    __tablename__ = "safe_contacts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    agreement: Mapped[bytes]


class ExclusionNote(OfCase, Record):
    """The sealed description of an excluded person, in the words of the case's person. Its id is the exclusion's."""

    __tablename__ = "exclusion_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    note: Mapped[bytes]


class ContactAttempt(OfCase, Correctable, Record):
    """An outgoing contact and its outcome, also that it was unsafe. Its content is never stored."""

    __tablename__ = "contact_attempts"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.IDENTITY, "The attempt.", primary_key=True, default=new_id
    )
    channel: Mapped[str] = declared_column(
        Code(codes("contact_way").values), FieldClass.IDENTITY, "The way that was tried."
    )
    at: Mapped[datetime] = declared_column(Instant(), FieldClass.IDENTITY, "When it was tried; now by default.")
    outcome: Mapped[str] = declared_column(Code(codes("contact_outcome")), FieldClass.IDENTITY, "The outcome.")
    made_by: Mapped[UUID] = declared_column(Reference(), FieldClass.IDENTITY, "Who tried.", author=True)
    recorded_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.IDENTITY, "When it was recorded; null: that was not kept."
    )
    revision: Mapped[int] = declared_column(
        Count(),
        FieldClass.IDENTITY,
        "The revision: 1 until it is corrected.",
        default=1,
        server_default="1",
    )
    taken_back_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.IDENTITY, "When it was taken back as recorded wrongly; null: it counts."
    )


class HeardAbsence(Record):
    """Intake's read model of an absence at support. Its row stays after the end: a late event can't reopen it."""

    __tablename__ = "heard_absences"
    __table_args__ = (Index("heard_absences_case_id_index", "case_id"),)

    absence: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    #: When it was declared; null if only the event of its end has arrived.
    since: Mapped[datetime | None]
    is_over: Mapped[bool]


class SharingFreeze(Record):
    """A case whose sharing is frozen by an event. The row is deleted when the event `sharing.resumed` is recorded."""

    __tablename__ = "sharing_freezes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    freeze: Mapped[UUID]
