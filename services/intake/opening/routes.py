"""Routes for what was stated at the opening, the person's choice of a name, and the law of a case."""

from services.intake.case.routes import CASE, created
from services.intake.opening import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/opening/corrections", action="opening.correct", body=schemas.CorrectOpening, creates=True)
def correct_opening(call: CallWith[schemas.CorrectOpening]) -> Reply:
    """Put right what was stated at the opening, with the reason; what stood there is kept, marked."""
    return created(actions.correct_opening(call.session, call.case, call.command, call.now, by=call.principal))


@route("POST", f"{CASE}/anonymity", action="anonymity.choose", body=schemas.ChooseAnonymity, creates=True)
def choose_anonymity(call: CallWith[schemas.ChooseAnonymity]) -> Reply:
    """Record whether the person wants to stay without a name, as they choose now, and why."""
    return created(actions.choose_anonymity(call.session, call.case, call.command, call.now, by=call.principal))


@route("POST", f"{CASE}/law", action="law.change", body=schemas.ChangeLaw, creates=True)
def change_law(call: CallWith[schemas.ChangeLaw]) -> Reply:
    """Record that another law counts from a day on; what began before goes on under its own."""
    return created(actions.change_law(call.session, call.case, call.command, call.now, by=call.principal))
