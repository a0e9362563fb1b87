"""Tables of sharing without consent. What is declared here can be entered and shown."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.agencies.sharing import rules
from services.intake.facts.case.models import Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.events.contract import Code, Codes, Day, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes

_BASIC = FieldClass.BASIC


class Sharing(RecordedFact, Record):
    """Data sharing with an agency without the person's consent: what, why, who decided, and whether the person knows.

    The case's team sees that a sharing exists. Only the agency that leads the case sees the receiving agency and the
    reason.
    """

    __tablename__ = "sharings"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'acting', 'in_force', 'refused', 'reversed')", name="state"),
        Index("sharings_to_review_index", "review_by", postgresql_where="state in ('proposed', 'acting')"),
        Index("sharings_child_until_index", "child_until", postgresql_where="child_until is not null"),
    )

    id: Mapped[UUID] = declared_column(Reference(), _BASIC, "The sharing.", primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = declared_column(
        Code(rules.STATES), _BASIC, "The state of the sharing.", example=rules.PROPOSED
    )
    agency: Mapped[UUID] = declared_column(
        Reference(), _BASIC, "The agency, by its id in the register.", party=True, category=OF_THE_LEAD
    )
    purpose: Mapped[str] = declared_column(Code(codes("consent_purpose")), _BASIC, "What for.", category=OF_THE_LEAD)
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")), _BASIC, "What the agency hears of.", category=OF_THE_LEAD
    )
    reason: Mapped[str] = declared_column(
        Code(codes("sharing_without_consent_reason")), _BASIC, "Why without consent.", category=OF_THE_LEAD
    )
    until: Mapped[date] = declared_column(Day(), _BASIC, "Its last day.", category=OF_THE_LEAD)
    proposed_by: Mapped[UUID] = declared_column(
        Reference(), _BASIC, "The staff member who proposed it.", author=True, category=OF_THE_LEAD
    )
    proposed_on: Mapped[date] = declared_column(
        Day(), _BASIC, "The day on which it was proposed.", category=OF_THE_LEAD
    )
    review_by: Mapped[datetime | None] = declared_column(
        nullable(Instant()),
        _BASIC,
        "The deadline for the second person's review, if the data was shared at once.",
        category=OF_THE_LEAD,
    )
    decided_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _BASIC, "The second person, who decided.", staff=True, category=OF_THE_LEAD
    )
    decided_on: Mapped[date | None] = declared_column(
        nullable(Day()), _BASIC, "The day of their decision.", category=OF_THE_LEAD
    )
    person_told_on: Mapped[date | None] = declared_column(
        nullable(Day()), _BASIC, "The day on which the person was informed.", category=OF_THE_LEAD
    )
    #: Set when a corrected birth shows that the person is of age.
    child_until: Mapped[date | None] = declared_column(
        nullable(Day()),
        _BASIC,
        "The day until which it relied on the person being a child, who is of age by a corrected date of birth.",
        category=OF_THE_LEAD,
    )


class HeardTelling(Record):
    """Intake's read model of what outside agencies received about a person: which categories, why, and since when."""

    __tablename__ = "heard_tellings"
    __table_args__ = (Index("heard_tellings_case_id_index", "case_id"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    agency: Mapped[UUID] = declared_column(
        Reference(), _BASIC, "The agency, by its id in the register.", party=True, category=OF_THE_LEAD
    )
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")), _BASIC, "What the agency hears of.", category=OF_THE_LEAD
    )
    because: Mapped[str] = declared_column(
        Code(codes("gate_reason")), _BASIC, "Why the agency may receive it.", category=OF_THE_LEAD
    )
    told_on: Mapped[date] = declared_column(
        Day(), _BASIC, "The day since which the agency receives these categories.", category=OF_THE_LEAD
    )


Index("sharings_alike_index", Sharing.case_id, postgresql_where=Sharing.alike.is_not(None))
