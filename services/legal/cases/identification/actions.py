"""Store identification steps from intake's events, for the legal file. Deadlines follow from imported facts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, update
from sqlalchemy.orm import Session

from services.legal.cases.heard_fact.rules import CORRECTED, STATED, STEPS
from services.legal.cases.identification.models import IdentificationFact
from shared.casework.whole import CASE, Part
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable
from shared.reference.periods import UNKNOWN
from shared.store.statements import rows_into

#: The valid steps, in the order of recording.
SHOWN: Final = Part(
    IdentificationFact.__table__,
    and_(IdentificationFact.case_id == CASE, IdentificationFact.corrected.is_(False)),
    (IdentificationFact.__table__.c.position,),
)


def project_identification(session: Session, received: Sequence[Received]) -> None:
    """Store identification steps, their corrections and their withdrawals."""
    steps = [_row(message) for message in received if message.key in STEPS]
    if steps:
        session.execute(rows_into(IdentificationFact, steps).on_conflict_do_nothing())
    for message in received:
        if message.key == CORRECTED:
            _change(session, message.data["step"], {"corrected": True})
        elif message.key in STATED and message.data["kind"] in STEPS.values():
            _change(session, message.data["fact"], _put_right(message.data))


def _row(message: Received) -> dict[str, object]:
    data = message.data
    return {
        "event_id": message.event.id,
        "case_id": message.subject,
        "position": message.event.position,
        "stage": data["stage"],
        "outcome": data.get("outcome"),
        "authority": data["authority"],
        "occurred_on": data["occurred_on"],
        "received_on": data["received_on"],
        "made_elsewhere": data["made_elsewhere"],
        "reconsidered": data.get("reconsidered"),
        "step": data["step"],
        "corrected": False,
    }


def _put_right(data: Mapping[str, Any]) -> dict[str, object]:
    happened, learnt = data["happened"], data["learnt"]
    return {
        "stage": data["stage"],
        "outcome": data["outcome"],
        "authority": data["authority"],
        "occurred_on": None if happened == UNKNOWN else happened[: len("2026-03-02")],
        "received_on": None if learnt is None else date.fromisoformat(learnt[: len("2026-03-02")]),
        "corrected": data["withdrawn"],
    }


def _change(session: Session, step: object, values: Mapping[str, object]) -> None:
    session.execute(update(IdentificationFact).where(IdentificationFact.step == step).values(**values))


PROJECTIONS: Final = (
    Projection(
        "identification",
        frozenset((*STEPS, *STATED, CORRECTED)),
        project_identification,
        (ReadModelTable("identification_facts"),),
    ),
)
