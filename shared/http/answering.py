"""The outermost steps: the headers, metrics and log line of every answer, and the answer to an error."""

import time

from structlog.contextvars import bound_contextvars
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request, Response

from shared.access.views import LANGUAGE
from shared.http import problems, signing_in
from shared.http.chain import Proceed, RequestContext
from shared.http.headers import SECURITY
from shared.http.paging import WAIT
from shared.http.store_errors import translated
from shared.reference.words import ENGLISH, offered
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: Machines request these every few seconds. A log line for each request would hide the others.
_ASKED_OFTEN = ("/health/live", "/health/ready", "/metrics", "/v1/events", "/v1/exchange-keys")
_REFUSED = 400
#: A longer `Accept-Language` is ignored; no list of languages that a person has set is as long.
_LONGEST_HEADER = 500

log = logger()


def with_headers(context: RequestContext, proceed: Proceed[Response]) -> Response:
    """Add the security headers that an answer lacks, the rate of its caller, and the id of the request."""
    response = proceed(context)
    own = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - to walk it yields pairs
    for name, value in SECURITY.items():
        if name.lower() not in own:
            response.headers.add(name, value)
    response.headers.update(signing_in.rate_headers(context.request))
    response.headers["Request-Id"] = str(context.origin.correlation)
    return response


def measured(context: RequestContext, proceed: Proceed[Response]) -> Response:
    """Count and log an answer. Only the audit log names the caller and the case.

    A request that waited for news is not logged unless it fails: open pages send the next one at once.
    """
    route, began = context.route, time.perf_counter()
    with bound_contextvars(request=str(context.origin.correlation), route=route.path):
        response = proceed(context)
        seconds, status = time.perf_counter() - began, response.status_code
        metrics.requests.labels(route.path, route.method, status).inc()
        metrics.request_seconds.labels(route.path, route.method).observe(seconds)
        if not (WAIT[0] in context.request.args or route.path in _ASKED_OFTEN) or status >= _REFUSED:
            log.info("request.answered", method=route.method, status=status, seconds=round(seconds, 4))
        return response


def in_language(context: RequestContext, proceed: Proceed[Response]) -> Response:
    """Use the caller's language for the fixed sentences of views during a request.

    Such sentences are only about cases, so every caller who reads them is signed in.
    """
    before = LANGUAGE.set(context.language)
    try:
        return proceed(context)
    finally:
        LANGUAGE.reset(before)


class Languages:
    """The languages in which a service answers."""

    def __init__(self, *, unread_words: bool) -> None:
        """Store whether the public also receives texts that no native speaker has read."""
        self.unread_words = unread_words

    def of(self, request: Request, *, is_signed_in: bool) -> str:
        """Return the language of a reply: the first requested one that is offered, else English.

        A caller who is not signed in receives only texts that a native speaker has read, unless `unread_words` is set.
        """
        asked = request.headers.get("Accept-Language", "")
        if not asked or len(asked) > _LONGEST_HEADER:
            return ENGLISH
        languages = self.offered(is_signed_in=is_signed_in)
        accepted = parse_accept_header(asked, LanguageAccept)
        # The library's `best_match` would choose English for `nl-BE, en;q=0.5`.
        spoken = (tag.replace("_", "-").partition("-")[0].lower() for tag, quality in accepted if quality > 0)
        return next((language for language in spoken if language in languages), ENGLISH)

    def offered(self, *, is_signed_in: bool) -> tuple[str, ...]:
        """Return the languages that a caller can receive."""
        return offered(to_public=not is_signed_in, unread_too=self.unread_words)


class Errors:
    """Answers errors with problem documents."""

    def __init__(self, languages: Languages) -> None:
        """Store the languages that are offered to the public and to staff."""
        self._languages = languages

    def answered(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Answer every error with a problem document. `problems` logs internal errors."""
        try:
            return proceed(context)
        except Exception as error:  # noqa: BLE001 - every error is answered
            request = context.request
            language = self._languages.of(request, is_signed_in=signing_in.is_signed_in(request))
            return problems.answer(translated(error), str(context.origin.correlation), language)
