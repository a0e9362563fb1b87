"""Routes for the facts of a case."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.compensation.fact import events, rules, schemas
from services.legal.compensation.fact.actions import FACTS, facts_shown
from shared.http import get, post
from shared.runtime.topics import Topic

_FACTS: Final = f"{CASE}/facts"
_NOTED: Final = schemas.NotedFact

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("fact.record", _FACTS, FACTS.record, name="record_fact", creates=True, reply=_NOTED),
        get("fact.read", _FACTS, facts_shown, name="read_facts", reply=schemas.FactList),
        post(
            "fact.correct",
            f"{_FACTS}/<uuid:fact>/correction",
            FACTS.correct,
            name="correct_fact",
            creates=True,
            reply=_NOTED,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
