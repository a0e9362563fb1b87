"""Routes for signing in and out. A sign-in leads to a session or to a page with a reason, and never to a loop."""

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, abort, g, make_response, redirect, render_template, request

from services.web import parts
from services.web.guarding import check_form, for_sessions, is_own_form, own_page, signed_in
from services.web.headers import is_from_own_page
from services.web.providers.flow import Flow, SignInFailed
from services.web.session.rules import LONGEST, LONGEST_ATTEMPT
from services.web.settings import DeskSettings
from services.web.upstream import reads
from services.web.upstream.client import Caller
from services.web.words.speech import speech_in
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop, languages
from shared.telemetry import logger, metrics

log = logger()
_ENDED: Final = gettext_noop("Your session has ended. Sign in to continue.")

#: The page for a person whom the register does not know. It can be shown again until the sign-in would have expired.
_NOT_REGISTERED: Final = "/not-registered"
_NOTHING_SAVED: Final = gettext_noop(
    "You are signed out, so your form was not accepted. Nothing was saved. Sign in and enter it again."
)


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/sign-in", view_func=begin)
    app.add_url_rule(parts.BACK, view_func=come_back)
    app.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    app.add_url_rule("/lock", view_func=lock, methods=["POST"])
    app.add_url_rule(_NOT_REGISTERED, view_func=not_registered)
    app.add_url_rule("/signed-out", view_func=signed_out)
    app.add_url_rule("/locked", view_func=locked)
    app.add_url_rule("/session", view_func=session_state)


def cookie_name(settings: DeskSettings) -> str:
    """Return the name of the session cookie. With TLS, browsers restrict it to this host and to TLS by its name."""
    return "__Host-session" if settings.is_encrypted else "session"


def notice(
    title: str, *texts: str, link: tuple[str, str] | None = None, facts: tuple[tuple[str, str], ...] = ()
) -> str:
    """Return a page with one message."""
    return render_template("notice.html", title=title, texts=texts, link=link, facts=facts)


def not_signed_in() -> tuple[str, int]:
    """Return the sign-in page, which leads back to the requested page."""
    had_session = cookie_name(parts.current().settings) in request.cookies
    asked = own_page(request.path)
    status = HTTPStatus.OK if request.path == "/" and not had_session else HTTPStatus.UNAUTHORIZED
    if request.method == "POST":
        return welcome(asked, reason=_(_NOTHING_SAVED)), HTTPStatus.UNAUTHORIZED
    return welcome(asked, reason=_(_ENDED) if had_session else ""), status


def welcome(following: str = "/", *, reason: str = "", again: bool = False) -> str:
    """Return the sign-in page."""
    providers = list(enumerate(flow.provider for flow in parts.current().flows.values()))
    following = "" if following == "/" else following
    return render_template(
        "welcome.html",
        providers=providers,
        next=following,
        reason=reason,
        again="1" if again else "",
        language=_chosen_language(),
    )


def begin() -> Response | tuple[str, int]:
    """Redirect the browser to the provider."""
    flows = list(parts.current().flows.values())
    place = request.args.get("provider", "0")
    if not place.isdecimal() or int(place) >= len(flows):
        return welcome(), HTTPStatus.NOT_FOUND
    flow = flows[int(place)]
    following = request.args.get("next", "/")
    try:
        begun = flow.begin(again=request.args.get("again") == "1")
    except SignInFailed as failed:
        return _failed(flow, failed)
    kept = {
        **begun.kept,
        "issuer": flow.provider.issuer,
        "next": own_page(following),
        "language": _chosen_language(),
    }
    cookie = parts.current().sessions.begin_sign_in(kept, parts.current().clock())
    response = make_response(redirect(begun.address, HTTPStatus.SEE_OTHER))
    _set_cookie(response, _attempt_name(), cookie, int(LONGEST_ATTEMPT.total_seconds()))
    return response


def come_back() -> Response | tuple[str, int]:
    """Start a session for a person that the provider has signed in and the register of staff knows."""
    cookie = request.cookies.get(_attempt_name(), "")
    kept = parts.current().sessions.take_sign_in(cookie, parts.current().clock()) if cookie else None
    flow = parts.current().flows.get(kept["issuer"]) if kept and "subject" not in kept else None
    if kept is None or flow is None:
        return welcome(
            reason=_("This sign-in took too long or was started elsewhere. Sign in again.")
        ), HTTPStatus.BAD_REQUEST
    language = kept.get("language", "")
    if language:
        g.speech = speech_in(language, g.speech.zone)
    try:
        tokens = flow.finish(request.query_string.decode("ascii", "replace"), kept)
    except SignInFailed as failed:
        return _failed(flow, failed)
    caller = Caller(tokens.access, g.speech.language, request.remote_addr or "", parts.current().clock())
    me = parts.current().upstream.send(reads.me(), caller)
    if me.is_away:
        return notice(*map(_, _AWAY), link=("/", _("Try again"))), HTTPStatus.SERVICE_UNAVAILABLE
    if not me.is_good:
        log.info("sign_in.not_registered", provider=tokens.issuer)
        metrics.sign_ins.labels("not_registered").inc()
        # The service says by which issuer and subject it looked; it does not if the person's work here has ended.
        issuer = str(me.document.get("issuer") or tokens.issuer)
        return _not_registered(issuer, str(me.document.get("subject") or flow.registered_as(tokens)))
    old = request.cookies.get(cookie_name(parts.current().settings))
    if old:
        parts.current().sessions.end(old)
    known = me.document
    registered = replace(
        tokens, member=str(known["id"]), roles=list(known["roles"] or ()), name=str(known["name"] or "")
    )
    session = parts.current().sessions.begin(registered, parts.current().clock(), language)
    log.info("sign_in.begun", provider=tokens.issuer)
    metrics.sign_ins.labels("completed").inc()
    response = make_response(redirect(kept["next"], HTTPStatus.SEE_OTHER))
    _set_cookie(response, cookie_name(parts.current().settings), session.cookie, int(LONGEST.total_seconds()))
    _forget_cookie(response, _attempt_name())
    return response


