"""The pages of the register. Names of staff are sent in forms, so that no address, title or log contains them."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, abort, render_template, request

from services.web import parts
from services.web.doing.act import Act, Source
from services.web.doing.table.staff import OPENS, REGISTERING, STAFF
from services.web.guarding import for_sessions, signed_in
from services.web.register import asks
from services.web.saying import SAVED, led_to, said
from services.web.sign_in.routes import notice
from services.web.upstream.client import Answer, Ask
from services.web.words.speech import AGENCY_STATES
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop
from shared.reference import codes

_FILTERS: Final = ("name", "type", "country", "state")
#: The roles to which a page offers steps. The services decide who may take them.
_KEEPERS: Final = frozenset(("operator", "data_protection_officer"))
_DONE: Final = {
    "suspension": gettext_noop("The agency is suspended. Nobody new is referred to it, and it receives nothing."),
    "resumption": gettext_noop("The agency takes part again."),
    "ending": gettext_noop("The agency no longer takes part."),
    SAVED: gettext_noop("Saved. In production, what opens access waits until data protection confirms it."),
    "confirmed": gettext_noop("Confirmed. The access is open."),
    "refused": gettext_noop("Refused. Nothing was opened."),
}
_AWAY: Final = (
    gettext_noop("Not possible now"),
    gettext_noop("The register does not answer. Try again in a minute."),
)


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/register", view_func=list_agencies)
    app.add_url_rule("/register/agencies/<uuid:agency>", view_func=show_registered_agency)
    app.add_url_rule(
        "/register/agencies/<uuid:agency>/<any(suspension, resumption, ending):step>",
        view_func=change_registered_agency,
        methods=["POST"],
    )
    app.add_url_rule("/register/staff", view_func=list_staff, methods=["GET", "POST"])
    app.add_url_rule("/register/staff/<uuid:member>", view_func=show_member)
    app.add_url_rule("/register/waiting", view_func=list_proposals)
    app.add_url_rule("/register/waiting/<uuid:proposal>", view_func=answer_staff_proposal, methods=["POST"])


@for_sessions
def list_agencies() -> str | tuple[str, int]:
    """List the agencies of the register, by name, kind, country and state."""
    wanted = {name: request.args.get(name, "").strip() for name in _FILTERS}
    answer = _read(asks.agencies(wanted, request.args.get("after")))
    if answer.is_away:
        return _away()
    return render_template(
        "register_agencies.html",
        **_common(),
        wanted=wanted,
        state=answer.state,
        agencies=sorted(answer.document["agencies"] or [], key=lambda each: str(each["name"]).casefold()),
        following=answer.document["next"],
        problem="" if answer.is_good else str(answer.document["detail"] or ""),
        types=sorted(codes("org_type")),
        states=AGENCY_STATES,
    )


@for_sessions
def show_registered_agency(agency: UUID) -> str | tuple[str, int]:
    """Show an agency, with how it is reached for a referral."""
    answer = _read(asks.agency(agency))
    if answer.is_away:
        return _away()
    if not answer.is_good:
        abort(HTTPStatus.NOT_FOUND)
    return render_template(
        "register_agency.html",
        **_common(),
        agency=answer.document,
        etag=answer.etag,
        reasons=sorted(codes("agency_standing_reason")),
        done=_done(),
    )


@for_sessions
def change_registered_agency(agency: UUID, step: str) -> Response | tuple[str, int]:
    """Suspend, resume or end an agency. To end one cannot be undone, so it needs a second yes."""
    path = f"/register/agencies/{agency}"
    if step == "ending" and request.form.get("sure") != "1":
        text = _("An agency that has ended cannot be resumed. Tick the box to confirm that you mean it.")
        return notice(_("Not done"), text, link=(path, _("Back"))), HTTPStatus.BAD_REQUEST
    ask = asks.on_agency(
        agency,
        step,
        reason=request.form.get("reason", ""),
        key=request.form.get("key", ""),
        etag=request.form.get("etag", ""),
    )
    return _after(ask, path, step)


@for_sessions
def list_staff() -> str | tuple[str, int]:
    """List the members of staff, or find some by name."""
    name = request.form.get("name", "").strip()
    if name:
        answer = _read(asks.search_staff(name, request.form.get("after")))
    else:
        answer = _read(asks.staff(request.args.get("after")))
    if answer.is_away:
        return _away()
    return render_template(
        "register_staff.html",
        **_common(),
        name=name,
        state=answer.state,
        staff=answer.document["staff"] or [],
        following=answer.document["next"],
        problem="" if answer.is_good else str(answer.document["detail"] or ""),
        done=_done(),
        acts=_acts(Source.REGISTER),
    )


@for_sessions
def show_member(member: UUID) -> str | tuple[str, int]:
    """Show a member of staff."""
    answer = _read(asks.member(member))
    if answer.is_away:
        return _away()
    if not answer.is_good:
        abort(HTTPStatus.NOT_FOUND)
    return render_template(
        "register_member.html", **_common(), member=answer.document, done=_done(), acts=_acts(Source.MEMBER)
    )


@for_sessions
def list_proposals() -> str | tuple[str, int]:
    """Show what would open access to staff and waits for a second person."""
    answer = _read(asks.proposals(request.args.get("after")))
    if answer.is_away:
        return _away()
    if not answer.is_good:
        abort(HTTPStatus.NOT_FOUND)
    return render_template(
        "register_waiting.html",
        **_common(),
        state=answer.state,
        proposals=answer.document["proposals"],
        following=answer.document["next"],
        kinds=OPENS,
        me=signed_in().tokens.member,
        done=_done(),
    )


@for_sessions
def answer_staff_proposal(proposal: UUID) -> Response | tuple[str, int]:
    """Confirm a proposal as a second person, or refuse it."""
    confirms = request.form.get("confirms") == "1"
    ask = asks.answer_proposal(proposal, confirms=confirms, key=request.form.get("key", ""))
    return _after(ask, "/register/waiting", "confirmed" if confirms else "refused")


def _acts(source: Source) -> list[Act]:
    """Return what the person's roles can change in the register of staff. The service decides about each person."""
    roles = frozenset(signed_in().tokens.roles)
    return [act for act in STAFF if act.source is source and act.for_roles & roles]


def _common() -> dict[str, Any]:
    roles = frozenset(signed_in().tokens.roles)
    return {
        "here": "register",
        "keeps_agencies": bool(roles & _KEEPERS),
        "sees_proposals": bool(roles & REGISTERING),
    }


def _read(ask: Ask) -> Answer:
    """Return an answer. Abort with 404 if the services do not show this to the person."""
    answer = parts.current().upstream.send(ask, parts.current().caller())
    if answer.is_hidden or answer.is_refused_token:
        abort(HTTPStatus.NOT_FOUND)
    return answer


def _after(ask: Ask, path: str, done: str) -> Response | tuple[str, int]:
    """Send a step, and return to a page or say why the step was refused."""
    answer = parts.current().upstream.send(ask, parts.current().caller())
    if answer.is_good:
        return led_to(path, done)
    if answer.is_away:
        text = _("The register does not answer. Open the page again to see whether it changed.")
        return notice(_("Not done"), text, link=(path, _("Back"))), HTTPStatus.SERVICE_UNAVAILABLE
    reason = str(answer.document["detail"] or _("The service refused this."))
    return notice(_("Not done"), reason, link=(path, _("Back"))), answer.status


def _away() -> tuple[str, int]:
    return notice(*map(_, _AWAY)), HTTPStatus.SERVICE_UNAVAILABLE


def _done() -> str:
    text = _DONE.get(said())
    return _(text) if text else ""
