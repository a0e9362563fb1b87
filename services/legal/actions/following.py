"""Legal's projections of intake's events, and its reactions to them."""

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
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.reference import Profile, profile

CORRECTED = "intake.identification.corrected"


def project_cases(session: Session, received: Sequence[Received]) -> None:
    """Store each case that an event is about; one whose opening has not arrived has no jurisdiction yet."""
    pictures = rules.pictures(_events(received))
    rows = [
        {
            "id": case,
            "version": 1,
            "jurisdiction": picture.jurisdiction,
            "status": picture.status or rules.OPEN,
        }
        for case, picture in sorted(pictures.items())  # in one order everywhere: two batches never wait for each other
    ]
    new = insert(Case).values(rows)
    with_status = [case for case, picture in pictures.items() if picture.status is not None]
    changes = {
        "version": Case.version + 1,
        "jurisdiction": func.coalesce(new.excluded.jurisdiction, Case.jurisdiction),
        "status": either((Case.id.in_(with_status), new.excluded.status), else_=Case.status),
    }
    session.execute(new.on_conflict_do_update(index_elements=[Case.id], set_=changes))


def project_team(session: Session, received: Sequence[Received]) -> None:
    """Store the members of each case's team."""
    left = rules.memberships(_events(received))
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
    """Store the steps on the official path, and which of them were recorded wrongly."""
    rows = [
        {
            "event_id": message.event.id,
            "case_id": message.subject,
            "position": message.event.position,
            "stage": message.data["stage"],
            "outcome": message.data.get("outcome"),
            "authority": message.data["authority"],
            "occurred_on": message.data["occurred_on"],
            "received_on": message.data["received_on"],
            "made_elsewhere": message.data["made_elsewhere"],
            "reconsidered": message.data.get("reconsidered"),
            "step": message.data["step"],
            "corrected": False,
        }
        for message in received
        if message.key != CORRECTED
    ]
    if rows:
        session.execute(insert(IdentificationFact).values(rows).on_conflict_do_nothing())
    wrong = [message.data["step"] for message in received if message.key == CORRECTED]
    if wrong:
        session.execute(update(IdentificationFact).where(IdentificationFact.step.in_(wrong)).values(corrected=True))


def project_detections(session: Session, received: Sequence[Received]) -> None:
    """Store the days of each detection, and which were withdrawn."""
    rows = [
        {
            "detection": message.data["detection"],
            "case_id": message.subject,
            "earliest_incident_on": message.data["earliest_incident_on"],
            "work_ended_on": message.data["work_ended_on"],
            "withdrawn": False,
        }
        for message in received
        if message.key == "intake.detection.recorded" and message.data["detection"] is not None
    ]
    if rows:
        session.execute(insert(DetectionFact).values(rows).on_conflict_do_nothing())
    gone = [message.data["record"] for message in received if message.key == "intake.record.withdrawn"]
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
    jurisdiction_profile, standing = profile(jurisdiction), deadlines.of_subject(session, case)
    left = select(DetectionFact).where(DetectionFact.case_id == case, DetectionFact.withdrawn.is_(False))
    facts = [_limitations(jurisdiction_profile, fact) for fact in session.execute(left).scalars()]
    living = [(clock["code"], date.fromisoformat(clock["began_on"]), clock["state"]) for clock in standing]
    for code, begins in rules.limitations_left(_limitations(jurisdiction_profile, gone), facts, living).items():
        deadlines.stop(session, case, [code], now=_now(session))
        if begins is not None:
            _start(session, case, jurisdiction_profile, code, begins)


def _limitations(jurisdiction_profile: Profile, fact: DetectionFact) -> dict[str, str]:
    return rules.limitations(
        jurisdiction_profile, earliest_incident=fact.earliest_incident_on, work_ended=fact.work_ended_on
    )


def begin_limitations(session: Session, received: Received) -> None:
    """Begin, at a detection, every limitation whose first day is known: nobody need be identified for that."""
    case, data = received.subject, received.data
    jurisdiction_profile = profile(data["jurisdiction"])
    models.lock(session, case)
    begun = rules.limitations(
        jurisdiction_profile, earliest_incident=data["earliest_incident_on"], work_ended=data["work_ended_on"]
    )
    applied = {
        jurisdiction_profile.remedies[code].clock
        for code in models.applied_remedies(session, case)
        if code in jurisdiction_profile.remedies
    }
    standing = deadlines.of_subject(session, case)
    for code, begins in begun.items():
        same = [
            (date.fromisoformat(clock["began_on"]), clock["state"])
            for clock in standing
            # Only a claim stops a limitation for good; one whose detection was withdrawn may begin again.
            if clock["code"] == code
            and clock["state"] != "withdrawn"
            and (clock["state"] != "stopped" or code in applied)
        ]
        change = rules.limitation_change(begins, same)
        if change is rules.Change.KEEP:
            continue
        if change is rules.Change.REPLACE:
            deadlines.stop(session, case, [code], now=_now(session))
        _start(session, case, jurisdiction_profile, code, begins)
        if code in applied:
            # The claim was made before the detection was heard: what the clock waits for has come.
            deadlines.stop(session, case, [code], now=_now(session))


def follow_step(session: Session, received: Received) -> None:
    """Stop and start, after a step on the official path, the clocks that the profile gives legal to keep."""
    data = received.data
    jurisdiction_profile = profile(data["jurisdiction"])
    outcome = data.get("outcome")
    changes = rules.step_clocks(jurisdiction_profile, data["stage"], outcome, data.get("reconsidered"))
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
            _start(session, received.subject, jurisdiction_profile, code, begins, data["step"])


def undo_step(session: Session, received: Received) -> None:
    """Undo the effect of a wrongly recorded step on legal's clocks."""
    models.lock(session, received.subject)
    deadlines.undo(session, received.subject, received.data["step"], now=_now(session))


def _start(
    session: Session,
    case: UUID,
    jurisdiction_profile: Profile,
    code: str,
    begins: str | date,
    cause: UUID | None = None,
) -> None:
    deadlines.start(session, case, jurisdiction_profile.code, code, begins, now=_now(session), cause=cause)


def _now(session: Session) -> datetime:
    """Return the domain's current time, which a test clock may have moved; an event's time is real time."""
    now: datetime = time_source.now(session)
    return now


def _events(received: Sequence[Received]) -> Iterator[tuple[UUID, str, Mapping[str, Any]]]:
    return ((message.subject, message.key, message.data) for message in received)