def sign_out() -> Response:
    """End the session here and at the provider; without a session there is nothing to end."""
    if g.session is None:
        ended = person_of_ended_session()
        if ended is not None:
            parts.current().drafts.delete_all_of(ended)
        return make_response(redirect("/signed-out", HTTPStatus.SEE_OTHER))
    check_form(signed_in())
    parts.current().drafts.delete_all_of(parts.current().person())
    tokens = signed_in().tokens
    flow = parts.current().flows[tokens.issuer]
    there = flow.end_session(tokens, f"{parts.current().settings.address}/signed-out")
    return _ended(there or "/signed-out")


def person_of_ended_session() -> bytes | None:
    """Return whose session ended by time, if this form was sent from a page of that session; else None.

    Nothing may be read or sent in this person's name. The desk may only keep or delete what they typed.
    """
    cookie = request.cookies.get(cookie_name(parts.current().settings), "")
    if not cookie or not is_own_form(cookie):
        return None
    return parts.current().sessions.person_of_ended(cookie, parts.current().clock())


# control: H-DESK-2 quick-lock
def lock() -> Response:
    """End the session, and show a page without content. To continue, the provider identifies the person again.

    It needs no form token, so that an old page of an earlier session can lock, too: locking changes nothing else.
    """
    if not is_from_own_page(request):
        abort(HTTPStatus.FORBIDDEN)
    return make_response(redirect("/locked", HTTPStatus.SEE_OTHER)) if g.session is None else _ended("/locked")


def signed_out() -> str:
    """Show that the person is signed out."""
    text = _("You are signed out. Close this window on a shared computer.")
    return notice(_("Signed out"), text, link=("/", _("Sign in")))


def locked() -> str:
    """Show a page without content of the previous page."""
    return welcome(again=True, reason=_("The desk is locked. Sign in to continue."))


@for_sessions
def session_state() -> Response:
    """Return nothing to a page that asks whether its session continues. Without a session, the page is replaced."""
    g.is_by_itself = True
    return Response(status=HTTPStatus.NO_CONTENT)


def _ended(address: str) -> Response:
    parts.current().sessions.end(signed_in().cookie)
    response = make_response(redirect(address, HTTPStatus.SEE_OTHER))
    _forget_cookie(response, cookie_name(parts.current().settings))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def refused_token() -> tuple[str, int]:
    """Show that the services have stopped accepting the person's sign-in. The page redirects to no other page."""
    parts.current().sessions.end(signed_in().cookie)
    text = _("The services have stopped accepting your sign-in. Your work here may have ended.")
    return notice(_("Your access has ended"), text, link=("/", _("Sign in"))), HTTPStatus.UNAUTHORIZED


_AWAY = (
    gettext_noop("Not possible now"),
    gettext_noop("The service with the register of staff does not answer. Try again in a minute."),
)


def _failed(flow: Flow, failed: SignInFailed) -> tuple[str, int]:
    log.info("sign_in.failed", provider=flow.provider.issuer, reason=failed.reason)
    metrics.sign_ins.labels("failed").inc()
    text = _("The sign-in failed. Try again. If it fails again, tell your operator the time and the code.")
    return notice(
        _("Not signed in"), text, facts=((_("Code"), failed.reason),), link=("/", _("Try again"))
    ), HTTPStatus.BAD_GATEWAY


def not_registered() -> Response | tuple[str, int]:
    """Show again what a person gives to those who register staff, such as in another language."""
    cookie = request.cookies.get(_attempt_name(), "")
    kept = parts.current().sessions.take_sign_in(cookie, parts.current().clock()) if cookie else None
    if kept is None or "subject" not in kept:
        return welcome(), HTTPStatus.UNAUTHORIZED
    return _not_registered(kept["issuer"], kept["subject"])


def _not_registered(issuer: str, subject: str) -> Response:
    """Return the page for a person that the provider knows and the register of staff does not.

    The two values are kept sealed for a few minutes, so that the page can be shown in another language. They are in no
    address.
    """
    g.own_path = _NOT_REGISTERED
    kept = {"issuer": issuer, "subject": subject}
    cookie = parts.current().sessions.begin_sign_in(kept, parts.current().clock())
    response = make_response(_page_of_stranger(issuer, subject), HTTPStatus.FORBIDDEN)
    _set_cookie(response, _attempt_name(), cookie, int(LONGEST_ATTEMPT.total_seconds()))
    return response


def _page_of_stranger(issuer: str, subject: str) -> str:
    return notice(
        _("You are not registered"),
        _(
            "The provider has signed you in, but the register of staff does not know this sign-in, or your work here "
            "has ended. You cannot open any case with it."
        ),
        _(
            "Give the two values below to the person who registers staff. Data protection confirms each registration. "
            "After that, sign in again."
        ),
        facts=((_("Issuer"), issuer), (_("Subject"), subject)),
        link=("/", _("Back")),
    )


def _chosen_language() -> str:
    """Return the language that was chosen before signing in; empty if there was no choice."""
    asked = request.args.get("language", "")
    return asked if asked in languages() else ""


def _attempt_name() -> str:
    return "__Host-sign-in" if parts.current().settings.is_encrypted else "sign-in"


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=parts.current().settings.is_encrypted,
        httponly=True,
        samesite="Lax",
    )


def _forget_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=parts.current().settings.is_encrypted, httponly=True, samesite="Lax")
