"""The table of requests for reconsideration. Fields declared here appear in commands and views."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.legal.cases.case.models import CorrectableRecord, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase, WithId
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes


class Reconsideration(WithId, OfCase, CorrectableRecord, Record):
    """A request to reconsider a negative decision."""

    __tablename__ = "reconsiderations"

    stage: Mapped[str] = declared_column(
        Code(codes("identification_stage")), FieldClass.BASIC, "The negative decision that it is about."
    )
    ground: Mapped[str] = declared_column(
        Code(codes("reconsideration_ground")), FieldClass.BASIC, "The reason for the reconsideration."
    )
    requested_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day of the request, today by default.")
    about: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.BASIC,
        "The fact of the decision to reconsider; optional if there is only one.",
    )
    #: As known when the request was recorded.
    late: Mapped[bool] = declared_column(Flag(), FieldClass.BASIC, "Whether the window had passed.")
