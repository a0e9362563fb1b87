"""Routes for advice."""

from services.legal.advice import actions, schemas
from services.legal.case.routes import CASE
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/advice", action="advice.record", body=schemas.RecordAdvice, creates=True)
def record_advice(call: CallWith[schemas.RecordAdvice]) -> Reply:
    """Record advice, or why there was none."""
    created, version = actions.record_advice(call.session, call.case, call.command, call.now)
    return Reply(status=201, created=created, version=version)
