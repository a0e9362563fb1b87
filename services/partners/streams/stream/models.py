"""Tables of the streams: the positions of each agency. An event is stored once for all agencies."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from marshmallow import fields
from sqlalchemy import BigInteger, Date, Identity, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase
from shared.events.contract import Code, Count, Instant
from shared.reference import codes

#: The classification of an event about a person's case.
ABOUT_SOMEBODY: Final = "case"
#: The classification of an event that contains the agency's own pseudonym. It is in the stream of that agency only.
NAMED: Final = "named"


class Stream(Record):
    """The last position of an agency's stream."""

    __tablename__ = "streams"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    head: Mapped[int] = mapped_column(BigInteger)


class StreamEpoch(Record):
    """An epoch of an agency's stream. A restore of this service begins a new epoch."""

    __tablename__ = "stream_epochs"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[UUID] = mapped_column(primary_key=True)
    after: Mapped[int] = mapped_column(BigInteger, comment="the last position of the life before")
    began_at: Mapped[datetime]


class ToldEvent(Record):
    """The published form of an event that an agency received. It is deleted when its case is erased."""

    __tablename__ = "told_events"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    name: Mapped[str]
    version: Mapped[int] = mapped_column(SmallInteger)
    case_id: Mapped[UUID] = mapped_column(index=True, comment="the case, or whatever else the event is about")
    classification: Mapped[str]
    correlation: Mapped[UUID]
    cause: Mapped[UUID | None]
    data: Mapped[dict[str, object]] = mapped_column(JSONB)
    source_position: Mapped[int | None] = mapped_column(
        BigInteger, comment="in its source's log; null: told by partners alone, or unknown"
    )

    @property
    def is_about_somebody(self) -> bool:
        """Return whether it is about a person's case."""
        return self.classification == ABOUT_SOMEBODY


class EarlyEvent(OfCase, Record):
    """An event that was not delivered to every subscriber. It is decided again if a later event grants access to it."""

    __tablename__ = "early_events"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    name: Mapped[str]
    version: Mapped[int] = mapped_column(SmallInteger)
    classification: Mapped[str]
    correlation: Mapped[UUID]
    cause: Mapped[UUID | None]
    data: Mapped[dict[str, object]] = mapped_column(JSONB)
    position: Mapped[int] = mapped_column(BigInteger, comment="in its source's log")
    recorded_at: Mapped[datetime] = mapped_column(index=True, comment="when its source recorded it; real time")


class FrozenEvent(Record):
    """An event that is withheld from an agency while delivery by consent is paused. It is delivered afterwards."""

    __tablename__ = "frozen_events"
    __table_args__ = (Index("frozen_events_case_id_agency_index", "case_id", "agency"),)

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    event: Mapped[UUID] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="the order in which they came")
    case_id: Mapped[UUID]
    sequence: Mapped[int | None] = mapped_column(
        BigInteger, comment="the position at which it stood, and which it left empty; null: it never was in the stream"
    )
    told_on: Mapped[date] = mapped_column(Date, comment="the day on which it was put on its way, or would have been")


class OwnLogMark(Record):
    """The position up to which the service's own log has been added to the streams."""

    __tablename__ = "own_log_mark"

    single: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class Position(Record):
    """A position in an agency's stream. It is kept for ever; its event can be redacted."""

    __tablename__ = "stream_positions"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event: Mapped[UUID]
    told_at: Mapped[datetime]
    told_on: Mapped[date] = mapped_column(Date, comment="the same as a day under the law of the case")


Index("stream_positions_agency_event_key", Position.agency, Position.event, unique=True)


class ToldCategory(Record):
    """A data category of a person that an agency received. Empty: data without a category."""

    __tablename__ = "told_categories"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True, comment="code list data_category, or empty")


class ChannelDelivery(Record):
    """An event about a person that a channel delivered to an agency, and when last."""

    __tablename__ = "channel_deliveries"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[UUID] = mapped_column(primary_key=True)
    event: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = declared_column(
        Code(codes("delivery_channel")), FieldClass.BASIC, "The channel.", primary_key=True
    )
    last_at: Mapped[datetime] = declared_column(
        Instant(), FieldClass.BASIC, "When the channel last delivered an event."
    )


class GateDecision(Record):
    """The decisions of the gate about a type of event of a case: how often, and when first and last."""

    __tablename__ = "gate_decisions"

    case_id: Mapped[UUID] = mapped_column(primary_key=True, comment="the case, or whatever else it is about")
    agency: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = declared_column(
        fields.String(), None, "The type of the events.", example="intake.referral.sent", primary_key=True
    )
    because: Mapped[str] = declared_column(Code(codes("gate_reason")), None, "Why.", primary_key=True)
    is_told: Mapped[bool]
    count: Mapped[int] = declared_column(Count(), None, "How often.", example=1)
    first_at: Mapped[datetime] = declared_column(Instant(), None, "When first.")
    last_at: Mapped[datetime] = declared_column(Instant(), None, "When last.")
