"""Tables of the retention of closed cases. What is declared here can be entered and shown."""

from datetime import date, datetime
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.access.retention import rules
from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day
from shared.events.envelope import new_id
from shared.reference import codes


class RetentionFigure(Record):
    """The years that the deployer has chosen, which replace the default."""

    __tablename__ = "retention_figures"

    jurisdiction: Mapped[str] = mapped_column(primary_key=True)
    record_class: Mapped[str] = declared_column(
        Code(rules.CLASSES), FieldClass.BASIC, "The class of records.", primary_key=True
    )
    years: Mapped[int] = declared_column(
        fields.Integer(strict=True, validate=validate.Range(0, rules.LONGEST_YEARS)),
        None,
        "Years from the closure to the review.",
        example=7,
    )
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]


class RetentionReview(Record):
    """A decision to keep a closed case until a day, with the reason."""

    __tablename__ = "retention_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    #: Entered as that of a figure.
    record_class: Mapped[str]
    reason: Mapped[str] = declared_column(Code(codes("retention_reason")), FieldClass.BASIC, "Why the case is kept.")
    keep_until: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day until which the case is kept.")
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
