"""Tables of choices of anonymity and of proposals to close a case.

Fields declared here appear in commands and views.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.cases.lifecycle import rules
from services.intake.facts.case.models import OfCase, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import WithId
from shared.events.contract import Code, Day, Flag, Instant, Reference
from shared.reference import codes


class AnonymityChoice(WithId, OfCase, Record):
    """One choice of the person and its reason. The case contains the latest choice."""

    __tablename__ = "anonymity_choices"

    anonymous: Mapped[bool] = declared_column(
        Flag(), FieldClass.STATISTICS, "Whether the person wants to stay without a name."
    )
    reason: Mapped[str] = declared_column(
        Code(codes("anonymity_reason")), FieldClass.STATISTICS, "Why the person chose so."
    )
    chosen_on: Mapped[date] = declared_column(
        Day(), FieldClass.STATISTICS, "The day on which they chose, today by default."
    )
    recorded_by: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "Who recorded it.", author=True)


class ClosingProposal(WithId, OfCase, Record):
    """A proposal to close a case. The case stays open until a second person confirms it.

    `reason`, `closed_on` and `although_open` become columns of the case, where they are declared. A null `closed_on`
    means the day of the confirmation.
    """

    __tablename__ = "closing_proposals"
    __table_args__ = (Index("closing_proposals_waiting_index", "lapses_at", postgresql_where="state = 'waiting'"),)

    state: Mapped[str] = declared_column(
        Code(rules.STATES), FieldClass.BASIC, "Where it stands.", example=rules.WAITING
    )
    reason: Mapped[str]
    closed_on: Mapped[date | None]
    although_open: Mapped[str | None]
    proposed_by: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The staff member who proposes to close it.", staff=True
    )
    proposed_at: Mapped[datetime] = declared_column(Instant(), FieldClass.BASIC, "When it was proposed.")
    lapses_at: Mapped[datetime] = declared_column(Instant(), FieldClass.BASIC, "Until when it can be confirmed.")
    adviser: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.BASIC,
        "The legal adviser of the case who agreed to close it although a limit of the person runs.",
        staff=True,
    )
    adviser_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When the legal adviser agreed."
    )
    #: The limits that ran when the adviser agreed. Null: no adviser has agreed, or the release did not store them.
    adviser_limits: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    answered_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.BASIC, "The staff member who confirmed or refused it.", staff=True
    )
    answered_at: Mapped[datetime | None] = declared_column(nullable(Instant()), FieldClass.BASIC, "When they did.")
    refusal: Mapped[str | None] = declared_column(
        nullable(Code(codes("confirmation_refusal"))), FieldClass.BASIC, "Why the second person does not agree."
    )
