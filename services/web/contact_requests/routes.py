"""The pages for requests to be contacted. The contact has a separate page, and is in no address and no title."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Flask, Response, render_template, request

from services.web import parts
from services.web.contact_requests import asks
from services.web.guarding import for_sessions
from services.web.saying import led_to, said
from services.web.sign_in.not_shown import instead_of
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream import reads
from services.web.upstream.client import Answer, Ask
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

_LIST: Final = "/contact-requests"
#: The outcomes that the page offers. `case_opened` is recorded when a case opens.
OUTCOMES: Final = ("reached", "not_reached", "wrong_contact", "passed_on")
#: The states in which the person who took a request sees the contact.
HELD: Final = ("taken", "not_reached")
_AWAY: Final = (
    gettext_noop("Not possible now"),
    gettext_noop("The requests cannot be shown now: the service does not answer. Try again in a minute."),
)
#: The message that the page shows once after each step.
_SAYS: Final = {
    "take": gettext_noop("The request is yours now. Contact the person only in the way that they chose."),
    "return": gettext_noop("The request is back on the list, and it rings again."),
    "outcome": gettext_noop("Saved."),
}


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule(_LIST, view_func=list_contact_requests)
    app.add_url_rule(f"{_LIST}/<uuid:asked>", view_func=show_contact_request)
    app.add_url_rule(
        f"{_LIST}/<uuid:asked>/<any(take, return, outcome, case):step>",
        view_func=change_contact_request,
        methods=["POST"],
    )


@for_sessions
def list_contact_requests() -> str | tuple[str, int]:
    """List the requests that wait, and those that the person took."""
    asked = {"waiting": reads.contact_requests(), "mine": asks.mine()}
    answers = parts.current().upstream.together(asked, parts.current().caller())
    waiting, mine = answers["waiting"], answers["mine"]
    instead = instead_of(waiting, _AWAY)
    if instead is not None:
        return instead
    return render_template(
        "contact_requests.html",
        here="do",
        waiting=waiting.document["requests"],
        waiting_state=waiting.state,
        has_more=bool(waiting.document["next"]),
        mine=mine.document["requests"] or [],
        mine_state=mine.state,
        done=_done(),
    )


# control: H-DESK-6 missing-parts-are-named
@for_sessions
def show_contact_request(asked: UUID) -> str | tuple[str, int]:
    """Show a request; to the person who took it, with the contact."""
    answer = _send(asks.one(asked))
    instead = instead_of(answer, _AWAY)
    if instead is not None:
        return instead
    is_held = answer.document["is_own"] and answer.document["state"] in HELD
    contact = _send(asks.contact(asked)) if is_held else None
    return render_template(
        "contact_request.html",
        here="do",
        asked=answer.document,
        contact=contact.document if contact is not None and contact.is_good else None,
        contact_state=contact.state if contact is not None else "",
        etag=answer.etag,
        outcomes=OUTCOMES,
        done=_done(),
    )


@for_sessions
def change_contact_request(asked: UUID, step: str) -> Response | tuple[str, int]:
    """Take a request, put it back, record its outcome, or open a case from it."""
    path = f"{_LIST}/{asked}"
    bodies: dict[str, dict[str, object]] = {
        "outcome": {"outcome": request.form.get("outcome", "")},
        "case": {"anonymous": request.form.get("anonymous") == "1"},
    }
    key, etag = request.form.get("key", ""), request.form.get("etag", "")
    answer = _send(asks.step(asked, step, bodies.get(step), key=key, etag=etag))
    if answer.is_good and step == "case":
        return led_to(f"/cases/{UUID(str(answer.document['case']))}")
    if answer.is_good:
        return led_to(path if step == "take" else _LIST, step)
    if answer.is_refused_token:
        return refused_token()
    if answer.is_away:
        text = _("The service does not answer. Open the request again to see whether it changed.")
        return notice(_("Not done"), text, link=(path, _("Back"))), HTTPStatus.SERVICE_UNAVAILABLE
    reason = str(answer.document["detail"] or _("The service refused this."))
    return notice(_("Not done"), reason, link=(path, _("Back"))), answer.status


def _send(ask: Ask) -> Answer:
    return parts.current().upstream.send(ask, parts.current().caller())


def _done() -> str:
    text = _SAYS.get(said())
    return _(text) if text else ""
