"""The table of absences. It does not store where the person was. Declared columns can be entered and shown."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Count, Day, Flag, Instant, Reference
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH


class Absence(Recorded, Record):
    """A period in which the person could not be reached. It neither closes the case nor ends any support."""

    __tablename__ = "absences"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The absence.", primary_key=True)
    state: Mapped[str] = declared_column(Code(codes("absence_state")), _HEALTH, "How far it is.")
    reason: Mapped[str] = declared_column(Code(codes("missing_reason")), _HEALTH, "The reason, as far as it is known.")
    missed_on: Mapped[date] = declared_column(
        Day(), _HEALTH, "The day on which they could not be reached, today by default."
    )
    is_child: Mapped[bool] = declared_column(
        Flag(),
        FieldClass.BASIC,
        "Whether the person is treated as a child, from intake's record or an entry of staff.",
    )
    #: Null if staff entered nothing.
    said_child: Mapped[bool | None] = declared_column(
        nullable(Flag()),
        FieldClass.BASIC,
        "Whether staff entered that the person is a child. It only adds protection: it grants and lifts nothing.",
    )
    known_age: Mapped[str | None] = declared_column(
        nullable(Code(codes("age"))),
        FieldClass.BASIC,
        "The age that intake assumed when the absence was entered; null: unknown.",
    )
    high_risk: Mapped[bool] = declared_column(
        Flag(), _HEALTH, "Whether the risk is high, by the last assessment or as entered by staff."
    )
    agreed_to_police: Mapped[bool] = declared_column(
        Flag(), _HEALTH, "Whether the person agreed beforehand that staff notify the police."
    )
    decided_by_lead: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _HEALTH, "The staff member who decided.", staff=True
    )
    decided_at: Mapped[datetime | None] = declared_column(nullable(Instant()), _HEALTH, "When it was decided.")
    police_proposed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _HEALTH, "The staff member who proposed to notify the police.", staff=True
    )
    police_told_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        _HEALTH,
        "The staff member who notified the police or confirmed the notification.",
        staff=True,
    )
    police_told_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _HEALTH, "When the police were notified."
    )
    reviews: Mapped[int] = declared_column(Count(), _HEALTH, "The number of reviews.", default=0, server_default="0")
    found_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The day on which they were found or came back, today by default."
    )
    outcome: Mapped[str | None] = declared_column(
        nullable(Code(codes("missing_outcome"))),
        _HEALTH,
        "How the absence ended. The person's location is not recorded.",
    )
    safe: Mapped[str | None] = declared_column(
        nullable(Code(codes("said_safe"))), _HEALTH, "Whether the person reports being safe. This is asked first."
    )
    talk_offered_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The day on which staff offered a talk."
    )
