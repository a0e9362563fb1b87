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
