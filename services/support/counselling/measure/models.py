"""The table of questionnaires. Answers are sealed. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import SCORES, Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

_SEALED: Final = FieldClass.PRIVILEGED


class Measure(Recorded, Record):
    """A questionnaire that was offered. Results are computed at each read."""

    __tablename__ = "measures"

    id: Mapped[UUID] = declared_column(
        Reference(), _SEALED, "The questionnaire that was offered.", category=SCORES, primary_key=True
    )
    instrument: Mapped[str] = declared_column(
        Code(), _SEALED, "Which questionnaire it is.", category=SCORES, example="core10"
    )
    instrument_version: Mapped[str] = declared_column(Code(), _SEALED, "Its version.", category=SCORES, example="1")
    language: Mapped[str] = declared_column(
        Code(), _SEALED, "The language in which it was asked.", category=SCORES, example="en"
    )
    filled_by: Mapped[str | None] = declared_column(
        nullable(Code(codes("measure_filled_by"))),
        _SEALED,
        "Who filled it in; null: the person prefers not to, which needs no reason and has no effect.",
        category=SCORES,
    )
    taken_on: Mapped[date] = declared_column(
        Day(), _SEALED, "The day on which it was offered, today by default.", category=SCORES
    )
    #: Null if the person did not want to answer.
    answers: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
