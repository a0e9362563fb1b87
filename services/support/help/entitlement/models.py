"""Tables of entitlements, and of recovery periods, copied from intake's clocks.

Declared columns can be entered and shown.
"""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT


class Entitlement(Recorded, Record):
    """Something that the person is entitled to, from its first day."""

    __tablename__ = "entitlements"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The record.", primary_key=True)
    #: The jurisdiction whose law or practice it follows.
    profile: Mapped[str]
    #: The view shows it as `of_profile`.
    entitlement: Mapped[str]
    started_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "Its first day, today by default.")
    #: This day sets a task to arrange what follows. It ends nothing.
    ends_on: Mapped[date | None] = declared_column(
        nullable(Day()),
        _ACCOUNT,
        "Its last day, as it was decided; null: by the days of the profile, if any. Of a birthday its month is kept.",
    )
    asked_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "The day of the request for an extension, today by default."
    )
    #: Only a member of staff ends it.
    ended_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "The day on which it ended, today by default."
    )


class EntitlementProposal(OfCase, Record):
    """An entitlement that follows from a step of the official path by the profile, for staff to confirm."""

    __tablename__ = "entitlement_proposals"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The proposal.", primary_key=True)
    step: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The step of the official path, at intake.")
    #: The jurisdiction whose law or practice it follows.
    profile: Mapped[str]
    #: The view shows it as `of_profile`.
    entitlement: Mapped[str]
    state: Mapped[str] = declared_column(
        Code(codes("entitlement_proposal")), _ACCOUNT, "The state of the proposal.", example="proposed"
    )
    started_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "Its first day by the step; null: the day of the step is not known."
    )
    proposed_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day on which it was proposed.")
    record: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The entitlement that was recorded by confirming it; null: none."
    )
    answered_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The staff member who confirmed or refused it.", staff=True
    )
    answered_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "The day on which it was confirmed or refused."
    )
    refusal: Mapped[str | None] = declared_column(
        nullable(Code(codes("entitlement_refusal"))), _ACCOUNT, "Why the person does not have it."
    )


_BASIC: Final = FieldClass.BASIC


class Recovery(OfCase, Record):
    """A recovery period, whose clock intake keeps."""

    __tablename__ = "recoveries"

    clock: Mapped[UUID] = declared_column(Reference(), _BASIC, "The clock, at intake.", primary_key=True)
    code: Mapped[str] = declared_column(Code(), _BASIC, "Which period of the law it is.", example="GB.RECOVERY_MIN")
    due_on: Mapped[date | None] = declared_column(nullable(Day()), _BASIC, "Its last day, where the length is known.")
    other_due_on: Mapped[date | None] = declared_column(
        nullable(Day()), _BASIC, "Its last day by the other reading, where there is one."
    )
    state: Mapped[str] = declared_column(
        Code(codes("clock_state")), _BASIC, "How far it is; a withdrawn one counts no more."
    )
