"""Routes for safety plans."""

from services.support.case.models import CASES
from services.support.case.routes import CASE
from services.support.safety import actions, schemas
from shared.http import Call, CallWith, Reply, route


@route(
    "POST",
    f"{CASE}/safety-plans",
    action="safety_plan.agree",
    body=schemas.AgreeSafetyPlan,
    creates=True,
    part="safety_plans",
)
def agree_safety_plan(call: CallWith[schemas.AgreeSafetyPlan]) -> Reply:
    """Record a safety plan that was made with the person; it takes the place of the one before."""
    plan, version = actions.agree_safety_plan(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=plan, version=version)


@route(
    "POST",
    f"{CASE}/safety-plans/<uuid:plan>/correction",
    action="safety_plan.correct",
    body=schemas.CorrectSafetyPlan,
    creates=True,
)
def correct_safety_plan(call: CallWith[schemas.CorrectSafetyPlan]) -> Reply:
    """Put a safety plan right, or take it back."""
    correction, version = actions.correct_safety_plan(
        call.session, call.case, call.path["plan"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)


@route(
    "POST",
    f"{CASE}/safety-plans/reopening",
    action="safety_plan.reopen",
    body=schemas.ReopenSafetyPlan,
    creates=True,
)
def reopen_safety_plan(call: CallWith[schemas.ReopenSafetyPlan]) -> Reply:
    """Have the safety plan looked at again, since something happened."""
    plan, version = actions.reopen_safety_plan(
        call.session, call.case, call.command.reason, call.now, by=call.principal
    )
    return Reply(status=201, created=plan, version=version)


@route("GET", f"{CASE}/safety-plans/code-word", action="safety_plan.code_word", reply=schemas.ShownCodeWord)
def read_code_word(call: Call) -> Reply:
    """Return the code word, for whoever calls the person now; it stands in the audit each time."""
    word = actions.code_word_of(call.session, call.case)
    return Reply({"code_word": word}, version=CASES.version(call.session, call.case))
