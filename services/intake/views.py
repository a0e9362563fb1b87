"""The view of a case for those who may read it."""

from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.models import (
    Account,
    Case,
    Consent,
    Correction,
    Detection,
    EntryDecision,
    FirstResponder,
    HeardRisk,
    IdentificationStep,
    Notification,
    Record,
    Referral,
    ReferralIn,
    Sharing,
    StepCorrection,
    TeamMember,
    WithdrawalAnswer,
    fields,
)
from services.intake.rules.referrals import responsible
from shared import deadlines
from shared.access import exclusions

_PARTS: dict[str, type[Record]] = {
    "team": TeamMember,
    "detections": Detection,
    "consents": Consent,
    "withdrawal_answers": WithdrawalAnswer,
    "entry_decisions": EntryDecision,
    "identification": IdentificationStep,
    "first_responders": FirstResponder,
    "accounts": Account,
    "corrections": Correction,
    "referrals_in": ReferralIn,
    "referrals": Referral,
    "sharings": Sharing,
    "notifications": Notification,
}


def case(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return a whole case, its records in the order in which they were recorded."""
    shown = fields(session.get_one(Case, case_id))
    for name, kind in _PARTS.items():
        columns = inspect(kind).columns
        order = columns["member"] if kind is TeamMember else columns["id"]
        rows = session.execute(select(kind).where(columns["case_id"] == case_id).order_by(order)).scalars()
        shown[name] = [fields(row) for row in rows]
    shown["exclusions"] = [
        {"id": exclusion.id, "kind": exclusion.kind, "member": exclusion.member, "agency": exclusion.agency}
        for exclusion in exclusions.of_case(session, case_id)
    ]
    corrected = {correction.step: correction for correction in _corrections(session, case_id)}
    for step in shown["identification"]:
        wrong = corrected.get(step["id"])
        step["corrected_on"], step["corrected_because"] = (wrong.corrected_on, wrong.reason) if wrong else (None, None)
    for referral in shown["referrals"]:
        referral["responsible"] = responsible(referral["state"])
    shown["clocks"] = deadlines.of_subject(session, case_id)
    risk = session.get(HeardRisk, case_id)
    shown["overall_risk"] = None if risk is None else risk.overall_risk
    return shown


def _corrections(session: Session, case_id: UUID) -> list[StepCorrection]:
    return list(session.execute(select(StepCorrection).where(StepCorrection.case_id == case_id)).scalars())
