"""Routes for the facts of a case."""

from services.intake.case.actions import beside
from services.intake.case.routes import CASE
from services.intake.fact import actions, schemas
from shared.http import Call, CallWith, Reply, route

_FACTS = f"{CASE}/facts"


@route("POST", _FACTS, action="fact.record", body=schemas.RecordFact, creates=True)
def record_fact(call: CallWith[schemas.RecordFact]) -> Reply:
    """Record what happened, where that has no record of its own: a voucher, a report, a request, a period by hand."""
    made = actions.record_fact(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


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
