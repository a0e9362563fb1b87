"""What legal keeps of intake's events, and what it does because of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case as either
from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal import models, rules
from services.legal.models import Case, DetectionFact, IdentificationFact, TeamMember
from shared import deadlines
from shared.contract import Received
from shared.reference import Profile, profile

CORRECTED = "intake.identification.corrected"


def project_cases(session: Session, received: Sequence[Received]) -> None:
    """Keep each case that anything is heard of; one whose opening was not heard has no jurisdiction yet."""
    told = rules.pictures(_told(received))
    rows = [
        {
            "id": case,
            "version": 1,
            "jurisdiction": seen.jurisdiction,
            "status": seen.status or rules.OPEN,
        }
        for case, seen in sorted(told.items())  # in one order everywhere: two batches never wait for each other
    ]
    new = insert(Case).values(rows)
    told_now = [case for case, seen in told.items() if seen.status is not None]
    known = {
        "version": Case.version + 1,
        "jurisdiction": func.coalesce(new.excluded.jurisdiction, Case.jurisdiction),
        "status": either((Case.id.in_(told_now), new.excluded.status), else_=Case.status),
    }
    session.execute(new.on_conflict_do_update(index_elements=[Case.id], set_=known))


def project_team(session: Session, received: Sequence[Received]) -> None:
    """Keep who is on each case's team."""
    left = rules.memberships(_told(received))
    gone = [key for key, place in left.items() if place is None]
    rows = [
        {"case_id": case, "member": member, "role": place.role, "lead": place.lead}
        for (case, member), place in left.items()
        if place is not None
    ]
    if gone:
        session.execute(delete(TeamMember).where(tuple_(TeamMember.case_id, TeamMember.member).in_(gone)))
    if rows:
        new = insert(TeamMember).values(rows)
        place = {"role": new.excluded.role, "lead": new.excluded.lead}
        session.execute(new.on_conflict_do_update(index_elements=[TeamMember.case_id, TeamMember.member], set_=place))


def project_identification(session: Session, received: Sequence[Received]) -> None:
    """Keep the steps on the official path, and which of them were recorded wrongly."""
    rows = [
        {
            "event_id": each.event.id,
            "case_id": each.subject,
            "position": each.event.position,
            "stage": each.data["stage"],
            "outcome": each.data.get("outcome"),
            "authority": each.data["authority"],
            "occurred_on": each.data["occurred_on"],
            "received_on": each.data["received_on"],
            "made_elsewhere": each.data["made_elsewhere"],
            "reconsidered": each.data.get("reconsidered"),
            "step": each.data["step"],
            "corrected": False,
        }
        for each in received
        if each.key != CORRECTED
    ]
    if rows:
        session.execute(insert(IdentificationFact).values(rows).on_conflict_do_nothing())
    wrong = [each.data["step"] for each in received if each.key == CORRECTED]
    if wrong:
        session.execute(update(IdentificationFact).where(IdentificationFact.step.in_(wrong)).values(corrected=True))


def project_detections(session: Session, received: Sequence[Received]) -> None:
    """Keep the days of each detection, and which were withdrawn."""
    rows = [
        {
            "detection": each.data["detection"],
            "case_id": each.subject,
            "earliest_incident_on": each.data["earliest_incident_on"],
            "work_ended_on": each.data["work_ended_on"],
            "withdrawn": False,
        }
        for each in received
        if each.key == "intake.detection.recorded" and each.data["detection"] is not None
    ]
    if rows:
        session.execute(insert(DetectionFact).values(rows).on_conflict_do_nothing())
    gone = [each.data["record"] for each in received if each.key == "intake.record.withdrawn"]
    if gone:
        session.execute(update(DetectionFact).where(DetectionFact.detection.in_(gone)).values(withdrawn=True))


def end_limitations(session: Session, received: Received) -> None:
    """Stop the limitations that began by a withdrawn detection alone; begin them again from what is left."""
    case = received.subject
    gone = session.get(DetectionFact, received.data["record"])
    jurisdiction = models.jurisdiction(session, case)
    if gone is None or gone.case_id != case or jurisdiction is None:
        return
    models.lock(session, case)
    found, standing = profile(jurisdiction), deadlines.of_subject(session, case)
    left = select(DetectionFact).where(DetectionFact.case_id == case, DetectionFact.withdrawn.is_(False))
    facts = [_limitations(found, each) for each in session.execute(left).scalars()]
    living = [(each["code"], date.fromisoformat(each["began_on"]), each["state"]) for each in standing]
    for code, begins in rules.limitations_left(_limitations(found, gone), facts, living).items():
        deadlines.stop(session, case, [code], now=_now(session))
        if begins is not None:
            _start(session, case, found, code, begins)


def _limitations(found: Profile, fact: DetectionFact) -> dict[str, str]:
    return rules.limitations(found, earliest_incident=fact.earliest_incident_on, work_ended=fact.work_ended_on)


def begin_limitations(session: Session, received: Received) -> None:
    """Begin, at a detection, every limitation whose first day is known: nobody need be identified for that."""
    case, data = received.subject, received.data
    found = profile(data["jurisdiction"])
    models.lock(session, case)
    begun = rules.limitations(found, earliest_incident=data["earliest_incident_on"], work_ended=data["work_ended_on"])
    applied = {found.remedies[code].clock for code in models.applied_remedies(session, case) if code in found.remedies}
    standing = deadlines.of_subject(session, case)
    for code, begins in begun.items():
        same = [
            (date.fromisoformat(each["began_on"]), each["state"])
            for each in standing
            # Only a claim stops a limitation for good; one whose detection was withdrawn may begin again.
            if each["code"] == code and each["state"] != "withdrawn" and (each["state"] != "stopped" or code in applied)
        ]
        change = rules.limitation_change(begins, same)
        if change is rules.Change.KEEP:
            continue
        if change is rules.Change.REPLACE:
            deadlines.stop(session, case, [code], now=_now(session))
        _start(session, case, found, code, begins)
        if code in applied:
            # The claim was made before the detection was heard: what the clock waits for has come.
            deadlines.stop(session, case, [code], now=_now(session))


def follow_step(session: Session, received: Received) -> None:
    """Stop and start, after a step on the official path, the clocks that the profile gives legal to keep."""
    data = received.data
    found = profile(data["jurisdiction"])
    outcome = data.get("outcome")
    changes = rules.step_clocks(found, data["stage"], outcome, data.get("reconsidered"))
    begins = rules.counted_from(
        outcome=outcome,
        occurred_on=data["occurred_on"],
        received_on=data["received_on"],
        made_elsewhere=data["made_elsewhere"],
    )
    models.lock(session, received.subject)
    deadlines.stop(session, received.subject, changes.stops, now=_now(session), cause=data["step"])
    if begins is not None:
        for code in changes.starts:
            _start(session, received.subject, found, code, begins, data["step"])


def undo_step(session: Session, received: Received) -> None:
    """Take back what a step that was recorded wrongly did to legal's clocks."""
    models.lock(session, received.subject)
    deadlines.undo(session, received.subject, received.data["step"], now=_now(session))


def _start(
    session: Session, case: UUID, found: Profile, code: str, begins: str | date, cause: UUID | None = None
) -> None:
    deadlines.start(session, case, found.code, code, begins, now=_now(session), cause=cause)


def _now(session: Session) -> datetime:
    """The domain's now, which a test clock may have moved; an event's time is real time."""
    found: datetime = session.info["clock"].now(session)
    return found


def _told(received: Sequence[Received]) -> Iterator[tuple[UUID, str, Mapping[str, Any]]]:
    return ((each.subject, each.key, each.data) for each in received)
