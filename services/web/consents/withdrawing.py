"""The withdrawal of a consent in two steps: a preview of the effects, and the confirmation."""

from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

from flask import Flask, Response, abort, make_response, redirect, render_template, request

from services.web import parts
from services.web.consents.page import ERASE
from services.web.consents.routes import UNNAMED, names_of
from services.web.consents.withdrawal import withdrawal_of
from services.web.guarding import for_sessions
from services.web.saying import led_to
from services.web.session.drafts import Draft
from services.web.sign_in.not_shown import instead_of
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream import reads
from services.web.upstream.client import Ask
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

_CHANGED: Final = gettext_noop(
    "The case was changed in the meantime. Check what the withdrawal reaches, and confirm it again."
)
_NOT_CONFIRMED: Final = gettext_noop(
    "Choose whether the agency should delete what it received, and confirm the withdrawal."
)
_REFUSED: Final = gettext_noop("The service refused this withdrawal.")
_FAILED: Final = gettext_noop(
    "The service for intake does not answer. The consent may not be withdrawn. Try again in a minute."
)


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    withdrawal = "/cases/<uuid:case_id>/consents/<uuid:consent>/withdrawal"
    app.add_url_rule(withdrawal, view_func=preview_withdrawal)
    app.add_url_rule(withdrawal, view_func=withdraw, methods=["POST"])


@for_sessions
def preview_withdrawal(case_id: UUID, consent: UUID) -> str | tuple[str, int]:
    """Show what a withdrawal would reach, and the form that confirms it."""
    desk = parts.current()
    kept = desk.drafts.find(desk.person(), request.path, desk.clock()) if request.args.get("again") == "1" else None
    asks = {"preview": reads.withdrawal_preview(case_id, consent), **reads.consents(case_id)}
    answers = desk.upstream.together(asks, desk.caller())
    preview, intake = answers["preview"], answers["intake"]
    instead = instead_of(preview) or instead_of(intake)
    if instead is not None:
        return instead
    stated = [each for each in intake.document.get("consents") or () if each["id"] == str(consent)]
    if not stated:
        abort(HTTPStatus.NOT_FOUND)
    found = withdrawal_of(stated[0], intake.document, preview.document, answers["deliveries"], desk.today())
    error = "" if kept is None else str(kept.reply.get("error", ""))
    page = render_template(
        "withdrawal.html",
        case_id=case_id,
        found=found,
        agency=_name_of(stated[0]),
        key=token_urlsafe(24) if kept is None else kept.key,
        version=preview.etag,
        erase="" if kept is None else kept.typed.get("erase", ("",))[0],
        error=error,
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if error else page


def _name_of(consent: dict[str, object]) -> str:
    """Return the name of a consent's agency, by the law or by the register."""
    found = names_of([consent]).get(str(consent["agency"]))
    if found:
        return found
    ask = Ask("partners", f"/v1/agencies/{consent['agency']}")
    answer = parts.current().upstream.send(ask, parts.current().caller())
    return str(answer.document.get("name") or _(UNNAMED))


@for_sessions
def withdraw(case_id: UUID, consent: UUID) -> Response | tuple[str, int]:
    """Withdraw a consent, if the case still is as the person saw it."""
    form = request.form
    erase, key = form.get("erase", ""), form.get("key", "")
    if erase not in ERASE or form.get("sure") != "yes" or not key:
        return _lead(erase, key or token_urlsafe(24), _(_NOT_CONFIRMED))
    ask = reads.withdraw(case_id, consent, erase=ERASE[erase], key=key, version=form.get("version", ""))
    answer = parts.current().upstream.send(ask, parts.current().caller())
    if answer.is_good:
        parts.current().drafts.delete(parts.current().person(), request.path)
        return led_to(f"/cases/{case_id}/consents", "withdrawn")
    if answer.is_refused_token:
        return refused_token()
    if answer.is_away:
        return notice(_("Not withdrawn"), _(_FAILED), link=(f"/cases/{case_id}/consents", _("Back"))), 503
    # A new key: the request with the old one was answered.
    is_changed = answer.status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)
    refused = str(answer.document.get("detail") or _(_REFUSED))
    return _lead(erase, token_urlsafe(24), _(_CHANGED) if is_changed else refused)


def _lead(erase: str, key: str, error: str) -> Response:
    """Redirect to the page with the error, so that the browser's Back and Reload buttons work."""
    desk = parts.current()
    typed = {"erase": (erase,)} if erase in ERASE else {}
    draft = Draft(typed, {}, "", key, reply={"error": error})
    desk.drafts.save(desk.person(), request.path, draft, desk.clock())
    return make_response(redirect(f"{request.path}?again=1", HTTPStatus.SEE_OTHER))
