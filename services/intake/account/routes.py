"""Routes for accounts that a person gave."""

from services.intake.account import actions, schemas
from services.intake.case.routes import CASE, created
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/accounts", action="account.record", body=schemas.RecordAccount, creates=True)
def record_account(call: CallWith[schemas.RecordAccount]) -> Reply:
    """Record that the person gave an account; never its content."""
    return created(actions.record_account(call.session, call.case, call.command, call.now))
