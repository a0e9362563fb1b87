"""The WSGI application for staff: it builds the Flask application from the settings."""

from http import HTTPStatus
from secrets import token_urlsafe
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
from flask import Flask, Response, g, request
from jinja2 import StrictUndefined
from markupsafe import Markup
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import HTTPException

from services.web import guarding, headers, health
from services.web.case import routes as case
from services.web.consents import routes as consents
from services.web.consents import withdrawing
from services.web.contact_requests import routes as contact_requests
from services.web.deadline import routes as deadline
from services.web.doing import routes as doing
from services.web.erasures import routes as erasures
from services.web.language import routes as language
from services.web.look.files import address_of, answer_with, look_files
from services.web.operator import routes as operator
from services.web.paper import routes as paper
from services.web.parts import BACK, Desk, install
from services.web.providers.flow import ProviderUnavailable, SignInFailed, origin_of
from services.web.register import routes as register
from services.web.saying import said
from services.web.search import routes as search
from services.web.session.store import Session
from services.web.sign_in import routes as sign_in
from services.web.timeline import routes as timeline
from services.web.today import routes as today
from services.web.words.speech import chosen, offered, speech_in
from services.web.words.texts import gettext, gettext_noop, ngettext
from shared.telemetry import logger, metrics

log = logger()
#: The limits of a form: its length (bytes) and its number of fields.
LONGEST_FORM, MOST_FIELDS = 256 * 1024, 500

#: The rooms that have pages.
_ROOMS = (
    *(health, sign_in, language, today, case, timeline, deadline, consents, withdrawing),
    *(search, register, operator, doing, contact_requests, paper, erasures),
)


def application(desk: Desk) -> Flask:
    """Return the WSGI application. It stores only the session cookie in the browser."""
    app = Flask("services.web", static_folder=None, template_folder="look/templates")
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_FORM, MAX_FORM_MEMORY_SIZE=LONGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS)
    install(app, desk)
    _set_up_templates(app)
    _set_up_requests(app, desk)
    app.add_url_rule("/look/<digest>/<name>", view_func=look_file)
    app.add_url_rule("/favicon.ico", view_func=icon)
    for room in _ROOMS:
        room.add_to(app)
    return app


def _set_up_templates(app: Flask) -> None:
    environment = app.jinja_env
    # control: H-DESK-5 markup-is-escaped
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters["query"] = lambda values: urlencode({name: text for name, text in values.items() if text})
    environment.filters["link"] = lambda values: f"?{urlencode(values)}" if values else ""
    environment.filters["host"] = lambda address: urlsplit(address).hostname or ""
    environment.globals["look"] = address_of
    environment.globals["new_key"] = lambda: token_urlsafe(24)
    environment.globals |= {"said": said, "_": gettext, "ngettext": ngettext, "offered_languages": offered}
    app.context_processor(_of_each_page)


def _of_each_page() -> dict[str, Any]:
    session: Session | None = g.get("session")
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    token = session.form_token if session else ""
    return {
        "session": session,
        "speech": g.speech,
        "form_token": lambda: hidden.format(guarding.FORM_TOKEN, token),
        "may_search": session is not None and bool(search.SEARCHING & frozenset(session.tokens.roles)),
        "here": "",
        "own_path": _own_path,
    }


def _own_path(language: str = "") -> str:
    """Return the address of this page for a link to it, in another language; the start page if it states an error.

    So a page about a hidden case does not differ from one about a case that does not exist. A page that answers a form
    has the address of the form.
    """
    address = _own_address()
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'language': language})}" if language else address


def _own_address() -> str:
    if "own_path" in g:
        return str(g.own_path)
    if g.get("has_failed") or request.path == BACK:
        return "/"
    if request.method == "POST":
        return guarding.own_page(request.path)
    own = guarding.own_page(f"{request.path}?{request.query_string.decode('ascii', 'replace')}")
    # Pages without a session, such as the one after signing out, need nothing of their query.
    return request.path if own == "/" else own


