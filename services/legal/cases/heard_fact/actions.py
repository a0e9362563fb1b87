"""Store the revisions of facts from intake, and derive the deadlines again after each.

Events of the first releases contain less. Missing values become `unknown`, and the facts get the event's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.deadline.actions import KEEPING
from services.legal.cases.heard_fact import rules
from shared.deadlines import Fact, fact_events, facts, time_source
from shared.events.contract import Received
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.reference.periods import UNKNOWN

#: These change earlier facts, regardless of their revision.
_CHANGING: Final = frozenset((rules.PERSON, rules.WITHDRAWN, rules.CORRECTED))
_KEYS: Final = frozenset((rules.OPENED, rules.DETECTED, *rules.STEPS, *rules.STATED)) | _CHANGING


def project_facts(session: Session, received: Sequence[Received]) -> None:
    """Store the facts that events state, in the order of the events."""
    heard: list[Fact] = []
    for message in received:
        if message.key in _CHANGING:
            facts.hear(session, heard)
            heard = _changed(session, message)
        else:
            heard += _said(message)
    facts.hear(session, heard)


def derive_again(session: Session, received: Received) -> None:
    """Derive the deadlines of a case again after a fact of it arrived."""
    KEEPING.derive(session, received.subject, time_source.now(session))


def _changed(session: Session, message: Received) -> list[Fact]:
    case = message.subject
    if message.key == rules.PERSON:
        return _age_anew(session, case, message.data["age"])
    ids = _withdrawn(message.key, message.data)
    latest = facts.latest_heard(session, case, ids)
    return [replace(fact, revision=fact.revision + 1, withdrawn=True) for fact in latest if not fact.withdrawn]


def _age_anew(session: Session, case: UUID, age: str) -> list[Fact]:
    """Return the next revision of the person's age; empty if it is unchanged."""
    person, codes = fact_events.person_fact(case), {"age": age}
    for latest in facts.latest_heard(session, case, [person]):
        return [] if latest.codes == codes else [replace(latest, revision=latest.revision + 1, codes=codes)]
    return [Fact(id=person, case=case, kind="person", codes=codes)]


def _said(message: Received) -> list[Fact]:
    """Return the facts that an event states; none for one that only changes what was stated before."""
    case, data = message.subject, message.data
    if message.key in rules.STEPS:
        kind = rules.STEPS[message.key]
        return [fact_events.of_step(case, data["step"] or message.event.id, kind, data)]
    if message.key == rules.DETECTED:
        return fact_events.of_detection(case, data["detection"] or message.event.id, data)
    if message.key in rules.STATED:
        # A separate event states the age. It is one fact, regardless of the revision number of its source.
        return [] if data["kind"] == "person" else [fact_events.fact_of(message)]
    if message.key == rules.OPENED:
        age = data["age"] or UNKNOWN
        return list(
            fact_events.of_opening(case, jurisdiction=data["jurisdiction"], age=age, opened_on=data["opened_on"])
        )
    return []


def _withdrawn(key: str, data: Mapping[str, Any]) -> list[UUID]:
    """Return the ids of the facts that are withdrawn by an event about a step or another record."""
    if key == rules.CORRECTED:
        return [data["step"]]
    if data["record_class"] != "detection":
        return []
    return [fact_events.detected(data["record"], kind) for kind in fact_events.OF_DETECTION.values()]


PROJECTIONS: Final = (Projection("facts", _KEYS, project_facts, (ReadModelTable("heard_facts"),)),)
REACTIONS: Final = tuple(Reaction("periods", key, derive_again) for key in sorted(_KEYS))
