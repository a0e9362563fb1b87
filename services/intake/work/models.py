"""The table of the work list's read model."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class HeardRisk(Record):
    """Intake's read model of support's assessments: whether the latest one found that immediate action is needed."""

    __tablename__ = "heard_risks"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    urgent: Mapped[bool]
    position: Mapped[int]
