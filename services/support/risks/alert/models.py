"""The tables of alerts, their reasons, and calls about them. Declared columns can be entered and shown."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Index, false
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.casework.records import OfCase
from shared.events.contract import Code, Count, Day, Identifier, Instant, Reference
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC


class Alert(Recorded, Record):
    """A safeguarding alert. It is open until a person ends it, also after a person has acknowledged it."""

    __tablename__ = "alerts"

    id: Mapped[UUID] = declared_column(Reference(), _BASIC, "The record's id.", primary_key=True)
    danger_type: Mapped[str] = declared_column(
        Code(codes("danger_type")), FieldClass.HEALTH, "The kind of danger.", example="trafficker_contact"
    )
    urgency: Mapped[str] = declared_column(Code(codes("danger_urgency")), _BASIC, "The urgency.")
    raised_at: Mapped[datetime] = declared_column(Instant(), _BASIC, "When it was raised.")
    level: Mapped[int] = declared_column(Count(), _BASIC, "The escalation level.", example=1)
    acknowledged_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _BASIC, "The staff member who handles the alert, or to whom it was returned.", staff=True
    )
    acknowledged_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _BASIC, "When they acknowledged it."
    )
    ended_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _BASIC, "The staff member who ended it.", staff=True
    )
    ended_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _BASIC, "When it ended; null while it is open."
    )
    end_reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("alert_end_reason"))), _BASIC, "Why it is over."
    )
    stays_inside: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="about an absence before the decision: no agency receives it"
    )

    @property
    def is_over(self) -> bool:
        """Return whether the alert was ended or withdrawn."""
        return self.ended_at is not None or self.taken_back_at is not None


class AlertReason(OfCase, Record):
    """A record that reports the danger of an alert.

    `id` is derived from the record and from what it reports, so each reason is stored once.
    """

    __tablename__ = "alert_reasons"

    id: Mapped[UUID] = declared_column(Reference(), _BASIC, "The reason's id.", primary_key=True)
    alert: Mapped[UUID] = declared_column(Reference(), _BASIC, "The alert.")
    source: Mapped[str] = declared_column(
        Code(identifier=Identifier.SERVICE), _BASIC, "The service that stores the record.", example="intake"
    )
    record_class: Mapped[str]
    record: Mapped[UUID] = declared_column(Reference(), _BASIC, "The record.")
    kind: Mapped[str] = declared_column(
        Code(codes("danger_type")), FieldClass.HEALTH, "The kind of danger.", example="trafficker_contact"
    )
    urgency: Mapped[str] = declared_column(Code(codes("danger_urgency")), _BASIC, "The urgency.")
    said_at: Mapped[datetime] = declared_column(Instant(), _BASIC, "When it was recorded.")
    not_standing_since: Mapped[datetime | None] = declared_column(
        nullable(Instant()),
        _BASIC,
        "When the record stopped reporting the danger. A person then confirms whether the alert still applies.",
    )


class AlertCall(Recorded, Record):
    """A telephone call to an agency or authority about an alert. It does not store what was said."""

    __tablename__ = "alert_calls"

    id: Mapped[UUID] = declared_column(Reference(), _BASIC, "The call.", primary_key=True)
    alert: Mapped[UUID] = declared_column(Reference(), _BASIC, "The alert.")
    called: Mapped[str] = declared_column(Code(codes("called_body")), FieldClass.HEALTH, "The body that was called.")
    agency: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.HEALTH,
        "The agency, by its id in the register; null: it is not in the register.",
        party=True,
        category=OF_THE_LEAD,
    )
    outcome: Mapped[str] = declared_column(Code(codes("call_outcome")), FieldClass.HEALTH, "Whether it was answered.")
    called_on: Mapped[date] = declared_column(Day(), FieldClass.HEALTH, "The day of the call, today by default.")


Index("alert_reasons_record_index", AlertReason.record)
Index("alerts_open_index", Alert.raised_at, postgresql_where=Alert.acknowledged_at.is_(None))
