"""Routes for accounts that a person gave."""

from services.intake.account import actions, schemas
from services.intake.case.routes import CASE
from shared.http import Call, Reply, route


@route("POST", f"{CASE}/accounts", action="account.record", body=schemas.RecordAccount, creates=True)
def record_account(call: Call) -> Reply:
    """Record that the person gave an account; never its content."""
    account_id, version = actions.record_account(call.session, call.now, call.case, call.body)
    return Reply(status=201, created=account_id, version=version)
