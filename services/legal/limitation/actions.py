"""Limitations: begun at a detection, and ended with one that was recorded on the wrong person."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.limitation import rules
from services.legal.limitation.models import DetectionFact
from services.legal.matter.actions import applied_remedies
from shared import deadlines
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.reference import Profile, profile

_RECORDED: Final = "intake.detection.recorded"
_WITHDRAWN: Final = "intake.record.withdrawn"


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
        if message.key == _RECORDED and message.data["detection"] is not None
    ]
    if rows:
        session.execute(insert(DetectionFact).values(rows).on_conflict_do_nothing())
    gone = [message.data["record"] for message in received if message.key == _WITHDRAWN]
    if gone:
        session.execute(update(DetectionFact).where(DetectionFact.detection.in_(gone)).values(withdrawn=True))


def end_limitations(session: Session, received: Received) -> None:
    """Stop the limitations that began by a withdrawn detection alone; begin them again from what is left."""
    case = received.subject
    gone, jurisdiction = session.get(DetectionFact, received.data["record"]), CASES.read(session, case).jurisdiction
    if gone is None or gone.case_id != case or jurisdiction is None:
        return
    CASES.lock(session, case)
    law = profile(jurisdiction)
    left = select(DetectionFact).where(DetectionFact.case_id == case, DetectionFact.withdrawn.is_(False))
    facts = [_limitations(law, fact) for fact in session.scalars(left)]
    periods = [(period.code, period.began_on, period.state) for period in deadlines.all_of(session, case)]
    for code, begins in rules.limitations_left(_limitations(law, gone), facts, periods).items():
        deadlines.stop(session, case, [code], now=time_source.now(session))
        if begins is not None:
            _start(session, case, law, code, begins)


def begin_limitations(session: Session, received: Received) -> None:
    """Begin, at a detection, every limitation whose first day is known: nobody need be identified for that."""
    case, data, now = received.subject, received.data, time_source.now(session)
    law = profile(data["jurisdiction"])
    CASES.lock(session, case)
    begun = rules.limitations(law, earliest_incident=data["earliest_incident_on"], work_ended=data["work_ended_on"])
    remedies = applied_remedies(session, case) & law.remedies.keys()
    applied = {law.remedies[remedy].clock for remedy in remedies}
    # Only a claim stops a limitation for good; one whose detection was withdrawn may begin again.
    counting = [
        period
        for period in deadlines.all_of(session, case)
        if not period.is_withdrawn and (not period.is_stopped or period.code in applied)
    ]
    for code, begins in begun.items():
        change = rules.limitation_change(
            begins, [(period.began_on, period.state) for period in counting if period.code == code]
        )
        if change is rules.Change.KEEP:
            continue
        if change is rules.Change.REPLACE:
            deadlines.stop(session, case, [code], now=now)
        _start(session, case, law, code, begins)
        if code in applied:
            # The claim was made before the detection was heard: what the clock waits for has come.
            deadlines.stop(session, case, [code], now=now)


def _limitations(law: Profile, fact: DetectionFact) -> dict[str, str]:
    return rules.limitations(law, earliest_incident=fact.earliest_incident_on, work_ended=fact.work_ended_on)


def _start(session: Session, case: UUID, law: Profile, code: str, begins: str | date) -> None:
    deadlines.start(session, case, law.code, code, begins, now=time_source.now(session))


PROJECTIONS: Final = (
    Projection(
        "detections", frozenset((_RECORDED, _WITHDRAWN)), project_detections, (ReadModelTable("detection_facts"),)
    ),
)
REACTIONS: Final = (
    Reaction("limitations", _RECORDED, begin_limitations),
    Reaction("limitations_left", _WITHDRAWN, end_limitations),
)
