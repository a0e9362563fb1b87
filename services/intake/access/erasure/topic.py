"""Routes for erasure, legal holds, and the retention of closed cases."""

from typing import Final
from uuid import UUID

from services.intake.access.erasure import actions, events, rules, schemas
from services.intake.access.erasure.actions import retention
from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from shared.http import Call, CallWith, Reply, delete, post, route
from shared.http.paging import days_query, read_days
from shared.runtime.topics import Topic

_REQUEST = f"{CASE}/erasure-requests/<uuid:erasure>"


@route("GET", f"{CASE}/erasure-requests", action="erasure.read", reply=schemas.CaseErasures)
def read_erasures(call: Call) -> Reply:
    """Return a case's erasure requests and legal holds, and nothing else of it."""
    return Reply(actions.erasures_of(call.session, call.case), version=current_version(call.session, call.case))


@route(
    "POST",
    f"{_REQUEST}/checks",
    action="erasure.check",
    body=schemas.CheckErasure,
    changes=True,
    reply=schemas.CheckedErasure,
)
def check_erasure(call: CallWith[schemas.CheckErasure]) -> Reply:
    """Record that nobody forces the person, or that what concerns others was reviewed."""
    request: UUID = call.path["erasure"]
    actions.check_erasure(call.session, call.case, request, call.command, call.now, by=call.principal)
    return Reply({"id": request})


@route(
    "POST",
    f"{_REQUEST}/decision",
    action="erasure.decide",
    body=schemas.DecideErasure,
    changes=True,
    reply=schemas.DecidedErasure,
)
def decide_erasure(call: CallWith[schemas.DecideErasure]) -> Reply:
    """Order the erasure, or propose it where the person did not ask; refuse it; or lift the restriction."""
    request: UUID = call.path["erasure"]
    state = actions.decide_erasure(call.session, call.case, request, call.command, call.now, by=call.principal)
    return Reply({"id": request, "state": state})


@route(
    "POST",
    f"{_REQUEST}/confirmation",
    action="erasure.confirm",
    body=schemas.ConfirmErasure,
    changes=True,
    reply=schemas.DecidedErasure,
)
def confirm_erasure(call: CallWith[schemas.ConfirmErasure]) -> Reply:
    """Confirm an order that was proposed, as a second person, or refuse it with a reason."""
    request: UUID = call.path["erasure"]
    state = actions.confirm_erasure(call.session, call.case, request, call.command, call.now, by=call.principal)
    return Reply({"id": request, "state": state})


@route(
    "GET",
    "/v1/erasures/overdue",
    action="erasure.follow",
    query=(days_query(rules.OVERDUE_DAYS, "order"),),
    reply=schemas.OverdueErasures,
)
def overdue_erasures(call: Call) -> Reply:
    """List the orders that a holder has not answered in time."""
    days = read_days(call.query.get("days"), rules.OVERDUE_DAYS)
    return Reply({"erasures": actions.overdue_erasures(call.session, days, call.now, by=call.principal)})


@route("GET", "/v1/erasures/<uuid:erasure>", action="erasure.follow", reply=schemas.FollowedErasure)
def show_erasure(call: Call) -> Reply:
    """Return an erasure request, even once its case is erased, with each holder's answer."""
    case, request = actions.show_erasure(call.session, call.path["erasure"], by=call.principal)
    return Reply(request, about=case)


@route("GET", "/v1/retention/due", action="retention.review", reply=schemas.DueCases)
def retention_due(call: Call) -> Reply:
    """List closed cases that are due for review; nothing is ever deleted by its age alone."""
    return Reply({"due": retention.cases_due(call.session, call.now.date(), by=call.principal)})


@route("GET", "/v1/retention/schedule", action="retention.review", reply=schemas.RetentionSchedule)
def retention_schedule(call: Call) -> Reply:
    """Return after how many years a closed case is due, by jurisdiction and class of records, and on what basis."""
    return Reply({"figures": retention.retention_schedule(call.session)})


@route(
    "PUT",
    "/v1/retention/schedule",
    action="retention.review",
    body=schemas.ChooseFigure,
    reply=schemas.ChosenFigure,
)
def choose_figure(call: CallWith[schemas.ChooseFigure]) -> Reply:
    """Set a retention figure chosen by the deployer."""
    retention.choose_figure(call.session, call.command, call.now, by=call.principal)
    return Reply(call.command)


TOPIC: Final = Topic(
    __name__,
    routes=(
        delete("legal_hold.change", f"{CASE}/legal-holds/<uuid:hold>", actions.lift_hold, changes=True),
        post("legal_hold.change", f"{CASE}/legal-holds", actions.place_hold, creates=True),
        post("erasure.request", f"{CASE}/erasure-requests", actions.request_erasure, creates=True),
        post("retention.keep", f"{CASE}/retention-reviews", retention.keep_case, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    reactions=actions.REACTIONS,
    timers=actions.ON_TIMER,
    measures=actions.MEASURES,
)
