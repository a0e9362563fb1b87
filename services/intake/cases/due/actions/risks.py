"""The read model of support's assessments: whether the latest one found urgent need."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.cases.due.models import HeardRisk
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable


def project_risk(session: Session, events: Sequence[Received]) -> None:
    """Store whether the latest assessment in support's events found urgent need."""
    latest = {received.subject: received for received in events}
    rows = [
        {"case_id": case, "urgent": received.data["urgent"], "position": received.event.position}
        for case, received in latest.items()
    ]
    row = insert(HeardRisk)
    newer = {"urgent": row.excluded.urgent, "position": row.excluded.position}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


PROJECTIONS: Final = (
    Projection(
        "heard_risks", frozenset({"support.assessment.completed"}), project_risk, (ReadModelTable("heard_risks"),)
    ),
)
