"""The table of counselling sessions. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH


class CounsellingSession(Recorded, Record):
    """A session of a course: only whether the person came, and the language."""

    __tablename__ = "counselling_sessions"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The session.", primary_key=True)
    course: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The course of counselling to which it belongs.")
    #: The planned day, while the session is planned. If the person came before it, the day on which they came.
    held_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day of the session, today by default.")
    attendance: Mapped[str] = declared_column(Code(codes("session_attendance")), _HEALTH, "Whether the person came.")
    interpreted: Mapped[bool] = declared_column(Flag(), _HEALTH, "Whether an interpreter was there.")
    #: Null in sessions of earlier releases.
    interpreter_checked: Mapped[bool | None] = declared_column(
        nullable(Flag()), _HEALTH, "Whether staff checked that the interpreter is none whom the person refused by name."
    )
    language: Mapped[str | None] = declared_column(
        nullable(Code(codes("language"))), _HEALTH, "In which language.", example="bg"
    )
    #: Null if the counsellor did not say.
    danger: Mapped[str | None] = declared_column(
        nullable(Code(codes("danger_flag"))), _HEALTH, "Whether the counsellor sees danger; it raises an alert."
    )
