"""Routes for the retention of closed cases."""

from services.intake.case.routes import CASE, created
from services.intake.retention import actions, schemas
from shared.http import Call, CallWith, Reply, route


@route("GET", "/v1/retention/due", action="retention.review", reply=schemas.DueCases)
def retention_due(call: Call) -> Reply:
    """List closed cases that are due for review; nothing is ever deleted by its age alone."""
    return Reply({"due": actions.cases_due(call.session, call.now.date(), by=call.principal)})


@route("GET", "/v1/retention/schedule", action="retention.review", reply=schemas.RetentionSchedule)
def retention_schedule(call: Call) -> Reply:
    """Return after how many years a closed case is due, by jurisdiction and class of records, and on what basis."""
    return Reply({"figures": actions.retention_schedule(call.session)})


@route(
    "PUT",
    "/v1/retention/schedule",
    action="retention.review",
    body=schemas.ChooseFigure,
    reply=schemas.ChosenFigure,
)
def choose_figure(call: CallWith[schemas.ChooseFigure]) -> Reply:
    """Set a retention figure chosen by the deployer."""
    actions.choose_figure(call.session, call.command, call.now, by=call.principal)
    return Reply(call.command)


@route("POST", f"{CASE}/retention-reviews", action="retention.keep", body=schemas.KeepCase, creates=True)
def keep_case(call: CallWith[schemas.KeepCase]) -> Reply:
    """Record that a case that is due is kept until a day, with a reason; to erase it, request its erasure."""
    return created(actions.keep_case(call.session, call.case, call.command, call.now, by=call.principal))
