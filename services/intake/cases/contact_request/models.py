"""The table of requests to be contacted. Fields declared here appear in commands and views."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.cases.contact_request import rules
from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.encryption import SEALED_FOR_ID
from shared.events.contract import Code, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes
from shared.reference.words import PUBLIC_LANGUAGES


class ContactRequest(Record):
    """A request to be contacted. Everything that the person wrote is one sealed document with its own key."""

    __tablename__ = "contact_requests"
    __table_args__ = (
        Index("contact_requests_waiting_index", "agency", "id", postgresql_where="state = 'received'"),
        Index("contact_requests_taken_index", "taken_by", "id", postgresql_where="taken_by is not null"),
        SEALED_FOR_ID,
    )

    id: Mapped[UUID] = declared_column(Reference(), None, "The request.", primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    #: Keyed, of the return code. Null after the person withdrew the request.
    fingerprint: Mapped[str | None] = mapped_column(unique=True)
    #: The agency whose caseworkers read it.
    agency: Mapped[UUID]
    #: Shown with the declaration of a case's. A withdrawal sets it, the language, the way and the request to null.
    jurisdiction: Mapped[str | None]
    language: Mapped[str | None] = declared_column(
        nullable(Code(PUBLIC_LANGUAGES)), None, "The language to speak with the person.", example="vi"
    )
    way: Mapped[str | None] = declared_column(
        nullable(Code(rules.WAYS)), None, "The way in which the person wants to be contacted.", example="phone"
    )
    request: Mapped[bytes | None] = mapped_column(comment="sealed")
    state: Mapped[str] = declared_column(
        Code(codes("contact_request_state")), None, "Where the request is.", example="received"
    )
    received_at: Mapped[datetime] = declared_column(Instant(), None, "When it was sent.")
    #: When it was received, or put back on the list without an outcome.
    waiting_since: Mapped[datetime]
    changed_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When the person changed it last; null: never."
    )
    taken_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The worker who took it; null: not taken yet."
    )
    taken_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = declared_column(
        nullable(Code(codes("contact_request_outcome"))), None, "The outcome.", example="reached"
    )
