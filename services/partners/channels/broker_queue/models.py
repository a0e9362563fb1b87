"""The table of the agencies' queues at the broker. Fields declared here appear in views."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Count, Flag, Instant, Reference
from shared.http.words import Words

LONGEST_NAME: Final = 200


class BrokerQueue(Record):
    """The current or former queue of an agency."""

    __tablename__ = "broker_queues"

    agency: Mapped[UUID] = declared_column(
        Reference(), None, "The agency; it signs in at the broker by a key's id, with the key.", primary_key=True
    )
    version: Mapped[int] = mapped_column(default=1, comment="counts the steps that people took; the ETag")
    queue: Mapped[str] = declared_column(
        Words(LONGEST_NAME),
        None,
        "The queue's name, for this agency only.",
        example="agency.0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57.3f9c0a6be1d24785a0c94b7e12d6f8",
    )
    is_open: Mapped[bool] = declared_column(
        Flag(), None, "Whether the agency has a queue, as far as it is for people to say."
    )
    is_declared: Mapped[bool] = mapped_column(comment="whether it is at the broker, as far as is known here")
    mark: Mapped[int | None] = mapped_column(
        BigInteger, comment="the last sequence that the broker has confirmed; null: nothing was looked at yet"
    )
    discarded: Mapped[list[str]] = mapped_column(comment="queues to be deleted before anything else is published")
    endings: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="those of the stream, for which it was emptied already"
    )
    waiting: Mapped[int | None] = declared_column(nullable(Count()), None, "Messages in the queue at the last check.")
    readers: Mapped[int | None] = declared_column(nullable(Count()), None, "Consumers at the last check.")
    looked_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "The time of the last check; null: not checked yet."
    )
    opened_at: Mapped[datetime] = declared_column(Instant(), None, "When it was opened last, or got a new name.")
    opened_by: Mapped[UUID] = mapped_column(comment="a member of staff, or a key of the agency's")
    named_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="when it got its name; real time: a key that is revoked later is cut off"
    )
    encryption_key: Mapped[dict[str, str] | None] = mapped_column(
        JSONB(none_as_null=True), comment="the agency's public JWK, for its messages; null: they are in clear"
    )
    days_at: Mapped[datetime | None] = mapped_column(
        comment="up to when it was looked whether something has ended by its day; null: nothing was in it yet"
    )
