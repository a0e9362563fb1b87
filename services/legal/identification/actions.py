"""Steps on the official path: stored as intake emits them, and what legal's clocks do because of one."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.identification import rules
from services.legal.identification.models import IdentificationFact
from shared import deadlines
from shared.casework.whole import CASE, Part
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.reference import profile

CORRECTED: Final = "intake.identification.corrected"
_STEPS: Final = frozenset(f"intake.identification.{verb}" for verb in ("submitted", "step_recorded", "decided"))


#: The steps that count, in the order in which they were recorded.
STEPS: Final = Part(
    IdentificationFact.__table__,
    and_(IdentificationFact.case_id == CASE, IdentificationFact.corrected.is_(False)),
    (IdentificationFact.position,),
)


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


def follow_step(session: Session, received: Received) -> None:
    """Stop and start, after a step on the official path, the clocks that the profile gives legal to keep."""
    data = received.data
    law = profile(data["jurisdiction"])
    outcome = data.get("outcome")
    changes = rules.step_clocks(law, data["stage"], outcome, data.get("reconsidered"))
    begins = rules.counted_from(
        outcome=outcome,
        occurred_on=data["occurred_on"],
        received_on=data["received_on"],
        made_elsewhere=data["made_elsewhere"],
    )
    case, cause, now = received.subject, data["step"], time_source.now(session)
    CASES.lock(session, case)
    deadlines.stop(session, case, changes.stops, now=now, cause=cause)
    if begins is not None:
        for code in changes.starts:
            deadlines.start(session, case, law.code, code, begins, now=now, cause=cause)


def undo_step(session: Session, received: Received) -> None:
    """Undo the effect of a wrongly recorded step on legal's clocks."""
    CASES.lock(session, received.subject)
    deadlines.undo(session, received.subject, received.data["step"], now=time_source.now(session))


def steps_of(session: Session, case: UUID) -> list[IdentificationFact]:
    """Return a case's steps on the official path that count, in the order in which they were recorded."""
    counted = select(IdentificationFact).where(STEPS.condition).order_by(*STEPS.order)
    return list(session.execute(counted, {"case": case}).scalars())


PROJECTIONS: Final = (
    Projection(
        "identification", _STEPS | {CORRECTED}, project_identification, (ReadModelTable("identification_facts"),)
    ),
)
REACTIONS: Final = (
    *(Reaction("step_clocks", key, follow_step) for key in sorted(_STEPS)),
    Reaction("step_clocks_undone", CORRECTED, undo_step),
)
