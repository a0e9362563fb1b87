"""The route for plans."""

from typing import Final

from services.support.case.routes import CASE
from services.support.plan import actions, schemas
from shared.http import CallWith, Reply, post, route


@route("POST", f"{CASE}/plans", action="plan.agree", body=schemas.AgreePlan, creates=True, part="plans")
def agree_plan(call: CallWith[schemas.AgreePlan]) -> Reply:
    """Record a support plan that was agreed with the person."""
    made = actions.agree_plan(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


ROUTES: Final = (post("plan.correct", f"{CASE}/plans/<uuid:plan>/correction", actions.correct_plan, creates=True),)
