"""The route for plans."""

from services.support.case.routes import CASE
from services.support.plan import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/plans", action="plan.agree", body=schemas.AgreePlan, creates=True, part="plans")
def agree_plan(call: CallWith[schemas.AgreePlan]) -> Reply:
    """Record a support plan that was agreed with the person."""
    made = actions.agree_plan(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


@route("POST", f"{CASE}/plans/<uuid:plan>/correction", action="plan.correct", body=schemas.CorrectPlan, creates=True)
def correct_plan(call: CallWith[schemas.CorrectPlan]) -> Reply:
    """Put a plan right, or take it back; what it said before is kept."""
    correction, version = actions.correct_plan(
        call.session, call.case, call.path["plan"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
