"""The person of a case, sealed, and the changes of their age. Fields declared here appear in views."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import OfCase, Record
from services.intake.facts.person import rules
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import WithId
from shared.events.contract import Code, Instant, Reference
from shared.reference import codes


class Person(Record):
    """The person of a case: one sealed JSON document in each column, so that each part is opened separately.

    The table cannot be read without the case's key.
    """

    __tablename__ = "persons"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    identity: Mapped[bytes | None]
    birth: Mapped[bytes | None]
    gender: Mapped[bytes | None]
    nationality: Mapped[bytes | None]
    contact: Mapped[bytes | None]


class AskedAnew(Record):
    """The month in which a person came of age. From then on they are asked for their own consent."""

    __tablename__ = "consent_asked_anew"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    since: Mapped[date]


class AgeChange(WithId, OfCase, Record):
    """A stated age that makes a child of an adult, or an adult of a child. A second person confirms it."""

    __tablename__ = "age_changes"
    __table_args__ = (Index("age_changes_waiting_index", "case_id", unique=True, postgresql_where="state = 'waiting'"),)

    state: Mapped[str] = declared_column(
        Code(rules.STATES), FieldClass.BASIC, "The state of the change.", example=rules.CONFIRMED
    )
    before: Mapped[str] = declared_column(
        Code(codes("age")),
        FieldClass.STATISTICS,
        "Whether the person is of age, as far as is known.",
        category="identity",
    )
    after: Mapped[str] = declared_column(
        Code(codes("age")),
        FieldClass.STATISTICS,
        "Whether the person is of age, as far as is known.",
        category="identity",
    )
    proposed_by: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The user who stated it.", staff=True)
    proposed_at: Mapped[datetime] = declared_column(Instant(), FieldClass.BASIC, "The time at which it was stated.")
    answered_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.BASIC, "The user who confirmed or refused it.", staff=True
    )
    answered_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "The time of the answer."
    )
    refusal: Mapped[str | None] = declared_column(
        nullable(Code(codes("confirmation_refusal"))),
        FieldClass.BASIC,
        "The second person's reason against the change.",
    )
