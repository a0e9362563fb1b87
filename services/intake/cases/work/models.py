"""The table of the work list's read model. What is declared here can be shown."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Flag


class HeardRisk(Record):
    """Intake's read model of support's assessments: whether the latest one found that immediate action is needed."""

    __tablename__ = "heard_risks"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    urgent: Mapped[bool] = declared_column(
        Flag(), FieldClass.HEALTH, "Whether the latest assessment found urgent need; null: none was made."
    )
    position: Mapped[int]