def _set_up_requests(app: Flask, desk: Desk) -> None:
    policy = headers.content_policy(sorted({origin_of(issuer) for issuer in desk.flows}))

    @app.before_request
    def begin() -> None:
        g.began = monotonic()
        _speak(desk, request.args.get("language", ""))
        g.session, g.not_signed_in = None, sign_in.not_signed_in
        cookie = request.cookies.get(sign_in.cookie_name(desk.settings))
        if cookie and request.endpoint not in ("look_file", "icon", "live", "ready"):
            g.session = _session(desk, cookie)
            if g.session and g.session.language:
                _speak(desk, g.session.language)

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else ""
        _count(route, response.status_code)
        # Requests that open pages send automatically every few seconds would hide the other lines.
        is_quiet = g.get("is_by_itself", False) and response.status_code < HTTPStatus.BAD_REQUEST
        # The log line has the route's pattern. It has no address and no data about the person.
        (log.debug if is_quiet else log.info)(
            "request.answered",
            method=request.method,
            status=response.status_code,
            **({"route": route} if route else {}),
        )
        return headers.add_headers(response, policy, is_encrypted=desk.settings.is_encrypted)

    @app.errorhandler(Exception)
    def fail(error: Exception) -> tuple[str, int]:
        g.has_failed = True
        if isinstance(error, HTTPException):
            return _notice(_WORDS.get(error.code or 500, _WORDS[400])), error.code or 500
        if isinstance(error, ProviderUnavailable):
            return _notice(_PROVIDER_UNAVAILABLE, link=("/", gettext("Try again"))), 503
        if isinstance(error, (psycopg.Error, PoolTimeout)):
            log.warning("request.store_away", error=type(error).__name__)
            return _notice(_WORDS[503]), 503
        log.error("request.failed", exc_info=error)
        return _notice(_WORDS[500]), 500


def _count(route: str, status: int) -> None:
    """Count a request and its time, by the pattern of its route; empty: no route has its address."""
    if not route:
        metrics.unknown_addresses.inc()
        return
    metrics.requests.labels(route, request.method, str(status)).inc()
    if not g.get("is_held"):  # a held request waits for a change on purpose
        metrics.request_seconds.labels(route, request.method).observe(monotonic() - g.began)


def _speak(desk: Desk, choice: str) -> None:
    """Set the language of this request."""
    g.speech = speech_in(chosen(request.accept_languages.best_match, choice), desk.settings.zone)


def _notice(texts: tuple[str, ...], link: tuple[str, str] | None = None) -> str:
    return sign_in.notice(*map(gettext, texts), link=link)


_NOT_FOUND = (
    gettext_noop("Not found"),
    gettext_noop("This page does not exist, or you are not allowed to see it. The two look the same on purpose."),
)
_WORDS = {
    400: (gettext_noop("Not understood"), gettext_noop("This request cannot be read. Go back and try again.")),
    403: (
        gettext_noop("Not allowed"),
        gettext_noop("This form was not sent from your own page, or the page is too old. Open the page again."),
    ),
    **dict.fromkeys((404, 405), _NOT_FOUND),
    413: (gettext_noop("Too long"), gettext_noop("Your input is too long. Shorten it and send it again.")),
    503: (
        gettext_noop("Not possible now"),
        gettext_noop("Your session cannot be read at the moment. Try again in a minute."),
    ),
    500: (
        gettext_noop("Something went wrong here"),
        gettext_noop(
            "The software failed, and the error was logged. Try again. If it fails again, tell your operator the time."
        ),
    ),
}

_PROVIDER_UNAVAILABLE = (
    gettext_noop("Not possible now"),
    gettext_noop("The sign-in provider does not answer. You are still signed in. Try again in a minute."),
)


def _session(desk: Desk, cookie: str) -> Session | None:
    """Return the session of a cookie with a valid access token; None if the session is over.

    Raises `ProviderUnavailable` if the access token has ended and the provider does not answer. The session continues.
    """
    now = desk.clock()
    session = desk.sessions.find(cookie, now, by_person=guarding.is_by_person(request))
    if session is None:
        return None
    flow = desk.flows.get(session.tokens.issuer)
    if flow is None:
        return None
    try:
        return desk.sessions.renewed(session, now, flow.renew)
    except ProviderUnavailable as unavailable:
        log.warning("sign_in.provider_unavailable", reason=unavailable.reason)
        if now < session.tokens.ends_at:
            return session
        raise
    except SignInFailed as failed:
        log.info("sign_in.not_renewed", reason=failed.reason)
        desk.sessions.end(cookie)
        return None


def look_file(digest: str, name: str) -> Response | tuple[str, int]:
    """Return a style sheet, a script or the icon."""
    return answer_with(digest, name)


def icon() -> Response:
    """Return the icon for browsers that ask for it by its old name."""
    return Response(look_files()["icon.svg"].content, content_type="image/svg+xml")
