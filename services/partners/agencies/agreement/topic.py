"""Routes for data-sharing agreements."""

from typing import Final
from uuid import UUID

from services.partners.agencies.agreement import actions, events, rules, schemas
from shared.http import Call, Reply, get, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_OF_AGENCY: Final = "/v1/agencies/<uuid:agency>/agreements"
_AGREEMENT: Final = f"{_OF_AGENCY}/<uuid:agreement>"
_QUERY: Final = (schemas.STATE_ASKED, *PAGE)


@route("GET", _OF_AGENCY, action="agreement.read", query=_QUERY, reply=schemas.AgreementPage)
def agreements_of_agency(call: Call) -> Reply:
    """List the agreements with an agency."""
    return _page(call, call.path["agency"])


@route("GET", "/v1/agreements", action="agreement.read", query=_QUERY, reply=schemas.AgreementPage)
def find_agreements(call: Call) -> Reply:
    """List the agreements with all agencies, such as those that wait for confirmation or end soon."""
    return _page(call, None)


def _page(call: Call, agency: UUID | None) -> Reply:
    after, limit = read_page(call.query, UUID)
    state = call.query.get("state")
    agreements = actions.page(call.session, call.now, agency=agency, state=state, after=after, limit=limit)
    following = str(agreements[-1]["id"]) if len(agreements) == limit else None
    return Reply({"agreements": agreements, "next": following}, about=agency)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("agreement.record", _OF_AGENCY, actions.record, name="record_agreement", creates=True),
        get("agreement.read", _AGREEMENT, actions.shown, name="show_agreement", reply=schemas.ShownAgreement),
        post(
            "agreement.confirm",
            f"{_AGREEMENT}/confirmation",
            actions.confirm,
            name="confirm_agreement",
            changes=True,
        ),
        post("agreement.stop", f"{_AGREEMENT}/suspension", actions.suspend, name="suspend_agreement"),
        post("agreement.resume", f"{_AGREEMENT}/resumption", actions.resume, name="resume_agreement", changes=True),
        post("agreement.stop", f"{_AGREEMENT}/ending", actions.end, name="end_agreement"),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
