"""Routes for matters."""

from typing import Final

from services.legal.case.routes import CASE
from services.legal.matter import actions, schemas
from shared.http import Call, Reply, route

_MATTER: Final = f"{CASE}/matters/<uuid:matter>"


@route("POST", f"{CASE}/matters", action="matter.open", body=schemas.OpenMatter, creates=True)
def open_matter(call: Call) -> Reply:
    """Open a matter towards a remedy of the jurisdiction."""
    created, version = actions.open_matter(call.session, call.case, call.body, call.now)
    return Reply(status=201, created=created, version=version)


@route("POST", f"{_MATTER}/application", action="compensation.record", body=schemas.RecordApplication, changes=True)
def record_application(call: Call) -> Reply:
    """Record that a claim was made; stops its limitation."""
    version = actions.record_application(call.session, call.case, call.path["matter"], call.body, call.now)
    return _changed(call, "applied", version)


@route("POST", f"{_MATTER}/decision", action="compensation.record", body=schemas.RecordDecision, changes=True)
def record_decision(call: Call) -> Reply:
    """Record how a claim was decided."""
    version = actions.record_decision(call.session, call.case, call.path["matter"], call.body, call.now)
    return _changed(call, "decided", version)


@route("POST", f"{_MATTER}/payment", action="compensation.record", body=schemas.RecordPayment, changes=True)
def record_payment(call: Call) -> Reply:
    """Record that what was granted was paid."""
    version = actions.record_payment(call.session, call.case, call.path["matter"], call.body, call.now)
    return _changed(call, "paid", version)


def _changed(call: Call, status: str, version: int) -> Reply:
    return Reply({"id": str(call.path["matter"]), "status": status}, version=version)
