"""Routes for requests to be contacted: without a token for the person, with one for staff. No code is in an address."""

from typing import Any, Final

from services.intake.cases.contact_request import events, rules, schemas
from services.intake.cases.contact_request.actions import keeping, opening, person, staff
from services.intake.facts.detection.actions.self_checks import code_key
from shared.deadlines import time_source
from shared.http import CallWith, Reply, get, post, route
from shared.http.paging import PAGE
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
    code = person.request_contact(call.session, call.command, now, _key(self))
    return Reply({"return_code": code, "state": "received"}, status=201)


@route("POST", f"{_REQUESTS}/states", action=None, body=schemas.UseCode, scarce=_is_counted, reply=schemas.RequestState)
def contact_request_state(self: Any, call: CallWith[schemas.UseCode]) -> Reply:
    """Return the state of a contact request by its return code, without its content."""
    return Reply(person.state_of(call.session, call.command.code, _key(self)))


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
    return Reply(person.change(call.session, call.command, time_source.now(call.session), _key(self)))


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
    return Reply(person.withdraw(call.session, call.command.code, time_source.now(call.session), _key(self)))


def _key(service: Any) -> bytes:
    return code_key(service.process.settings.signing_key, _FINGERPRINTS)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "contact_request.open_case",
            f"{_REQUEST}/case",
            opening.open_case_of_request,
            changes=True,
            reply=schemas.CaseOfRequest,
        ),
        get(
            "contact_request.read",
            _REQUESTS,
            staff.page,
            name="list_contact_requests",
            query=(schemas.WHICH, *PAGE),
            reply=schemas.ContactRequestPage,
        ),
        get(
            "contact_request.read",
            _REQUEST,
            staff.shown,
            name="show_contact_request",
            about="contact_request",
            reply=schemas.ListedContactRequest,
        ),
        post(
            "contact_request.take",
            f"{_REQUEST}/take",
            staff.take,
            name="take_contact_request",
            about="contact_request",
            changes=True,
            reply=schemas.ChangedContactRequest,
        ),
        post(
            "contact_request.take",
            f"{_REQUEST}/return",
            staff.give_back,
            name="return_contact_request",
            about="contact_request",
            changes=True,
            reply=schemas.ChangedContactRequest,
        ),
        get(
            "contact_request.see",
            f"{_REQUEST}/contact",
            staff.details_of,
            name="see_contact",
            about="contact_request",
            reply=schemas.ContactDetails,
        ),
        post(
            "contact_request.settle",
            f"{_REQUEST}/outcome",
            staff.settle,
            name="settle_contact_request",
            about="contact_request",
            changes=True,
            reply=schemas.ChangedContactRequest,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=keeping.ON_TIMER,
    measures=keeping.MEASURES,
)
