"""Routes for the facts of a case."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.fact import actions, events, hooks, rules, schemas
from shared.deadlines import timer_handlers
from shared.http import get, post
from shared.runtime.topics import Topic

_FACTS = f"{CASE}/facts"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("case.read", _FACTS, actions.facts_of, name="read_facts", reply=schemas.FactList),
        post("fact.record", _FACTS, actions.record_fact, creates=True),
        get(
            "case.read",
            f"{CASE}/clocks/<uuid:clock>/explanation",
            actions.explain_deadline,
            reply=schemas.DeadlineExplanation,
            only_reads=True,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    reactions=actions.REACTIONS,
    hooks=(hooks.ADOPTED,),
    timers=timer_handlers(actions.KEEPING, actions.adopt),
)
