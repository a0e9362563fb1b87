"""Tables of notifiers and of their rings, which are kept for thirty days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Count, Instant, Reference
from shared.reference import codes


class Notifier(Record):
    """The address where an agency's on-call staff are rung."""

    __tablename__ = "notifiers"

    id: Mapped[UUID] = declared_column(Reference(), None, "The notifier.", primary_key=True)
    agency: Mapped[UUID] = declared_column(Reference(), None, "The agency, by its id in the register.", index=True)
    channel: Mapped[str] = declared_column(
        Code(codes("notifier_channel")), None, "How it rings: a webhook call or an e-mail."
    )
    address: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: it may name a person or hold a secret")
    secret: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: signs the calls of a webhook")
    levels: Mapped[list[str]] = declared_column(
        Codes(codes("alert_audience")), None, "For which levels of an alert it rings."
    )
    made_by: Mapped[UUID] = declared_column(
        Reference(), None, "The member of staff who registered it, or the agency's key that did.", staff=True
    )
    made_at: Mapped[datetime] = declared_column(Instant(), None, "When it was registered (real time).")


class Ring(Record):
    """One ring at one notifier, or one that found none."""

    __tablename__ = "rings"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, comment="in their order")
    id: Mapped[UUID] = declared_column(
        Reference(), None, "The ring; a webhook call carries it as `webhook-id`.", unique=True
    )
    agency: Mapped[UUID]
    notifier: Mapped[UUID | None] = declared_column(nullable(Reference()), None, "The notifier.", index=True)
    level: Mapped[str | None] = declared_column(
        nullable(Code(codes("alert_audience"))), None, "The level that is rung; null: a test."
    )
    urgency: Mapped[str | None] = declared_column(
        nullable(Code(codes("danger_urgency"))), None, "The urgency; null: a test."
    )
    state: Mapped[str] = declared_column(Code(codes("ring_state")), None, "Whether it was delivered.")
    outcome: Mapped[str | None] = declared_column(
        nullable(Code(codes("ring_outcome"))), None, "The outcome of the last try; null: none yet."
    )
    tries: Mapped[int] = declared_column(Count(), None, "How often it was tried.", SmallInteger, example=1)
    due_at: Mapped[datetime] = declared_column(Instant(), None, "When it was asked for (real time).", index=True)
    next_at: Mapped[datetime] = mapped_column(comment="no try before this; real time")
    until: Mapped[datetime] = mapped_column(comment="when it is given up; real time")
    settled_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When it was delivered or given up (real time); null: it waits."
    )


Index("rings_waiting_index", Ring.next_at, postgresql_where=Ring.state == "waiting")
