"""Tables of webhooks, redelivery requests and delivery attempts. Attempts are kept for thirty days."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import BigInteger, Identity, Index, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from services.partners.streams.subscription.models import LONGEST, PATTERN
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Count, Flag, Instant, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes

_LAST_POSITION: Final = 2**63 - 1


class Place(fields.Integer):
    """A position of a stream."""

    def __init__(self) -> None:
        """Accept integers within the range of the column."""
        super().__init__(strict=True, validate=validate.Range(0, _LAST_POSITION))


class Webhook(Record):
    """An endpoint of an agency."""

    __tablename__ = "webhooks"

    id: Mapped[UUID] = declared_column(Reference(), None, "The webhook.", primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts the changes of its settings; the ETag")
    agency: Mapped[UUID] = declared_column(
        Reference(), None, "The agency whose it is, by its id in the register.", index=True
    )
    url: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: an address may hold a secret")
    kind: Mapped[str] = declared_column(
        Code(codes("webhook_signature")),
        None,
        "How what is sent is signed: `v1` with a secret that both have, `v1a` with a key that only the sender has.",
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    former_secret: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="signs too, until its time is over; sealed"
    )
    former_until: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "Until when the secret before signs, too (real time); null: there is none."
    )
    state: Mapped[str] = declared_column(Code(codes("webhook_state")), None, "The current state.")
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("webhook_end_reason"))), None, "Why it is disabled; null: it is not."
    )
    types: Mapped[list[str]] = declared_column(
        cast("fields.Field[list[str]]", BoundedList(fields.String(validate=[PATTERN, LONGEST]), 100, least=1)),
        None,
        "The event types that are sent, within the agency's subscription, as patterns. Withdrawals, erasures and "
        "placeholders are always sent.",
        server_default=text("'{*}'"),
        example=["intake.referral.*"],
    )
    position: Mapped[int] = declared_column(
        Place(), None, "The last position of the agency's stream that it took.", BigInteger, example=41
    )
    tries: Mapped[int] = declared_column(Count(), None, "Failed attempts of the next event.", SmallInteger, example=0)
    failing_since: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "Since when it has failed (real time); null: it does not."
    )
    next_at: Mapped[datetime] = declared_column(Instant(), None, "No try before this (real time).")
    behind_told_at: Mapped[datetime | None] = mapped_column(
        comment="when its agency last heard that it fell behind (real time); null: never"
    )
    last_delivered_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When it last took something (real time); null: never yet."
    )
    made_by: Mapped[UUID] = declared_column(
        Reference(), None, "A member of staff who made it, or the agency's key with which it was.", staff=True
    )
    made_at: Mapped[datetime] = declared_column(Instant(), None, "When it was made (real time).")


class WebhookRequest(Record):
    """A request for a test event or a redelivery, in addition to the stream."""

    __tablename__ = "webhook_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(comment="test or redelivery")
    after: Mapped[int] = mapped_column(BigInteger, comment="the last position that was sent again, or left out")
    until: Mapped[int] = mapped_column(BigInteger, comment="the last position that is to be")
    type: Mapped[str | None] = mapped_column(comment="only events of this type; null: all")
    asked_at: Mapped[datetime] = mapped_column(comment="real time")


class WebhookAttempt(Record):
    """One delivery attempt."""

    __tablename__ = "webhook_attempts"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, comment="in their order")
    id: Mapped[UUID] = declared_column(Reference(), None, "The try.")
    webhook: Mapped[UUID]
    at: Mapped[datetime] = declared_column(Instant(), None, "When it began (real time).", index=True)
    sequence: Mapped[int | None] = declared_column(
        nullable(Place()), None, "The position in the agency's stream; null: a test event.", BigInteger, example=7
    )
    is_again: Mapped[bool] = declared_column(
        Flag(), None, "Whether it was a requested repeat, or a test.", example=False
    )
    outcome: Mapped[str] = declared_column(Code(codes("webhook_outcome")), None, "The result.")
    status: Mapped[int | None] = declared_column(
        nullable(Count()), None, "The HTTP status of the answer; null: there was none.", SmallInteger, example=204
    )
    milliseconds: Mapped[int] = declared_column(Count(), None, "How long it took.", example=38)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the beginning of the answer; sealed")


Index("webhook_attempts_webhook_number_index", WebhookAttempt.webhook, WebhookAttempt.number)
