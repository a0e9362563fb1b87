"""What one can do at intake. Each action loads, decides, stores and announces; none commits."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.models import (
    Case,
    Consent,
    Detection,
    EntryDecision,
    HeardAdvice,
    HeardRisk,
    IdentificationStep,
    TeamMember,
    bump,
    standing_consents,
    steps,
)
from shared import deadlines, revocations
from shared.access import NotFound
from shared.contract import Received
from shared.envelope import Announcement
from shared.eventlog import record
from shared.follower import Picture, Projection
from shared.periods import local_date
from shared.reference import Stage, profile


def _today(jurisdiction: str, now: datetime) -> date:
    return local_date(now, profile(jurisdiction).timezone)


def open_case(session: Session, now: datetime, opened_by: UUID, role: str, body: dict[str, Any]) -> Case:
    """Open a contact, and with it a case; who opens it leads it."""
    today = _today(body["jurisdiction"], now)
    body.setdefault("opened_on", today)
    rules.not_in_future("opened_on", body["opened_on"], today)
    needs = body.pop("urgent_needs")
    case = Case(status=rules.OPEN, **body)
    session.add(case)
    session.flush()
    record(session, case.id, [Announcement("contact.opened", {**body, "urgent_needs": needs})])
    add_member(session, case.id, opened_by, role, lead=True)
    return case


def add_member(session: Session, case: UUID, member: UUID, role: str, *, lead: bool) -> int:
    """Put a member of staff on a case's team, or change the part that they have; gives the case's new version."""
    part = {"role": role, "lead": lead}
    row = insert(TeamMember).values(case_id=case, member=member, **part)
    session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
    version = bump(session, case)
    record(session, case, [Announcement("team.member_added", {"member": member, **part})])
    return version


def remove_member(session: Session, case: UUID, member: UUID) -> int:
    """Take a member of staff off the team: access ends here now, and everywhere when the event arrives."""
    gone = delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member == member)
    if session.execute(gone.returning(TeamMember.member)).first() is None:
        raise NotFound
    version = bump(session, case)
    record(session, case, [Announcement("team.member_removed", {"member": member})])
    return version


def revoke_access(session: Session, member: UUID) -> datetime:
    """Let every token of a member of staff that was issued until now count no more, here and at every service."""
    now = datetime.now(UTC)  # real time, as tokens have it, whatever the domain's clock says
    revocations.revoke(session, member, now)
    record(session, member, [Announcement("access.revoked", {"member": member, "before": now})])
    return now


def record_detection(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record signs of exploitation; legal starts the limitation clocks from them."""
    case = session.get_one(Case, case_id)
    today = _today(case.jurisdiction, now)
    body.setdefault("detected_on", today)
    rules.detect(body, today)
    body["strength"] = rules.strength(body["indicators"])
    detection = Detection(case_id=case_id, **body)
    session.add(detection)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("detection.recorded", {"jurisdiction": case.jurisdiction, **body})])
    return detection.id, version


def give_consent(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record a consent: agency, purposes, data categories, and its end."""
    case = session.get_one(Case, case_id)
    today = _today(case.jurisdiction, now)
    body.setdefault("granted_on", today)
    rules.consent_agency(body["agency"], profile(case.jurisdiction))
    rules.consent(body, today)
    consent = Consent(case_id=case_id, **body)
    session.add(consent)
    version = bump(session, case_id)
    told = {name: value for name, value in body.items() if name != "checklist"}
    record(session, case_id, [Announcement("consent.granted", {"consent": consent.id, **told})])
    return consent.id, version


def withdraw_consent(session: Session, now: datetime, case_id: UUID, consent_id: UUID, *, erase_requested: bool) -> int:
    """Record that a consent was taken back; every holder hears of it."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.case_id != case_id:
        raise NotFound
    rules.withdraw(withdrawn=consent.withdrawn_on is not None)
    case = session.get_one(Case, case_id)
    consent.withdrawn_on = _today(case.jurisdiction, now)
    version = bump(session, case_id)
    told = {
        "consent": consent.id,
        "agency": consent.agency,
        "purposes": consent.purposes,
        "erase_requested": erase_requested,
        "withdrawn_on": consent.withdrawn_on,
    }
    record(session, case_id, [Announcement("consent.withdrawn", told)])
    return version


def decide_entry(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record the person's decision about the official mechanism; advice before it is told, and gates nothing."""
    case = session.get_one(Case, case_id)
    today = _today(case.jurisdiction, now)
    body.setdefault("decided_on", today)
    rules.not_in_future("decided_on", body["decided_on"], today)
    heard = select(HeardAdvice).where(HeardAdvice.case_id == case_id, HeardAdvice.status == "given").limit(1)
    advised = body["advice"] == "given" or session.execute(heard).first() is not None
    decision = EntryDecision(case_id=case_id, **body)
    session.add(decision)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("entry.decided", {**body, "advised_before": advised})])
    return decision.id, version


