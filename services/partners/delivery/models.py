"""Endpoints as they are stored, what was asked of them beside the stream, and every attempt for thirty days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record


class Webhook(Record):
    """An endpoint of an agency."""

    __tablename__ = "webhooks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts the changes of its settings; the ETag")
    agency: Mapped[UUID] = mapped_column(index=True)
    url: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: an address may hold a secret")
    kind: Mapped[str] = mapped_column(comment="of its signatures: v1 or v1a")
    secret: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    former_secret: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="signs too, until its time is over; sealed"
    )
    former_until: Mapped[datetime | None] = mapped_column(comment="real time")
    state: Mapped[str] = mapped_column(comment="code list webhook_state")
    reason: Mapped[str | None] = mapped_column(comment="why it is disabled; null: it is not")
    position: Mapped[int] = mapped_column(BigInteger, comment="the last of the stream that it took")
    tries: Mapped[int] = mapped_column(SmallInteger, comment="that failed in a row, of what comes next")
    failing_since: Mapped[datetime | None] = mapped_column(comment="real time; null: it is not failing")
    next_at: Mapped[datetime] = mapped_column(comment="no try before this; real time")
    last_delivered_at: Mapped[datetime | None] = mapped_column(comment="real time; null: nothing yet")
    made_by: Mapped[UUID] = mapped_column(comment="a member of staff, or a key of the agency")
    made_at: Mapped[datetime] = mapped_column(comment="real time")


class WebhookRequest(Record):
    """What somebody asked of an endpoint beside the stream: a test event, or something of the stream once more."""

    __tablename__ = "webhook_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(comment="test or redelivery")
    after: Mapped[int] = mapped_column(BigInteger, comment="the last position that was sent again, or left out")
    until: Mapped[int] = mapped_column(BigInteger, comment="the last position that is to be")
    type: Mapped[str | None] = mapped_column(comment="only events of this type; null: all")
    asked_at: Mapped[datetime] = mapped_column(comment="real time")


class WebhookAttempt(Record):
    """One try to deliver something."""

    __tablename__ = "webhook_attempts"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, comment="in their order")
    id: Mapped[UUID]
    webhook: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(index=True, comment="real time")
    sequence: Mapped[int | None] = mapped_column(BigInteger, comment="in the agency's stream; null: a test event")
    is_again: Mapped[bool] = mapped_column(comment="somebody had asked for it once more")
    outcome: Mapped[str] = mapped_column(comment="code list webhook_outcome")
    status: Mapped[int | None] = mapped_column(SmallInteger, comment="of the answer; null: there was none")
    milliseconds: Mapped[int]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the beginning of the answer; sealed")


Index("webhook_attempts_webhook_number_index", WebhookAttempt.webhook, WebhookAttempt.number)
