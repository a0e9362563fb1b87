"""Routes for the facts of a case."""

from typing import Final

from services.intake.facts.case.actions import beside
from services.intake.facts.case.topic import CASE
from services.intake.facts.fact import actions, events, rules, schemas
from shared.deadlines import timer_handlers
from shared.http import Call, Reply, get, post, route
from shared.runtime.topics import Topic

_FACTS = f"{CASE}/facts"


@route("GET", _FACTS, action="case.read", reply=schemas.FactList)
def read_facts(call: Call) -> Reply:
    """Return what happened in a case, when, when it was learnt and recorded, by whom, and what was wrong before."""
    others = beside(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(actions.facts_of(call.session, call.case, others))


TOPIC: Final = Topic(
    __name__,
    routes=(
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
    timers=timer_handlers(actions.KEEPING),
)
