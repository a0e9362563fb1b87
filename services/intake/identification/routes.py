"""Routes for the official path."""

from services.intake.case.routes import CASE, created
from services.intake.identification import actions, rules, schemas
from shared.http import Call, Reply, route


@route("POST", f"{CASE}/entry-decisions", action="entry.decide", body=schemas.DecideEntry, creates=True)
def decide_entry(call: Call) -> Reply:
    """Record the person's decision about the official mechanism."""
    return created(actions.decide_entry(call.session, call.case, call.body, call.now))


@route(
    "POST",
    f"{CASE}/clocks/<uuid:clock>/extension",
    action="clock.extend",
    body=schemas.ExtendClock,
    changes=True,
)
def extend_clock(call: Call) -> Reply:
    """Record that a period was extended to a later day."""
    clock, until = call.path["clock"], call.body["until"]
    version = actions.extend_clock(call.session, call.case, clock, until, call.now)
    return Reply({"id": str(clock), "due_on": until.isoformat()}, version=version)


@route("POST", "/v1/deadlines/calculate", action="deadline.calculate", body=schemas.CalculateDeadline)
def calculate_deadline(call: Call) -> Reply:
    """Count a period of the law, about no case: due date, rule, source, certainty, and each day skipped."""
    return Reply(rules.calculated(call.body))


@route("POST", f"{CASE}/identification", action="identification.record", body=schemas.RecordStep, creates=True)
def record_step(call: Call) -> Reply:
    """Record a step on the official path."""
    return created(actions.record_step(call.session, call.case, call.body, call.now))


@route(
    "POST",
    f"{CASE}/identification/<uuid:step>/correction",
    action="identification.correct",
    body=schemas.CorrectStep,
    creates=True,
)
def correct_step(call: Call) -> Reply:
    """Record that a step was recorded wrongly: it stays, but has no effect any more."""
    reason, step_id = call.body["reason"], call.path["step"]
    return created(actions.correct_step(call.session, call.case, step_id, reason, call.now, by=call.principal))


@route("POST", f"{CASE}/first-responder", action="first_responder.ask", body=schemas.AskFirstResponder, creates=True)
def ask_first_responder(call: Call) -> Reply:
    """Record that a first responder is asked to put the case to the authority."""
    return created(actions.ask_first_responder(call.session, call.case, call.body, call.now))


@route(
    "POST",
    f"{CASE}/first-responder/<uuid:asked>/answer",
    action="first_responder.ask",
    body=schemas.AnswerOfFirstResponder,
    changes=True,
)
def record_first_responder_answer(call: Call) -> Reply:
    """Record whether the first responder accepts; after a refusal another can be asked."""
    first_responder_id = call.path["asked"]
    version = actions.record_answer(call.session, call.case, first_responder_id, call.body, call.now)
    return Reply({"id": str(first_responder_id), "state": call.body["answer"]}, version=version)
