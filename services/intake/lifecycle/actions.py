"""Opening, closing and reopening a case, and the view and the copy of all that is stored about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.intake.account.models import Account
from services.intake.case.models import Case, Record, TeamMember, bump
from services.intake.case.rules import CLOSED, OPEN
from services.intake.consent.models import Consent
from services.intake.detection.models import Detection
from services.intake.identification.actions import with_corrections
from services.intake.identification.models import EntryDecision, FirstResponder, IdentificationStep, StepCorrection
from services.intake.identity import actions as identity
from services.intake.lifecycle import rules
from services.intake.lifecycle.schemas import CloseCase, OpenCase, ReopenCase
from services.intake.merging import actions as merging
from services.intake.notification.models import Notification
from services.intake.outreach.actions import held_on
from services.intake.outreach.rules import check_traced
from services.intake.referral import actions as referral
from services.intake.referral.models import Referral, ReferralIn
from services.intake.referral.rules import check_none_under_way, responsible
from services.intake.rights import actions as rights
from services.intake.rights.models import Annotation, Correction
from services.intake.safe_contact import actions as safe_contact
from services.intake.sharing import actions as sharing
from services.intake.sharing.models import Sharing
from services.intake.staff_access import actions as staff_access
from services.intake.withdrawal.models import WithdrawalAnswer
from services.intake.work.models import HeardRisk
from shared import deadlines
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.whole import DEADLINES, EXCLUSIONS, WholeCase, part_of
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record

_PARTS: Final[dict[str, type[Record]]] = {
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
    "annotations": Annotation,
}
#: Parts of which the file shows something else: what they say of others, or what their reader may see.
_BESIDE: Final = {
    "step_corrections": part_of(StepCorrection),
    "heard_risks": part_of(HeardRisk),
    "links": merging.LINKS,
    "merges": merging.MERGES,
}
WHOLE: Final = WholeCase(
    Case,
    {name: part_of(kind) for name, kind in _PARTS.items()} | {"exclusions": EXCLUSIONS, "clocks": DEADLINES} | _BESIDE,
)
#: Made once, for the table and not its class: a row that nobody changes in this session.
_OPEN: Final = insert(Case.metadata.tables[Case.__tablename__]).inline()
#: The version of a case that has been opened, and been given its first member.
_OPENED_VERSION: Final = 2


def open_case(session: Session, command: OpenCase, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Open a contact, and with it a case, led by the member who opens it; return its id and version."""
    today = dates.today(now, command.jurisdiction)
    opened_on = command.opened_on or today
    dates.not_in_future("opened_on", opened_on, today)
    if command.outreach_session is not None:
        check_traced(held_on(session, command.outreach_session), opened_on)
    stored = command.stored(opened_on=opened_on)
    urgent_needs, met_at = stored.pop("urgent_needs"), stored.pop("outreach_session")
    case = new_id()
    row = {"id": case, "version": _OPENED_VERSION, "status": OPEN, "outreach_session": met_at, **stored}
    session.execute(_OPEN, row)
    role = "caseworker" if "caseworker" in by.roles else "outreach_worker"
    opened = Announcement("contact.opened", {**stored, "urgent_needs": urgent_needs})
    record(session, case, [opened, staff_access.add_first_member(session, case, UUID(by.subject), role)])
    return case, _OPENED_VERSION


def close_case(session: Session, case_id: UUID, command: CloseCase, now: datetime) -> int:
    """Close a case; return its new version. Its clocks go on: a legal period does not end with our work."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    closed_on = command.closed_on or today
    announcement = rules.close(case.status, closed_on, case.reopened_on or case.opened_on, today)
    check_none_under_way(referral.referral_states(session, case_id))
    case.status, case.closed_on, case.closure_reason = CLOSED, closed_on, command.reason
    version = bump(session, case_id)
    record(session, case_id, [Announcement(announcement.name, {**announcement.data, "reason": command.reason})])
    return version


def reopen_case(session: Session, case_id: UUID, command: ReopenCase, now: datetime) -> int:
    """Reopen a closed case, with all its records; return its new version. The closing stays in the log."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    reopened_on = command.reopened_on or today
    announcement = rules.reopen(case.status, reopened_on, case.closed_on, today)
    case.status, case.closed_on, case.closure_reason, case.reopened_on = OPEN, None, None, reopened_on
    version = bump(session, case_id)
    record(session, case_id, [Announcement(announcement.name, {**announcement.data, "reason": command.reason})])
    return version


def file_of(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return a whole case as `CaseContents` reads it. Raises `NotFound`."""
    return _contents(session, case_id, WHOLE.read(session, case_id))


def read_case(session: Session, case_id: UUID, *, by: Principal) -> dict[str, Any]:
    """Return a whole case as `CaseFile` reads it, with its links and merges that the reader sees. Raises `NotFound`."""
    rows = WHOLE.read(session, case_id)
    joined = merging.joined_of(session, case_id, rows["links"], rows["merges"], by=by)
    return {**_contents(session, case_id, rows), **joined}


def copy_of(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return all that intake stores of a case as `CaseCopy` reads it, without what the person was not informed of."""
    contents = file_of(session, case_id)
    return {
        **contents,
        "person": identity.known_of(session, case_id),
        "contact_attempts": safe_contact.attempts_of(session, case_id, most=None),
        "sharings": sharing.known_to_person(contents["sharings"]),
        **referral.copied(session, case_id, contents["referrals"]),
        "disclosures": rights.demands_known_to_person(session, case_id),
    }


def _contents(session: Session, case_id: UUID, rows: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: part for name, part in rows.items() if name not in _BESIDE},
        "identification": with_corrections(rows["identification"], rows["step_corrections"]),
        "referrals": [{**row, "responsible": responsible(row["state"])} for row in rows["referrals"]],
        "clocks": deadlines.displayed_rows(rows["clocks"]),
        "annotations": rights.annotations_opened(session, case_id, rows["annotations"]),
        "overall_risk": next((risk["overall_risk"] for risk in rows["heard_risks"]), None),
    }


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the acts that would reveal a demand or a sharing that the person was not informed of (yet)."""
    return rights.hidden_acts(session, case) | sharing.hidden_acts(session, case)
