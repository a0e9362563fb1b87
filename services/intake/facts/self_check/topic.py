"""Routes for the self-check."""

from datetime import date
from typing import Any, Final

from services.intake.facts.self_check import actions, schemas
from shared.deadlines import time_source
from shared.http import Call, CallWith, Refused, Reply, route
from shared.reference.words import PUBLIC_LANGUAGES
from shared.runtime.topics import Topic


def _asks_for_code(command: schemas.CheckSelf) -> bool:
    """Return whether a request uses a code of the daily supply. Only such requests are rate-limited."""
    return command.return_code


def _tries_code(_command: schemas.ComeBack) -> bool:
    """Return True: every attempt is rate-limited, so that codes cannot be guessed."""
    return True


@route("GET", "/v1/self-check", action=None, query=(schemas.IN_LANGUAGE,), conditional=True, reply=schemas.SelfCheck)
def self_check(call: Call) -> Reply:
    """Return the questions of the self-check: as codes, or with all that the public site shows in one language."""
    if "language" not in call.query:
        return Reply(actions.questions())
    language = call.query["language"]
    if language not in PUBLIC_LANGUAGES:
        raise Refused(400, "Check the address", f"`language` is one of: {', '.join(PUBLIC_LANGUAGES)}.")
    reply = actions.public_site(call.session, language).reply()
    reply.headers["Content-Language"] = language
    return reply


@route(
    "POST",
    "/v1/self-checks",
    action=None,
    body=schemas.CheckSelf,
    scarce=_asks_for_code,
    reply=schemas.SelfCheckInformation,
)
def check_self(self: Any, call: CallWith[schemas.CheckSelf]) -> Reply:
    """Return information by somebody's answers, which are not stored; no verdict."""
    return Reply(actions.check_self(call.session, _today(call), _code_key(self), call.command))


@route(
    "POST",
    "/v1/self-checks/returns",
    action=None,
    body=schemas.ComeBack,
    scarce=_tries_code,
    reply=schemas.Information,
)
def come_back(self: Any, call: CallWith[schemas.ComeBack]) -> Reply:
    """Return information for a return code, and nothing of what was answered before."""
    return Reply(actions.come_back(call.session, _today(call), _code_key(self), call.command))


def _code_key(service: Any) -> bytes:
    return actions.code_key(service.process.settings.signing_key)


def _today(call: Call) -> date:
    today: date = time_source.now(call.session).date()
    return today


TOPIC: Final = Topic(__name__)
