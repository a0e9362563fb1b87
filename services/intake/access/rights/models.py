"""Tables of access requests, annotations, disclosures and proposals to disclose.

Fields declared here appear in commands and views.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.access.rights import rules
from services.intake.facts.case.models import OfCase, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes

_ACCOUNT = FieldClass.ACCOUNT


class Disclosure(OfCase, Record):
    """A third party's demand to see records, and the decision on it. `decision` is null until there is one."""

    __tablename__ = "disclosures"
    __table_args__ = (Index("disclosures_undecided_index", "received_on", postgresql_where="decision is null"),)

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The demand.", primary_key=True, default=new_id)
    demanded_by: Mapped[str] = declared_column(
        Code(codes("disclosure_demander")), _ACCOUNT, "The third party that demands the records."
    )
    basis: Mapped[str] = declared_column(Code(codes("disclosure_basis")), _ACCOUNT, "The legal basis of the demand.")
    asked: Mapped[list[str]] = declared_column(
        Codes(codes("record_class")), _ACCOUNT, "The classes of records that the third party demands."
    )
    received_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day on which it was received, today by default.")
    challenged: Mapped[str | None] = declared_column(
        nullable(Code(codes("disclosure_challenge"))), _ACCOUNT, "Whether the demand was challenged."
    )
    decision: Mapped[str | None] = declared_column(
        nullable(Code(codes("disclosure_decision"))), _ACCOUNT, "The decision on the demand."
    )
    given: Mapped[list[str]] = declared_column(
        Codes(codes("record_class")), _ACCOUNT, "The classes of records that may be given.", default=list
    )
    person_agreed: Mapped[bool | None] = declared_column(nullable(Flag()), _ACCOUNT, "Whether the person agreed.")
    person_told: Mapped[bool | None] = declared_column(
        nullable(Flag()), _ACCOUNT, "Whether the person was informed about the demand."
    )
    not_told_reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("person_not_told_reason"))), _ACCOUNT, "Why the person was not informed."
    )
    decided_on: Mapped[date | None] = declared_column(nullable(Day()), _ACCOUNT, "The day of the decision.")
    decided_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The staff member who decided.", staff=True
    )
    confirmed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The second person, who answered.", staff=True
    )


class DisclosureProposal(OfCase, Record):
    """A decision to hand records over. It has no effect until a second person confirms it."""

    __tablename__ = "disclosure_proposals"
    __table_args__ = (Index("disclosure_proposals_waiting_index", "lapses_at", postgresql_where="state = 'waiting'"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    disclosure_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = declared_column(Code(rules.PROPOSAL_STATES), _ACCOUNT, "The state of the proposal.")
    challenged: Mapped[str]
    decision: Mapped[str] = declared_column(Code(codes("disclosure_decision")), _ACCOUNT, "The decision on the demand.")
    given: Mapped[list[str]] = declared_column(
        Codes(codes("record_class")), _ACCOUNT, "The classes of records that may be given."
    )
    person_agreed: Mapped[bool]
    person_told: Mapped[bool]
    not_told_reason: Mapped[str | None]
    proposed_by: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The staff member who proposed it.", staff=True)
    proposed_at: Mapped[datetime] = declared_column(Instant(), _ACCOUNT, "When it was proposed.")
    lapses_at: Mapped[datetime] = declared_column(
        Instant(), _ACCOUNT, "When it lapses unless a second person confirms it."
    )
    answered_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The second person, who answered.", staff=True
    )
    answered_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = declared_column(
        nullable(Code(codes("confirmation_refusal"))), _ACCOUNT, "Why the second person refused it."
    )


class AccessRequest(OfCase, Record):
    """A person's request for a copy or an access report, released after the private check and the required reviews."""

    __tablename__ = "access_requests"
    __table_args__ = (Index("access_requests_open_index", "case_id", postgresql_where="released_until is null"),)

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The request.", primary_key=True, default=new_id)
    kind: Mapped[str] = declared_column(
        Code(codes("access_request_kind")), _ACCOUNT, "The right that the person exercises."
    )
    received_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day on which it was received, today by default.")
    finding: Mapped[str | None] = declared_column(
        nullable(Code(codes("coercion_finding"))), _ACCOUNT, "Whether the person is being forced to ask."
    )
    checked_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The staff member who asked the person in private.", staff=True
    )
    checked_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _ACCOUNT, "When the person was asked (real time)."
    )
    third_parties: Mapped[str | None] = declared_column(
        nullable(Code(codes("review_outcome"))), _ACCOUNT, "Whether information about others is handed over."
    )
    third_parties_reviewed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The staff member who reviewed the information about others.", staff=True
    )
    privileged: Mapped[str | None] = declared_column(
        nullable(Code(codes("review_outcome"))), _ACCOUNT, "Whether legally privileged records are handed over."
    )
    privileged_reviewed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The staff member who reviewed the legally privileged records.", staff=True
    )
    released_until: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _ACCOUNT, "Until when (real time) the copy or report may be handed over."
    )


class Annotation(OfCase, Record):
    """The person's objection to a record, in their words, sealed. The record itself does not change."""

    __tablename__ = "annotations"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The annotation.", primary_key=True, default=new_id)
    about: Mapped[str] = declared_column(Code(codes("record_class")), _ACCOUNT, "The class of the record.")
    record: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The record that the person disputes.")
    reason: Mapped[str] = declared_column(
        Code(codes("annotation_reason")), _ACCOUNT, "The error that the person reports in the record."
    )
    #: Sealed. The view shows it unsealed.
    statement: Mapped[bytes]
    annotated_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day of the annotation.")
    by: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The staff member who recorded it.", author=True)
