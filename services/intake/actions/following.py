"""What intake stores from the events of legal and support."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.models import HeardAdvice, HeardRisk
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable


def project_advice(session: Session, events: Sequence[Received]) -> None:
    """Store that legal recorded advice, also for cases that intake may not have yet."""
    rows = [
        {
            "event_id": received.event.id,
            "case_id": received.subject,
            "phase": received.data["phase"],
            "status": received.data["status"],
        }
        for received in events
    ]
    session.execute(insert(HeardAdvice).on_conflict_do_nothing(), rows)


def project_risk(session: Session, events: Sequence[Received]) -> None:
    """Store the latest overall risk that support announced."""
    latest = {received.subject: received for received in events}
    rows = [
        {"case_id": case, "overall_risk": received.data["overall_risk"], "position": received.event.position}
        for case, received in latest.items()
    ]
    row = insert(HeardRisk)
    newer = {"overall_risk": row.excluded.overall_risk, "position": row.excluded.position}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


PROJECTIONS = (
    Projection("heard_advice", frozenset({"legal.advice.recorded"}), project_advice, (ReadModelTable("heard_advice"),)),
    Projection(
        "heard_risks", frozenset({"support.assessment.completed"}), project_risk, (ReadModelTable("heard_risks"),)
    ),
)
