"""Intake's tables: the case, its team, and the facts of its path. Facts are added, never overwritten."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.intake.models.consents import WithdrawalAnswer as WithdrawalAnswer
from services.intake.models.contacts import ContactAttempt as ContactAttempt
from services.intake.models.contacts import SafeContactAgreement as SafeContactAgreement
from services.intake.models.erasures import ErasureAcknowledgement as ErasureAcknowledgement
from services.intake.models.erasures import ErasureRequest as ErasureRequest
from services.intake.models.erasures import LegalHold as LegalHold
from services.intake.models.identification import FirstResponder as FirstResponder
from services.intake.models.identification import IdentificationStep as IdentificationStep
from services.intake.models.identification import StepCorrection as StepCorrection
from services.intake.models.merging import CaseMerge as CaseMerge
from services.intake.models.merging import DeclinedDuplicate as DeclinedDuplicate
from services.intake.models.notifying import Notification as Notification
from services.intake.models.outreach import OutreachSession as OutreachSession
from services.intake.models.persons import Person as Person
from services.intake.models.record import Record as Record
from services.intake.models.record import fields as fields
from services.intake.models.referrals import CaseLink as CaseLink
from services.intake.models.referrals import Referral as Referral
from services.intake.models.referrals import ReferralIn as ReferralIn
from services.intake.models.referrals import ReferralPackage as ReferralPackage
from services.intake.models.retention import RetentionFigure as RetentionFigure
from services.intake.models.retention import RetentionReview as RetentionReview
from services.intake.models.rights import AccessRequest as AccessRequest
from services.intake.models.rights import Annotation as Annotation
from services.intake.models.rights import Correction as Correction
from services.intake.models.rights import Disclosure as Disclosure
from services.intake.models.self_checks import Account as Account
from services.intake.models.self_checks import ReturnCode as ReturnCode
from services.intake.models.self_checks import SelfCheckCount as SelfCheckCount
from services.intake.models.sharing import Sharing as Sharing
from services.intake.models.sharing import covered as covered
from shared.access.subjects import Subjects
from shared.events.envelope import new_id


class Case(Record):
    """A contact from its first moment, and the case that it becomes."""

    __tablename__ = "cases"
    __table_args__ = (CheckConstraint("status in ('open', 'closed')", name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    jurisdiction: Mapped[str]
    status: Mapped[str]
    source: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    anonymous: Mapped[bool]
    age: Mapped[str]
    outreach_session: Mapped[UUID | None] = mapped_column(ForeignKey("outreach_sessions.id"), index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None]
    reopened_on: Mapped[date | None]


class TeamMember(Record):
    """Who works on a case."""

    __tablename__ = "case_team"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    member: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]
    lead: Mapped[bool]


class Detection(Record):
    """Signs of exploitation, as seen on a day."""

    __tablename__ = "detections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    indicators: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    operational: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    strength: Mapped[str]
    exploitation_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    means_of_control: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    sectors: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    detector: Mapped[str]
    earliest_incident_on: Mapped[str | None]
    work_ended_on: Mapped[str | None]
    detected_on: Mapped[date]


class Consent(Record):
    """A consent, with its end and, perhaps, its withdrawal; who explained it is known since it is asked for."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency: Mapped[str]
    purposes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    language: Mapped[str]
    checklist: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    granted_on: Mapped[date]
    expires_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    erase_requested: Mapped[bool | None]
    explained_by: Mapped[UUID | None]


class EntryDecision(Record):
    """A decision of the person about the official mechanism."""

    __tablename__ = "entry_decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    decision: Mapped[str]
    advice: Mapped[str]
    decided_on: Mapped[date]


class HeardAdvice(Record):
    """Intake's read model of legal's advice: that it was recorded, and how."""

    __tablename__ = "heard_advice"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    phase: Mapped[str]
    status: Mapped[str]

    __table_args__ = (Index("heard_advice_case_id_index", "case_id"),)


class HeardRisk(Record):
    """Intake's read model of support's assessments: the latest overall risk."""

    __tablename__ = "heard_risks"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    overall_risk: Mapped[str]
    position: Mapped[int]


_CASES = Subjects(Case, TeamMember)
lock, version, bump, relation = _CASES.lock, _CASES.version, _CASES.bump, _CASES.relation
relations = _CASES.relations


def steps(session: Session, case: UUID) -> list[IdentificationStep]:
    """Return a case's identification steps, oldest first, without those that were recorded wrongly."""
    corrected = select(StepCorrection.step).where(StepCorrection.case_id == case)
    mine = select(IdentificationStep).where(IdentificationStep.case_id == case, IdentificationStep.id.not_in(corrected))
    return list(session.execute(mine.order_by(IdentificationStep.id)).scalars())


def standing_consents(session: Session, case: UUID, today: date) -> list[Consent]:
    """Return a case's consents that are neither withdrawn nor past their last day."""
    query = select(Consent).where(Consent.case_id == case, Consent.withdrawn_on.is_(None), Consent.expires_on >= today)
    return list(session.execute(query).scalars())
