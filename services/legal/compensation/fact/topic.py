"""Routes for the facts of a case."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.compensation.fact import events, rules, schemas
from services.legal.compensation.fact.actions import FACTS
from shared.http import Call, CallWith, Reply, route
from shared.runtime.topics import Topic


@route("POST", f"{CASE}/facts", action="fact.record", body=schemas.RecordFact, creates=True, reply=schemas.NotedFact)
def record_fact(call: CallWith[schemas.RecordFact]) -> Reply:
    """Record that something happened, from which periods of the law follow; it may be late, vague and in any order."""
    noted = FACTS.record(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(noted.shown(), status=201, created=noted.fact.id, alike=noted.alike)


@route("GET", f"{CASE}/facts", action="fact.read", reply=schemas.FactList)
def read_facts(call: Call) -> Reply:
    """Return a case's facts with all their revisions, those that intake recorded among them."""
    facts = FACTS.read(call.session, call.case, call.now)
    return Reply({"facts": facts}, version=CASES.version(call.session, call.case))


@route(
    "POST",
    f"{CASE}/facts/<uuid:fact>/correction",
    action="fact.correct",
    body=schemas.CorrectFact,
    creates=True,
    reply=schemas.NotedFact,
)
def correct_fact(call: CallWith[schemas.CorrectFact]) -> Reply:
    """Put a fact right, or take it back; what it said before stays in the record."""
    fact = call.path["fact"]
    noted = FACTS.correct(call.session, call.case, fact, call.command, call.now, by=call.principal)
    return Reply(noted.shown(), status=201, created=fact)


TOPIC: Final = Topic(__name__, access=rules.ACCESS, events=events.EVENTS)
