"""Routes for the facts of a case."""

from typing import Final

from services.intake.facts.case.actions import beside
from services.intake.facts.case.topic import CASE
from services.intake.facts.fact import actions, events, rules, schemas
from shared.deadlines import timer_handlers
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic

_FACTS = f"{CASE}/facts"


@route("GET", _FACTS, action="case.read", reply=schemas.FactList)
def read_facts(call: Call) -> Reply:
    """Return what happened in a case, when, when it was learnt and recorded, by whom, and what was wrong before."""
    others = beside(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(actions.facts_of(call.session, call.case, others))


@route(
    "GET",
    f"{CASE}/clocks/<uuid:clock>/explanation",
    action="case.read",
    reply=schemas.DeadlineExplanation,
    only_reads=True,
)
def explain_deadline(call: Call) -> Reply:
    """Return why a deadline has its date: facts, rule, readings, skipped days, pauses, and what would change it."""
    others = beside(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(actions.explain_deadline(call.session, call.case, call.path["clock"], others, call.now))


TOPIC: Final = Topic(
    __name__,
    routes=(post("fact.record", _FACTS, actions.record_fact, creates=True),),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    reactions=actions.REACTIONS,
    timers=timer_handlers(actions.KEEPING),
)
