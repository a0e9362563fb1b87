"""The queues of the agencies as they are stored: how far each is filled, and what has to be deleted at the broker."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record


class BrokerQueue(Record):
    """The queue of an agency that has, or had, one."""

    __tablename__ = "broker_queues"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts the steps that people took; the ETag")
    queue: Mapped[str] = mapped_column(comment="its name at the broker, the last part of which is drawn by lot")
    is_open: Mapped[bool] = mapped_column(comment="whether the agency wants one")
    is_declared: Mapped[bool] = mapped_column(comment="whether it is at the broker, as far as is known here")
    mark: Mapped[int | None] = mapped_column(
        BigInteger, comment="the last sequence that the broker has confirmed; null: nothing was looked at yet"
    )
    discarded: Mapped[list[str]] = mapped_column(comment="queues to be deleted before anything else is published")
    endings: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="those of the stream, for which it was emptied already"
    )
    waiting: Mapped[int | None] = mapped_column(comment="messages that waited for a reader when it was last looked at")
    readers: Mapped[int | None] = mapped_column(comment="consumers, when it was last looked at")
    looked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime] = mapped_column(comment="the last time that it was opened, or got a new name")
    opened_by: Mapped[UUID] = mapped_column(comment="a member of staff, or a key of the agency's")
    named_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="when it got its name; real time: a key that is revoked later is cut off"
    )
    days_at: Mapped[datetime | None] = mapped_column(
        comment="up to when it was looked whether something has ended by its day; null: nothing was in it yet"
    )
