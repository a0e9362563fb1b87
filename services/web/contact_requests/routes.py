"""The pages for requests to be contacted. The contact is on a page of its own, and in no address and no title."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Flask, Response, abort, make_response, redirect, render_template, request

from services.web import parts
from services.web.contact_requests import asks
from services.web.guarding import for_sessions
from services.web.saying import led_to, said
from services.web.sign_in.routes import notice
from services.web.upstream import reads
from services.web.upstream.client import Answer, Ask
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

_LIST: Final = "/contact-requests"
#: The outcomes that the page offers. `case_opened` is recorded when a case opens.
OUTCOMES: Final = ("reached", "not_reached", "wrong_contact", "passed_on")
#: What the page says once after each step.
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
    answers = parts.current().upstream.together(
        {"waiting": reads.contact_requests(), "mine": asks.mine()}, parts.current().caller()
    )
    found = [_shown(answers[name]) for name in ("waiting", "mine")]
    if any(answer.is_away for answer in found):
        return _away()
    waiting, mine = found
    return render_template(
        "contact_requests.html",
        here="do",
        waiting=waiting.document["requests"],
        mine=mine.document["requests"],
        following=waiting.document["next"],
        states=[answer.state for answer in found],
        done=_done(),
    )


@for_sessions
def show_contact_request(asked: UUID) -> str | tuple[str, int]:
    """Show a request; to the person who took it, with the contact."""
    answer = _shown(_send(asks.one(asked)))
    if answer.is_away:
        return _away()
    is_held = answer.document["is_own"] and answer.document["state"] in ("taken", "not_reached")
    contact = _send(asks.contact(asked)) if is_held else None
    if contact is not None and contact.is_missing:
        return _away()
    return render_template(
        "contact_request.html",
        here="do",
        asked=answer.document,
        contact=contact.document if contact is not None and contact.is_good else None,
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
        return make_response(redirect(f"/cases/{UUID(str(answer.document['case']))}", HTTPStatus.SEE_OTHER))
    if answer.is_good:
        return led_to(path if step == "take" else _LIST, step)
    if answer.is_away:
        text = _("The service does not answer. Open the request again to see whether it changed.")
        return notice(_("Not done"), text, link=(path, _("Back"))), HTTPStatus.SERVICE_UNAVAILABLE
    reason = str(answer.document["detail"] or _("The service refused this."))
    return notice(_("Not done"), reason, link=(_LIST, _("Back"))), answer.status


def _send(ask: Ask) -> Answer:
    return parts.current().upstream.send(ask, parts.current().caller())


def _shown(answer: Answer) -> Answer:
    """Return an answer that is not hidden from the person. Abort with 404 for one that is."""
    if answer.is_hidden or answer.is_refused_token or not (answer.is_good or answer.is_away):
        abort(HTTPStatus.NOT_FOUND)
    return answer


def _away() -> tuple[str, int]:
    text = _("The requests cannot be shown now: the service does not answer. Try again in a minute.")
    return notice(_("Not possible now"), text), HTTPStatus.SERVICE_UNAVAILABLE


def _done() -> str:
    text = _SAYS.get(said())
    return _(text) if text else ""
