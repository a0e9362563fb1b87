"""Tables of consents, refusals, the agencies' answers to withdrawals, and sharing without consent.

Fields declared here appear in commands and views.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.agencies.consent.rules import sharing
from services.intake.facts.case.models import OfCase, Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class ConsentRefusal(OfCase, RecordedFact, Record):
    """The person's refusal to share data with an agency. `purposes` is empty if no purpose was named."""

    __tablename__ = "consent_refusals"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The refusal.", primary_key=True, default=new_id
    )
    agency: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The agency, by its id in the register.", party=True
    )
    purposes: Mapped[list[str]] = declared_column(
        Codes(codes("consent_purpose")), FieldClass.ACCOUNT, "The purposes of the request; empty: any purpose."
    )
    refused_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which they said so, today by default."
    )


class Consent(OfCase, RecordedFact, Record):
    """A consent, with its last day and its withdrawal, if any."""

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "consents_standing_index",
            "case_id",
            "expires_on",
            postgresql_where="withdrawn_on is null and taken_back_at is null",
        ),
        Index("consents_withdrawn_index", "withdrawn_on", "id", postgresql_where="withdrawn_on is not null"),
        Index("consents_answer_due_index", "case_id", "answer_due_on", postgresql_where="answer_due_on is not null"),
    )

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The consent.", primary_key=True, default=new_id
    )
    agency: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The agency, by its id in the register.", party=True
    )
    purposes: Mapped[list[str]] = declared_column(Codes(codes("consent_purpose")), FieldClass.ACCOUNT, "What for.")
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")), FieldClass.ACCOUNT, "The data categories that the agency can receive."
    )
    language: Mapped[str] = declared_column(
        Code(codes("language")), FieldClass.ACCOUNT, "The language in which it was explained.", example="bg"
    )
    checklist: Mapped[list[str]] = declared_column(
        Codes(codes("consent_checklist")), FieldClass.ACCOUNT, "The information that the person received first."
    )
    granted_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default."
    )
    expires_on: Mapped[date] = declared_column(Day(), FieldClass.ACCOUNT, "Its last day.", example="2027-03-02")
    withdrawn_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.ACCOUNT, "The day on which it was taken back."
    )
    #: The view shows these four with the declarations of `happened`, `learnt`, `recorded_at` and `recorded_by`.
    withdrawal_happened: Mapped[str | None]
    withdrawal_learnt: Mapped[str | None]
    withdrawal_recorded_at: Mapped[datetime | None]
    withdrawal_recorded_by: Mapped[UUID | None]
    erase_requested: Mapped[bool | None] = declared_column(
        nullable(Flag()), FieldClass.ACCOUNT, "Whether the agency is asked to delete what it received."
    )
    answer_due_on: Mapped[date | None] = declared_column(
        nullable(Day()),
        FieldClass.ACCOUNT,
        "The day by which the agency should report what it did; null: no answer is expected.",
    )
    #: Null for consents that were recorded before this field existed.
    explained_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.ACCOUNT, "The staff member who explained it to the person.", staff=True
    )
    only_remedies: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("remedy"))), FieldClass.ACCOUNT, "The only claims that it is about; null: any."
    )
    only_matters: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("matter_type"))),
        FieldClass.ACCOUNT,
        "The only types of matter that it is about; null: any.",
    )
    only_stages: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("criminal_stage"))),
        FieldClass.ACCOUNT,
        "The only stages of the criminal proceedings in which it applies; null: all.",
    )

    @property
    def is_narrowed(self) -> bool:
        """Whether it names remedies, matters or stages, and so opens less than its purposes."""
        return bool(self.only_remedies or self.only_matters or self.only_stages)


class WithdrawalAnswer(OfCase, RecordedFact, Record):
    """An agency's answer.

    There is no foreign key to the consent, because the consent can move to another case and takes its answers along.
    """

    __tablename__ = "withdrawal_answers"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The answer.", primary_key=True, default=new_id)
    consent_id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The consent.", index=True)
    answer: Mapped[str] = declared_column(
        Code(codes("withdrawal_answer")), FieldClass.ACCOUNT, "The action of the agency."
    )
    basis: Mapped[str | None] = declared_column(
        nullable(Code(codes("legal_basis"))),
        FieldClass.ACCOUNT,
        "On which it keeps something; null where it does not.",
    )
    answered_on: Mapped[date] = declared_column(Day(), FieldClass.ACCOUNT, "The day of its answer, today by default.")
    #: Null if no answer was awaited, or for records from before it was stored.
    due_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.ACCOUNT, "The day by which the agency must answer."
    )
    report: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.ACCOUNT,
        "The report in which the agency said so itself; null: staff recorded it.",
    )


Index("consents_alike_index", Consent.case_id, postgresql_where=Consent.alike.is_not(None))
Index("withdrawal_answers_alike_index", WithdrawalAnswer.case_id, postgresql_where=WithdrawalAnswer.alike.is_not(None))


_BASIC = FieldClass.BASIC


class Sharing(OfCase, RecordedFact, Record):
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
    state: Mapped[str] = declared_column(
        Code(sharing.STATES), _BASIC, "The state of the sharing.", example=sharing.PROPOSED
    )
    agency: Mapped[UUID] = declared_column(
        Reference(), _BASIC, "The agency, by its id in the register.", party=True, category=OF_THE_LEAD
    )
    purpose: Mapped[str] = declared_column(Code(codes("consent_purpose")), _BASIC, "What for.", category=OF_THE_LEAD)
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")), _BASIC, "The data categories that the agency receives.", category=OF_THE_LEAD
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
    """Intake's read model of the data that outside agencies received about a person.

    Each row has the categories, the reason and the first day.
    """

    __tablename__ = "heard_tellings"
    __table_args__ = (Index("heard_tellings_case_id_index", "case_id"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    agency: Mapped[UUID] = declared_column(
        Reference(), _BASIC, "The agency, by its id in the register.", party=True, category=OF_THE_LEAD
    )
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")), _BASIC, "The data categories that the agency receives.", category=OF_THE_LEAD
    )
    because: Mapped[str] = declared_column(
        Code(codes("gate_reason")), _BASIC, "Why the agency may receive it.", category=OF_THE_LEAD
    )
    told_on: Mapped[date] = declared_column(
        Day(), _BASIC, "The day since which the agency receives these categories.", category=OF_THE_LEAD
    )


Index("sharings_alike_index", Sharing.case_id, postgresql_where=Sharing.alike.is_not(None))
