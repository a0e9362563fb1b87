"""The WSGI application for everyone: it keeps nothing about a visitor, in the browser or here."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, g, make_response, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from services.web import headers
from services.web.look.files import address_of, answer_with, look_files
from services.web.public import code, contact, information, questions, scan, start
from services.web.public.parts import FILES, Public, install, page
from shared.reference.words import ENGLISH, PUBLIC_LANGUAGES
from shared.telemetry import logger, metrics

log = logger()
#: The limits of a form: its length (bytes) and its number of fields.
LONGEST_FORM, MOST_FIELDS = 16 * 1024, 100
_ROOMS = (start, questions, information, contact, code, scan)
_WITHOUT_WORDS = ("look_file", "icon", "live", "ready", "leave", "scanned")


class Spoken(BaseConverter):
    """The code of a language of these pages, in an address."""

    regex = "|".join(PUBLIC_LANGUAGES)


class Poster(BaseConverter):
    """The code of a poster, in an address. A length in the pattern of the route could not be logged."""

    regex = "[^/]{1,64}"


def application(public: Public) -> Flask:
    """Return the WSGI application. It sets no cookie."""
    app = Flask("services.web.public", static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_FORM, MAX_FORM_MEMORY_SIZE=LONGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS)
    app.url_map.converters |= {"spoken": Spoken, "poster": Poster}
    install(app, public)
    _set_up_templates(app, public)
    _set_up_requests(app, public)
    app.add_url_rule("/look/<digest>/<name>", view_func=look_file)
    app.add_url_rule("/favicon.ico", view_func=icon)
    app.add_url_rule("/health/live", view_func=live)
    app.add_url_rule("/health/ready", view_func=lambda: ready(public), endpoint="ready")
    for room in _ROOMS:
        room.add_to(app)
    return app


def _set_up_templates(app: Flask, public: Public) -> None:
    environment = app.jinja_env
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals["look"] = lambda name: address_of(name, FILES)
    environment.globals["leave_to"] = public.settings.leave_to
    app.context_processor(_of_each_page)


def _of_each_page() -> dict[str, Any]:
    return {"words": g.words, "say": g.words.say if g.words else None}


def _set_up_requests(app: Flask, public: Public) -> None:
    policy = headers.content_policy([])

    @app.url_value_preprocessor
    def choose_words(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.words = None
        if endpoint not in _WITHOUT_WORDS:
            language = (values or {}).pop("language", None)
            best = request.accept_languages.best_match(PUBLIC_LANGUAGES) or ENGLISH
            g.words = public.library.words(language or best)

    @app.before_request
    def begin() -> None:
        if g.get("words") is None and request.endpoint not in _WITHOUT_WORDS:
            abort(HTTPStatus.SERVICE_UNAVAILABLE)
        if request.method == "POST" and not headers.is_from_own_page(request):
            abort(HTTPStatus.FORBIDDEN)

    # control: H-PUBLIC-2 nothing-in-the-browser
    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else ""
        if route:
            metrics.requests.labels(route, request.method, str(response.status_code)).inc()
        else:
            metrics.unknown_addresses.inc()
        # control: H-PUBLIC-7 log-has-route-patterns-only
        log.info(
            "request.answered",
            method=request.method,
            status=response.status_code,
            **({"route": route} if route else {}),
        )
        return headers.add_headers(response, policy, is_encrypted=public.settings.is_encrypted)

    app.register_error_handler(Exception, fail)


def fail(error: Exception) -> tuple[str, int]:
    """Return the page for an error: help numbers, and nothing of the request."""
    status = error.code or 500 if isinstance(error, HTTPException) else 500
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.failed", exc_info=error)
    template = "without_words.html" if g.get("words") is None else "notice.html"
    return page(template, status=status), status


def look_file(digest: str, name: str) -> Response | tuple[str, int]:
    """Return the style sheet, the script or the icon."""
    return answer_with(digest, name, FILES)


# control: H-PUBLIC-2 neutral-title-and-icon
def icon() -> Response:
    """Return the icon for browsers that ask for it by its old name."""
    return Response(look_files(FILES)["icon.svg"].content, content_type="image/svg+xml")


def live() -> dict[str, str]:
    """Report that the process serves."""
    return {"status": "ok"}


def ready(public: Public) -> Response:
    """Report whether there are words to show."""
    has_words = public.library.words(ENGLISH) is not None
    status = HTTPStatus.OK if has_words else HTTPStatus.SERVICE_UNAVAILABLE
    return make_response({"status": "ok" if has_words else "intake_away"}, status)
