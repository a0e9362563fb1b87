"""Routes for requests to be contacted: without a token for the person, with one for staff. No code is in an address."""

from typing import Any, Final
from uuid import UUID

from services.intake.cases.contact_request import actions, events, rules, schemas
from services.intake.cases.contact_request.models import ContactRequest
from services.intake.facts.detection.actions.self_checks import code_key
from shared.deadlines import time_source
from shared.http import Call, CallWith, Reply, check_unchanged, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_REQUESTS: Final = "/v1/contact-requests"
_REQUEST: Final = f"{_REQUESTS}/<uuid:contact_request>"
#: A separate key, so that a return code of a self-check is not a code of a request.
_FINGERPRINTS: Final = b"casepath: fingerprints of contact requests"


def _is_counted(_command: object) -> bool:
    """Return True: every request, and every attempt with a code, is rate-limited."""
    return True


@route(
    "POST",
    _REQUESTS,
    action=None,
    body=schemas.RequestContact,
    scarce=_is_counted,
    scarce_rate="contacts",
    reply=schemas.RequestReceived,
    status=201,
)
def request_contact(self: Any, call: CallWith[schemas.RequestContact]) -> Reply:
    """Ask to be contacted, in a safe way and at a safe time; return a code to come back with."""
    now = time_source.now(call.session)
    code = actions.request_contact(call.session, call.command, now, _key(self))
    return Reply({"return_code": code, "state": "received"}, status=201)


@route("POST", f"{_REQUESTS}/states", action=None, body=schemas.UseCode, scarce=_is_counted, reply=schemas.RequestState)
def contact_request_state(self: Any, call: CallWith[schemas.UseCode]) -> Reply:
    """Return where a request is, by its return code, and nothing of what was sent."""
    return Reply(actions.state_of(call.session, call.command.code, _key(self)))


@route(
    "POST",
    f"{_REQUESTS}/changes",
    action=None,
    body=schemas.ChangeContact,
    scarce=_is_counted,
    reply=schemas.RequestState,
)
def change_contact_request(self: Any, call: CallWith[schemas.ChangeContact]) -> Reply:
    """Change the safe way, the times or the words of a request, by its return code."""
    return Reply(actions.change(call.session, call.command, time_source.now(call.session), _key(self)))


@route(
    "POST",
    f"{_REQUESTS}/withdrawals",
    action=None,
    body=schemas.UseCode,
    scarce=_is_counted,
    reply=schemas.RequestWithdrawn,
)
def withdraw_contact_request(self: Any, call: CallWith[schemas.UseCode]) -> Reply:
    """Withdraw a request by its return code, and erase it."""
    return Reply(actions.withdraw(call.session, call.command.code, time_source.now(call.session), _key(self)))


@route(
    "GET",
    _REQUESTS,
    action="contact_request.read",
    query=(schemas.WHICH, *PAGE),
    reply=schemas.ContactRequestPage,
)
def list_contact_requests(call: Call) -> Reply:
    """List the requests that wait at the caller's agency, without the contact; or those that the caller took."""
    after, limit = read_page(call.query, UUID)
    mine = call.query.get("which", schemas.WAITING) == schemas.MINE
    requests, following = actions.page(call.session, after, limit, call.now, mine=mine, by=call.principal)
    return Reply({"requests": requests, "next": following})


@route("GET", _REQUEST, action="contact_request.read", reply=schemas.ListedContactRequest)
def show_contact_request(call: Call) -> Reply:
    """Show a request without the contact; its ETag is for taking and settling it."""
    request: UUID = call.path["contact_request"]
    shown, version = actions.shown(call.session, request, call.now, by=call.principal)
    return Reply(shown, version=version, about=request)


@route("POST", f"{_REQUEST}/take", action="contact_request.take", changes=True, reply=schemas.ChangedContactRequest)
def take_contact_request(call: Call) -> Reply:
    """Take a request: the caller contacts the person, and nobody else does."""
    row = _unchanged(call)
    actions.take(call.session, row, call.now, by=call.principal)
    return _changed(row)


@route("POST", f"{_REQUEST}/return", action="contact_request.take", changes=True, reply=schemas.ChangedContactRequest)
def return_contact_request(call: Call) -> Reply:
    """Put a request back on the list that the caller took; it rings again."""
    row = _unchanged(call)
    actions.give_back(call.session, row, call.now, by=call.principal)
    return _changed(row)


@route("GET", f"{_REQUEST}/contact", action="contact_request.see", reply=schemas.ContactDetails)
def see_contact(call: Call) -> Reply:
    """Return how the person wants to be contacted, to the caller who took the request."""
    request: UUID = call.path["contact_request"]
    return Reply(actions.details_of(call.session, request, by=call.principal), about=request)


@route(
    "POST",
    f"{_REQUEST}/outcome",
    action="contact_request.settle",
    body=schemas.SettleRequest,
    changes=True,
    reply=schemas.ChangedContactRequest,
)
def settle_contact_request(call: CallWith[schemas.SettleRequest]) -> Reply:
    """Record what came of a request that the caller took."""
    row = _unchanged(call)
    actions.settle(call.session, row, call.command.outcome, call.now, by=call.principal)
    return _changed(row)


@route(
    "POST",
    f"{_REQUEST}/case",
    action="contact_request.open_case",
    body=schemas.OpenCaseFromRequest,
    changes=True,
    reply=schemas.CaseOfRequest,
)
def open_case_of_request(call: CallWith[schemas.OpenCaseFromRequest]) -> Reply:
    """Open a case for the person, led by the caller, with the contact that they agreed to."""
    row = _unchanged(call)
    case = actions.open_case_of(call.session, row, call.command, call.now, by=call.principal)
    return Reply({"case": case}, about=case)


def _unchanged(call: Call) -> ContactRequest:
    row = actions.locked(call.session, call.path["contact_request"], by=call.principal)
    check_unchanged(call.if_match, row.version)
    return row


def _changed(row: ContactRequest) -> Reply:
    return Reply({"id": row.id, "state": row.state}, version=row.version, about=row.id)


def _key(service: Any) -> bytes:
    return code_key(service.process.settings.signing_key, _FINGERPRINTS)


TOPIC: Final = Topic(
    __name__, access=rules.ACCESS, events=events.EVENTS, timers=actions.ON_TIMER, measures=actions.MEASURES
)
