"""The route for plans."""

from services.support.case.routes import CASE
from services.support.plan import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/plans", action="plan.agree", body=schemas.AgreePlan, creates=True)
def agree_plan(call: CallWith[schemas.AgreePlan]) -> Reply:
    """Record a support plan that was agreed with the person."""
    plan, version = actions.agree_plan(call.session, call.case, call.command, call.now)
    return Reply(status=201, created=plan, version=version)
