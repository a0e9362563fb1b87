"""Routes for the retention of closed cases."""

from typing import Final

from services.intake.access.retention import actions, rules, schemas
from services.intake.facts.case.topic import CASE
from shared.http import Call, CallWith, Reply, post, route
from shared.runtime.topics import Topic


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


TOPIC: Final = Topic(
    __name__,
    routes=(post("retention.keep", f"{CASE}/retention-reviews", actions.keep_case, creates=True),),
    access=rules.ACCESS,
)
