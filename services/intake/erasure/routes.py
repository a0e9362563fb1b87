"""Routes for erasure and legal holds."""

from uuid import UUID

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, days_query, read_days
from services.intake.erasure import actions, rules, schemas
from shared.http import Call, Reply, route

_REQUEST = f"{CASE}/erasure-requests/<uuid:erasure>"


@route("POST", f"{CASE}/legal-holds", action="legal_hold.change", body=schemas.PlaceHold, creates=True)
def place_hold(call: Call) -> Reply:
    """Place a legal hold on a case: no erasure until a day."""
    hold_id, new_version = actions.place_hold(call.session, call.now, call.case, _caller(call), call.body)
    return Reply(status=201, created=hold_id, version=new_version)


@route("DELETE", f"{CASE}/legal-holds/<uuid:hold>", action="legal_hold.change", changes=True)
def lift_hold(call: Call) -> Reply:
    """Lift a legal hold."""
    return Reply(status=204, version=actions.lift_hold(call.session, call.case, call.path["hold"]))


@route("POST", f"{CASE}/erasure-requests", action="erasure.request", body=schemas.RequestErasure, creates=True)
def request_erasure(call: Call) -> Reply:
    """Record that the case is to be erased; it is restricted at once, at every service."""
    request_id, new_version = actions.request_erasure(
        call.session, call.now, call.case, _caller(call), call.body["reason"]
    )
    return Reply(status=201, created=request_id, version=new_version)


@route("GET", f"{CASE}/erasure-requests", action="erasure.read")
def read_erasures(call: Call) -> Reply:
    """Return a case's erasure requests and legal holds, and nothing else of it."""
    return Reply(actions.erasures_of(call.session, call.case), version=current_version(call.session, call.case))


@route("POST", f"{_REQUEST}/checks", action="erasure.check", body=schemas.CheckErasure, changes=True)
def check_erasure(call: Call) -> Reply:
    """Record that nobody forces the person, or that what concerns others was reviewed."""
    request: UUID = call.path["erasure"]
    now = actions.check_erasure(call.session, call.now, call.case, request, _caller(call), call.body["checked"])
    return Reply({"id": str(request)}, version=now)


@route("POST", f"{_REQUEST}/decision", action="erasure.decide", body=schemas.DecideErasure, changes=True)
def decide_erasure(call: Call) -> Reply:
    """Order the erasure, refuse it with a reason, or lift the restriction."""
    request: UUID = call.path["erasure"]
    state, now = actions.decide_erasure(call.session, call.now, call.case, request, _caller(call), call.body)
    return Reply({"id": str(request), "state": state}, version=now)


@route("GET", "/v1/erasures/overdue", action="erasure.follow", query=(days_query(rules.OVERDUE_DAYS, "order"),))
def overdue_erasures(call: Call) -> Reply:
    """List the orders that a holder has not answered in time."""
    return Reply(
        {
            "erasures": actions.overdue_erasures(
                call.session, call.now, read_days(call.query.get("days"), rules.OVERDUE_DAYS)
            )
        }
    )


@route("GET", "/v1/erasures/<uuid:erasure>", action="erasure.follow")
def show_erasure(call: Call) -> Reply:
    """Return an erasure request, even once its case is erased, with each holder's answer."""
    erasure = actions.show_erasure(call.session, call.path["erasure"], _caller(call))
    return Reply(erasure, about=erasure["case"])


def _caller(call: Call) -> UUID:
    return UUID(call.principal.subject)
