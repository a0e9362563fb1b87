"""Notifiers as they are stored, and each ring for thirty days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record


class Notifier(Record):
    """Where an agency's on-call staff are rung."""

    __tablename__ = "notifiers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[UUID] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(comment="code list notifier_channel")
    address: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: it may name a person or hold a secret")
    secret: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: signs the calls of a webhook")
    levels: Mapped[list[str]] = mapped_column(comment="code list alert_audience: whose rings it receives")
    made_by: Mapped[UUID] = mapped_column(comment="a member of staff, or a key of the agency")
    made_at: Mapped[datetime] = mapped_column(comment="real time")


class Ring(Record):
    """One ring at one notifier, or one that found none."""

    __tablename__ = "rings"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, comment="in their order")
    id: Mapped[UUID] = mapped_column(unique=True, comment="follows from the ring that support asked for")
    agency: Mapped[UUID]
    notifier: Mapped[UUID | None] = mapped_column(index=True, comment="null: the agency has none for this level")
    level: Mapped[str | None] = mapped_column(comment="code list alert_audience; null: a test")
    urgency: Mapped[str | None] = mapped_column(comment="code list danger_urgency; null: a test")
    state: Mapped[str] = mapped_column(comment="code list ring_state")
    outcome: Mapped[str | None] = mapped_column(comment="of the last try, code list ring_outcome; null: none yet")
    tries: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime] = mapped_column(index=True, comment="when support asked for it; real time")
    next_at: Mapped[datetime] = mapped_column(comment="no try before this; real time")
    until: Mapped[datetime] = mapped_column(comment="when it is given up; real time")
    settled_at: Mapped[datetime | None] = mapped_column(comment="real time; null: it waits")


Index("rings_waiting_index", Ring.next_at, postgresql_where=Ring.state == "waiting")
