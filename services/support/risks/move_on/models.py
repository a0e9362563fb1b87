"""The tables of plans for moving on and of check-ins. Declared columns can be entered and shown."""

from datetime import date
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record, Recorded
from services.support.cases.case.rules import Entries
from services.support.risks.move_on import rules
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Count, Day, Flag, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
_MOST_CHECK_INS: Final = 12
_LATEST_DAY: Final = 730
_DAYS_AFTER: Final = cast(
    "fields.Field[list[int]]",
    BoundedList(fields.Integer(strict=True, validate=validate.Range(1, _LATEST_DAY)), _MOST_CHECK_INS),
)


class Transition(Recorded, Record):
    """A plan for moving on, agreed with the person."""

    __tablename__ = "transitions"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The plan for moving on.", primary_key=True)
    state: Mapped[str] = declared_column(Code(codes("transition_state")), _HEALTH, "How far it is.")
    agreed_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day on which it was agreed, today by default.")
    #: Check-ins start after this day.
    leaves_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day on which the person moves on.")
    #: The services that continue, by outcome: only codes and references.
    outcomes: Mapped[Entries] = mapped_column(JSONB)
    check_in_after: Mapped[list[int]] = declared_column(
        _DAYS_AFTER,
        _HEALTH,
        "The days after moving on when staff check in with the person, as the person agreed.",
        example=list(rules.CHECK_IN_AFTER),
    )
    papers_handed_over: Mapped[bool] = declared_column(Flag(), _HEALTH, "Whether the person has received their papers.")
    way_back_explained: Mapped[bool] = declared_column(
        Flag(), _HEALTH, "Whether the person knows how to come back without telling their story again."
    )
    check_ins_done: Mapped[int] = declared_column(
        Count(), _HEALTH, "The number of check-ins that reached the person.", default=0, server_default="0"
    )
    closing_because: Mapped[str | None] = declared_column(
        nullable(Code(codes("transition_end"))), _HEALTH, "Why the check-ins ended."
    )
    closing_proposed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _HEALTH, "The staff member who proposed to close it.", staff=True
    )
    closed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _HEALTH, "The staff member who closed it or confirmed the closing.", staff=True
    )
    closed_on: Mapped[date | None] = declared_column(nullable(Day()), _HEALTH, "When it was closed.")
    came_back_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The day on which the person came back."
    )


class CheckIn(Recorded, Record):
    """An attempt to contact the person in a safe way. It does not store what they said."""

    __tablename__ = "check_ins"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The attempt.", primary_key=True)
    transition: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The plan for moving on.")
    tried_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day on which it was tried, today by default.")
    way: Mapped[str] = declared_column(Code(codes("contact_way")), _HEALTH, "The contact channel, which must be safe.")
    reached: Mapped[bool] = declared_column(Flag(), _HEALTH, "Whether the person was reached.")
    #: Null if they were not reached, or did not say.
    safe: Mapped[str | None] = declared_column(
        nullable(Code(codes("said_safe"))), _HEALTH, "Whether the person reports being safe."
    )