def record_step(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record a step on the official path, by the jurisdiction's profile, and start and stop its clocks."""
    case = session.get_one(Case, case_id)
    law = profile(case.jurisdiction)
    today = _today(case.jurisdiction, now)
    body.setdefault("received_on", today)
    before = [rules.Recorded(each.stage, each.outcome) for each in steps(session, case_id)]
    consented = _agencies_consented_to(session, case_id, law.consent.purpose, today)
    stage = rules.identification_step(law, body, before, age=case.age, agencies=consented, today=today)
    again = rules.reconsidered(stage, before)
    step = IdentificationStep(case_id=case_id, **body)
    session.add(step)
    version = bump(session, case_id)
    record(session, case_id, [_told(stage, case.jurisdiction, body, again)])
    _move_clocks(session, case, stage, body, again, now)
    return step.id, version


def _agencies_consented_to(session: Session, case: UUID, purpose: str, today: date) -> set[str]:
    return {each.agency for each in standing_consents(session, case, today) if purpose in each.purposes}


def _told(stage: Stage, jurisdiction: str, body: dict[str, Any], again: str | None) -> Announcement:
    told: dict[str, Any] = {"jurisdiction": jurisdiction, **body}
    if stage.kind == "decision":
        return Announcement("identification.decided", {**told, "reconsidered": again})
    del told["outcome"]
    return Announcement("identification." + ("submitted" if stage.kind == "submission" else "step_recorded"), told)


def _move_clocks(
    session: Session, case: Case, stage: Stage, body: dict[str, Any], again: str | None, now: datetime
) -> None:
    """Stop and start what intake keeps, from the day that the rules give."""
    law = profile(case.jurisdiction)
    deadlines.stop(session, case.id, law.clocks_stopped(stage.code, body["outcome"], again))
    for code in law.clocks_started(stage.code, body["outcome"], again):
        rule = law.clock(code, on=body["received_on"])
        begins = rules.begins(body, rule.kind)
        if rule.keeper == "intake" and begins is not None:
            deadlines.start(session, case.id, case.jurisdiction, code, begins, now=now)


def extend_clock(session: Session, now: datetime, case_id: UUID, clock: UUID, until: date) -> int:
    """Extend a period by decision, where its rule knows that; gives the case's new version."""
    deadlines.extend(session, case_id, clock, until, now=now)
    return bump(session, case_id)


def close_case(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Close a case. Its clocks go on: a period of the law does not end because we stopped working."""
    case = session.get_one(Case, case_id)
    today = _today(case.jurisdiction, now)
    closed_on = body.get("closed_on", today)
    told = rules.close(case.status, closed_on, case.opened_on, today)
    case.status, case.closed_on, case.closure_reason = rules.CLOSED, closed_on, body["reason"]
    version = bump(session, case_id)
    record(session, case_id, [Announcement(told.name, {**told.data, "reason": body["reason"]})])
    return version


def project_advice(session: Session, events: Sequence[Received]) -> None:
    """Keep that legal recorded advice, of cases that we may not have seen yet."""
    rows = [
        {
            "event_id": each.event.id,
            "case_id": each.subject,
            "phase": each.data["phase"],
            "status": each.data["status"],
        }
        for each in events
    ]
    session.execute(insert(HeardAdvice).on_conflict_do_nothing(), rows)


def project_risk(session: Session, events: Sequence[Received]) -> None:
    """Keep the latest overall risk that support told."""
    latest = {each.subject: each for each in events}
    rows = [
        {"case_id": case, "overall_risk": each.data["overall_risk"], "position": each.event.position}
        for case, each in latest.items()
    ]
    row = insert(HeardRisk)
    newer = {"overall_risk": row.excluded.overall_risk, "position": row.excluded.position}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


PROJECTIONS = (
    Projection("heard_advice", frozenset({"legal.advice.recorded"}), project_advice, (Picture("heard_advice"),)),
    Projection("heard_risks", frozenset({"support.assessment.completed"}), project_risk, (Picture("heard_risks"),)),
)
