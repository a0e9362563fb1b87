"""Tables of counselling courses, their pauses, and requests. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Day, Reference
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH


class Course(Recorded, Record):
    """A course of counselling. It is open until it has an end."""

    __tablename__ = "counselling_courses"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The course of counselling.", primary_key=True)
    modality: Mapped[str] = declared_column(Code(codes("counselling_modality")), _HEALTH, "How it is given.")
    started_on: Mapped[date] = declared_column(Day(), _HEALTH, "Its first day, today by default.")
    ended_on: Mapped[date | None] = declared_column(nullable(Day()), _HEALTH, "Its last day, today by default.")
    end_reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("counselling_end_reason"))), _HEALTH, "Why it ended."
    )


class Pause(Recorded, Record):
    """A pause of a course. The person keeps their place."""

    __tablename__ = "counselling_pauses"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The pause.", primary_key=True)
    course: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The course of counselling.")
    paused_on: Mapped[date] = declared_column(Day(), _HEALTH, "The first day of the pause, today by default.")
    because: Mapped[str] = declared_column(
        Code(codes("pause_reason")), _HEALTH, "Why, as the person says; none need be given."
    )
    #: The agreed way to contact each other.
    way_back: Mapped[str] = declared_column(Code(codes("way_back")), _HEALTH, "How they come back, as was agreed.")
    #: This day sets a task. It never ends the pause or the course.
    ask_again_on: Mapped[date] = declared_column(
        Day(), _HEALTH, "The day to ask whether they want to continue: in 4 weeks by default."
    )
    #: Null while the pause lasts.
    returned_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "The day on which they came back, today by default."
    )


class CounsellingRequest(Recorded, Record):
    """A request of the person for counselling, and its outcome."""

    __tablename__ = "counselling_requests"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The request.", primary_key=True)
    state: Mapped[str] = declared_column(Code(codes("waiting_state")), _HEALTH, "Whether they wait.")
    modalities: Mapped[list[str]] = declared_column(Codes(codes("counselling_modality")), _HEALTH, "The person's wish.")
    language: Mapped[str | None] = declared_column(
        nullable(Code(codes("language"))), _HEALTH, "In which language.", example="bg"
    )
    counsellor_gender: Mapped[str | None] = declared_column(
        nullable(Code(codes("interpreter_gender"))),
        _HEALTH,
        "Of which gender the counsellor is to be, if that matters.",
    )
    waits_because: Mapped[str] = declared_column(Code(codes("waiting_reason")), _HEALTH, "Why they wait.")
    meanwhile: Mapped[list[str]] = declared_column(
        Codes(codes("counselling_modality")), _HEALTH, "Their support in the meantime.", example=["group"]
    )
    asked_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day on which they asked, today by default.")
    answered_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "When it was answered; null: they wait."
    )
