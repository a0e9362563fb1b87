"""Routes for data-sharing agreements."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.agencies.agreement import actions, events, rules, schemas
from shared.http import Call, CallWith, Reply, check_unchanged, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_OF_AGENCY: Final = "/v1/agencies/<uuid:agency>/agreements"
_AGREEMENT: Final = f"{_OF_AGENCY}/<uuid:agreement>"
_QUERY: Final = (schemas.STATE_ASKED, *PAGE)


@route("POST", _OF_AGENCY, action="agreement.record", body=schemas.RecordAgreement, creates=True)
def record_agreement(call: CallWith[schemas.RecordAgreement]) -> Reply:
    """Record the agreement that an agency signed; it counts once a second person confirms it."""
    agency: UUID = call.path["agency"]
    agreement, version = actions.record(call.session, agency, call.command, call.now, by=call.principal)
    return Reply(status=201, created=agreement, version=version, about=agency)


@route("GET", _OF_AGENCY, action="agreement.read", query=_QUERY, reply=schemas.AgreementPage)
def agreements_of_agency(call: Call) -> Reply:
    """List the agreements with an agency."""
    return _page(call, call.path["agency"])


@route("GET", "/v1/agreements", action="agreement.read", query=_QUERY, reply=schemas.AgreementPage)
def find_agreements(call: Call) -> Reply:
    """List the agreements with all agencies: those that wait for somebody, those that end soon."""
    return _page(call, None)


def _page(call: Call, agency: UUID | None) -> Reply:
    after, limit = read_page(call.query, UUID)
    state = call.query.get("state")
    agreements = actions.page(call.session, call.now, agency=agency, state=state, after=after, limit=limit)
    following = str(agreements[-1]["id"]) if len(agreements) == limit else None
    return Reply({"agreements": agreements, "next": following}, about=agency)


@route("GET", _AGREEMENT, action="agreement.read", reply=schemas.ShownAgreement)
def show_agreement(call: Call) -> Reply:
    """Show an agreement, with where its signed paper is filed; its ETag is for a change."""
    agency: UUID = call.path["agency"]
    shown, version = actions.shown(call.session, agency, call.path["agreement"], call.now)
    return Reply(shown, version=version, about=agency)


@route("POST", f"{_AGREEMENT}/confirmation", action="agreement.confirm", changes=True)
def confirm_agreement(call: Call) -> Reply:
    """Confirm, as a second person who has read it, that an agreement counts, or counts again."""
    agency, agreement, matches = _named(call)
    version = actions.confirm(call.session, agency, agreement, call.now, matches, by=call.principal)
    return Reply({"id": agreement}, version=version, about=agency)


@route("POST", f"{_AGREEMENT}/suspension", action="agreement.stop", body=schemas.StopAgreement)
def suspend_agreement(call: CallWith[schemas.StopAgreement]) -> Reply:
    """Have an agreement not count for now: at once, by one person."""
    agency, agreement, _ = _named(call)
    version = actions.suspend(call.session, agency, agreement, call.command.reason, call.now, by=call.principal)
    return Reply({"id": agreement}, version=version, about=agency)


@route("POST", f"{_AGREEMENT}/resumption", action="agreement.resume", changes=True)
def resume_agreement(call: Call) -> Reply:
    """Ask, having read why it does not, that an agreement count again; a second person confirms it."""
    agency, agreement, matches = _named(call)
    version = actions.resume(call.session, agency, agreement, call.now, matches, by=call.principal)
    return Reply({"id": agreement}, version=version, about=agency)


@route("POST", f"{_AGREEMENT}/ending", action="agreement.stop", body=schemas.StopAgreement)
def end_agreement(call: CallWith[schemas.StopAgreement]) -> Reply:
    """Have an agreement count no more: at once, by one person."""
    agency, agreement, _ = _named(call)
    version = actions.end(call.session, agency, agreement, call.command.reason, call.now, by=call.principal)
    return Reply({"id": agreement}, version=version, about=agency)


def _named(call: Call) -> tuple[UUID, UUID, partial[None]]:
    return call.path["agency"], call.path["agreement"], partial(check_unchanged, call.if_match)


TOPIC: Final = Topic(__name__, access=rules.ACCESS, events=events.EVENTS)
