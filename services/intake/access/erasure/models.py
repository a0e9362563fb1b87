"""Tables of erasure requests, legal holds and holders' answers. They remain after the erasure, and name no person.

Fields declared here appear in commands and views.

Also: tables of the retention of closed cases.
"""

from datetime import date, datetime
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.access.erasure import rules
from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase, WithId
from shared.events.contract import Code, Codes, Day, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class ErasureRequest(WithId, OfCase, Record):
    """A request to erase a case, and its state."""

    __tablename__ = "erasure_requests"
    __table_args__ = (
        CheckConstraint(
            "state in ('requested', 'proposed', 'refused', 'lifted', 'held', 'ordered', 'complete')", name="state"
        ),
        Index("erasure_requests_ordered_at_index", "ordered_at", postgresql_where="state = 'ordered'"),
        Index("erasure_requests_open_index", "case_id", postgresql_where="state in ('requested', 'proposed', 'held')"),
    )

    #: The case may be erased.
    state: Mapped[str] = declared_column(Code(rules.STATES), FieldClass.BASIC, "The state of the request.")
    reason: Mapped[str] = declared_column(
        Code(codes("erasure_reason")), FieldClass.BASIC, "Why the case is to be erased."
    )
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime] = declared_column(Instant(), FieldClass.BASIC, "When the request was recorded.")
    #: Null means the day on which it was recorded.
    received_on: Mapped[date | None] = declared_column(
        nullable(Day()),
        FieldClass.BASIC,
        "The day of the request, today by default. The statutory period of one month starts on it.",
    )
    coercion_checked_by: Mapped[UUID | None]
    coercion_checked_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When staff checked that the person is not being forced."
    )
    third_party_reviewed_by: Mapped[UUID | None]
    third_party_reviewed_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When the information about others was reviewed."
    )
    decided_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.BASIC, "The staff member who decided, or proposed the order.", staff=True
    )
    decided_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When it was decided, or the order was proposed."
    )
    refusal: Mapped[str | None] = declared_column(
        nullable(Code(codes("erasure_refusal"))), FieldClass.BASIC, "Why the request is refused."
    )
    lapses_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()),
        FieldClass.BASIC,
        "When a proposed order lapses unless a second person confirms it.",
    )
    confirmed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.BASIC, "The second person, who confirmed or refused it.", staff=True
    )
    confirmed_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When a second person confirmed or refused it."
    )
    held_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()),
        FieldClass.BASIC,
        "When everything was erased except the part under a legal hold. That part is erased when the hold ends.",
    )
    erasing_holders: Mapped[list[str]] = declared_column(
        Codes(rules.HOLDERS),
        FieldClass.BASIC,
        "The holders that had to erase all their data while a legal hold delayed the erasure. They store nothing more "
        "about this case.",
        example=["support"],
        default=list,
        server_default="{}",
    )
    #: The leads of the team at the decision. They give the person the answer, also when the case is erased.
    answer_to: Mapped[list[UUID]] = mapped_column(default=list, server_default="{}")
    #: Only the list of overdue orders shows it.
    ordered_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), FieldClass.BASIC, "When the last service answered."
    )


class ErasureAcknowledgement(Record):
    """A holder's answer."""

    __tablename__ = "erasure_acknowledgements"
    __table_args__ = (CheckConstraint("answer in ('deleted', 'kept')", name="answer"),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("erasure_requests.id"), primary_key=True)
    holder: Mapped[str] = declared_column(
        Code(rules.HOLDERS), FieldClass.BASIC, "The service.", example="legal", primary_key=True
    )
    answer: Mapped[str] = declared_column(
        Code(("deleted", "kept")), FieldClass.BASIC, "Whether the service deleted its part."
    )
    basis: Mapped[str | None] = declared_column(
        nullable(Code(codes("erasure_basis"))), FieldClass.BASIC, "The legal basis for keeping it."
    )
    at: Mapped[datetime] = declared_column(Instant(), FieldClass.BASIC, "When the answer arrived.")


class LateAnswer(Record):
    """An agency's answer to a withdrawn consent after the person was erased."""

    __tablename__ = "late_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the agency's report")
    request_id: Mapped[UUID] = mapped_column(ForeignKey("erasure_requests.id"), index=True)
    agency: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The agency, by its id in the register.", party=True
    )
    answer: Mapped[str] = declared_column(
        Code(codes("withdrawal_answer")), FieldClass.ACCOUNT, "The action of the agency."
    )
    basis: Mapped[str | None] = declared_column(
        nullable(Code(codes("legal_basis"))),
        FieldClass.ACCOUNT,
        "On which it keeps something; null where it does not.",
    )
    at: Mapped[datetime] = declared_column(Instant(), FieldClass.ACCOUNT, "When the answer arrived (real time).")


class LegalHold(WithId, OfCase, Record):
    """A reason to keep, until a day, the part of a case that proceedings need."""

    __tablename__ = "legal_holds"

    basis: Mapped[str] = declared_column(
        Code(codes("legal_hold_basis")), FieldClass.BASIC, "The reason for keeping it."
    )
    until: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The last day of the hold.")
    scope: Mapped[list[str]] = declared_column(
        Codes(rules.SCOPES),
        FieldClass.BASIC,
        "The files that the proceedings need in addition to the case file. Other files are erased at once.",
        example=[rules.LEGAL],
        server_default="{legal_file}",
    )
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime]


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


class RetentionReview(OfCase, Record):
    """A decision to keep a closed case until a day, with the reason."""

    __tablename__ = "retention_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Entered as that of a figure.
    record_class: Mapped[str]
    reason: Mapped[str] = declared_column(Code(codes("retention_reason")), FieldClass.BASIC, "Why the case is kept.")
    keep_until: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day until which the case is kept.")
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime]
