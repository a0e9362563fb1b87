"""The table of placements. An address has no column. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
_WHERE: Final = "location"
_REGION: Final = fields.String(
    validate=[
        validate.Length(4, 6),
        validate.Regexp(r"^[A-Z]{2}-[A-Z0-9]{1,3}$(?!\n)", error="must be a region"),
    ]
)


class Placement(Recorded, Record):
    """A place to live, from the offer on."""

    __tablename__ = "placements"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The placement.", category=_WHERE, primary_key=True)
    state: Mapped[str] = declared_column(Code(codes("placement_state")), _HEALTH, "How far it is.", category=_WHERE)
    accommodation_type: Mapped[str] = declared_column(
        Code(codes("accommodation_type")), _HEALTH, "The kind of place.", category=_WHERE
    )
    region: Mapped[str | None] = declared_column(
        nullable(_REGION),
        _HEALTH,
        "In which region (ISO 3166-2); never an address.",
        example="NL-NH",
        category=_WHERE,
    )
    provider: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _HEALTH, "The provider of the directory.", category=_WHERE
    )
    offered_on: Mapped[date] = declared_column(
        Day(), _HEALTH, "The day on which it was offered, today by default.", category=_WHERE
    )
    held_until: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "Until which day the place is held.", category=_WHERE
    )
    refused_by: Mapped[str | None] = declared_column(
        nullable(Code(codes("placement_refuser"))), _HEALTH, "Who refused.", category=_WHERE
    )
    refused_because: Mapped[str | None] = declared_column(
        nullable(Code(codes("placement_refusal"))), _HEALTH, "Why.", category=_WHERE
    )
    moved_in_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The day on which they moved in, today by default.", category=_WHERE
    )
    #: This day sets a task to find the next place. It ends nothing.
    ends_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The last day of the stay; null: not stated.", category=_WHERE
    )
    safe: Mapped[str] = declared_column(
        Code(codes("said_safe")),
        _HEALTH,
        "Whether the place is safe, as the person says.",
        category=_WHERE,
        default="unknown",
    )
    moved_out_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The day on which they moved out, today by default.", category=_WHERE
    )
    exit_reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("placement_exit"))), _HEALTH, "Why they moved out.", category=_WHERE
    )
