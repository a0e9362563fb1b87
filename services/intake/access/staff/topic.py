"""Routes for the staff register."""

from typing import Final
from uuid import UUID

from services.intake.access.staff import actions, events, rules, schemas
from services.intake.access.staff.actions.reading import Asked
from services.intake.access.staff_access.schemas import Supervision
from shared.access import agencies
from shared.http import Call, Reply, bind, get, post, route
from shared.http.paging import PAGE, asks_for_names, read_page, unclear
from shared.reference import codes
from shared.runtime.topics import Topic

_STAFF = "/v1/staff"
_MEMBER = f"{_STAFF}/<uuid:member>"
_PROPOSALS = f"{_STAFF}/proposals"
_LISTED = (rules.WAITING, rules.TAKEN_OVER)
_STATE = (
    "state",
    {"type": "string", "enum": list(_LISTED)},
    "proposals that wait (the default), or access that existed at an upgrade",
)
_CODE = {"type": "string"}
_ASKED = (
    ("agency", _CODE, "only staff of this agency: its id in the register, or an authority's code"),
    ("role", {"type": "string", "enum": sorted(codes("staff_role"))}, "only staff with this role"),
    ("language", _CODE, "only staff who work in this language"),
)


@route("GET", _STAFF, action="staff.read", query=(*PAGE, *_ASKED), reply=schemas.StaffPage)
def list_staff(call: Call) -> Reply:
    """List current staff, by agency, role and language; callers see the names of staff they work with."""
    after, limit = read_page(call.query, UUID)
    asked = Asked(agency=_agency(call.query.get("agency")), role=call.query.get("role"), language=_language(call))
    shown, following = actions.page(call.session, asked, after, limit, call.now.date(), by=call.principal)
    return Reply({"staff": shown, "next": following})


@route(
    "GET",
    _PROPOSALS,
    action="staff.proposals",
    query=(*PAGE, _STATE, schemas.WITH_NAMES),
    reply=schemas.StaffProposalPage,
)
def list_proposals(call: Call) -> Reply:
    """List proposals for staff access that wait for a second person, or access that existed at an upgrade."""
    after, limit = read_page(call.query, UUID)
    state = call.query.get("state", rules.WAITING)
    if state not in _LISTED:
        raise unclear(f"The value of `state` is not known. Choose one of these: {' or '.join(_LISTED)}.")
    with_names = asks_for_names(call.query)
    shown, following = actions.proposals(
        call.session, state, after, limit, call.now, by=call.principal, with_names=with_names
    )
    return Reply({"proposals": shown, "next": following})


def _agency(text: str | None) -> UUID | None:
    try:
        return None if text is None else agencies.id_of(text)
    except agencies.UnknownAgency:
        raise unclear(
            "The value of `agency` is not known. Send an agency's id in the register, or an authority's code."
        ) from None


def _language(call: Call) -> str | None:
    language = call.query.get("language")
    if language is not None and language not in codes("language"):
        raise unclear("The value of `language` is not known. Send a value of the list `language`.")
    return language


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "staff.confirm",
            f"{_PROPOSALS}/<uuid:proposal>/confirmation",
            actions.answer_proposal,
            reply=schemas.AnsweredStaffProposal,
        ),
        post(
            "supervision.change",
            "/v1/supervisions",
            actions.begin_or_propose_supervision,
            name="begin_supervision",
            reply=Supervision,
        ),
        get("staff.self", "/v1/me", actions.me, tells_strangers=True, reply=schemas.Me),
        get(
            "staff.register",
            f"{_STAFF}/unnamed",
            actions.unnamed,
            name="unnamed_staff",
            query=PAGE,
            reply=schemas.UnnamedStaff,
        ),
        post("staff.read", f"{_STAFF}/searches", actions.find, name="search_staff", reply=schemas.StaffPage),
        get("staff.read", _MEMBER, actions.member_of, name="read_member", about="member", reply=schemas.Member),
        post("staff.register", _STAFF, actions.register, name="register_member", creates=True),
        post("staff.first", f"{_STAFF}/first", actions.register_first, creates=True),
        bind(
            "PATCH",
            "staff.change",
            _MEMBER,
            actions.change,
            name="change_member",
            about="member",
            changes=True,
            reply=schemas.Changed,
        ),
        post("staff.leave", f"{_MEMBER}/leaving", actions.leave, about="member", reply=schemas.HandedOver),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=actions.ON_TIMER,
)
