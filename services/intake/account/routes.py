"""Routes for accounts that a person gave."""

from services.intake.account import actions, schemas
from services.intake.case.routes import CASE, created
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/accounts", action="account.record", body=schemas.RecordAccount, creates=True, part="accounts")
def record_account(call: CallWith[schemas.RecordAccount]) -> Reply:
    """Record that the person gave an account; never its content."""
    return created(actions.record_account(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/accounts/<uuid:account>/correction",
    action="account.record",
    body=schemas.CorrectAccount,
    creates=True,
)
def correct_account(call: CallWith[schemas.CorrectAccount]) -> Reply:
    """Put it right that the person gave an account, or take it back as recorded wrongly."""
    which, by = call.path["account"], call.principal
    return created(actions.correct_account(call.session, call.case, which, call.command, call.now, by=by))
