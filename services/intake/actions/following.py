"""What intake keeps of what legal and support tell."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.models import HeardAdvice, HeardRisk
from shared.contract import Received
from shared.follower import Picture, Projection


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
