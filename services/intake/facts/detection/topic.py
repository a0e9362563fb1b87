"""Routes for signs of exploitation, for accounts that a person gave, and for the public self-check."""

from datetime import date
from typing import Any, Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.detection import actions, events, rules, schemas
from services.intake.facts.detection.actions import self_checks
from services.intake.facts.detection.actions.children import report_age
from services.intake.facts.fact.hooks import ADOPTED
from services.intake.facts.person.hooks import AGE_CHANGED
from shared.deadlines import time_source
from shared.http import Call, CallWith, Refused, Reply, get, post, route
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
        return Reply(self_checks.questions())
    language = call.query["language"]
    if language not in PUBLIC_LANGUAGES:
        raise Refused(
            400,
            "Check the address",
            f"The value of `language` is not known. Choose one of these: {', '.join(PUBLIC_LANGUAGES)}.",
        )
    reply = self_checks.public_site(call.session, language).reply()
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
    """Return information for the answers of a self-check, without a verdict; answers are not stored."""
    return Reply(self_checks.check_self(call.session, _today(call), _code_key(self), call.command))


@route(
    "POST",
    "/v1/self-checks/returns",
    action=None,
    body=schemas.ComeBack,
    scarce=_tries_code,
    reply=schemas.Information,
)
def come_back(self: Any, call: CallWith[schemas.ComeBack]) -> Reply:
    """Return information for a return code, without the earlier answers."""
    return Reply(self_checks.come_back(call.session, _today(call), _code_key(self), call.command))


def _code_key(service: Any) -> bytes:
    return self_checks.code_key(service.process.settings.signing_key)


def _today(call: Call) -> date:
    today: date = time_source.now(call.session).date()
    return today


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("detection.record", f"{CASE}/detections", actions.record_detection, creates=True),
        post(
            "detection.correct",
            f"{CASE}/detections/<uuid:detection>/correction",
            actions.correct_detection,
            creates=True,
        ),
        post("account.record", f"{CASE}/accounts", actions.record_account, creates=True, part="accounts"),
        post("account.record", f"{CASE}/accounts/<uuid:account>/correction", actions.correct_account, creates=True),
        get(
            "case.read",
            f"{CASE}/detections/<uuid:detection>/explanation",
            actions.explain_detection,
            reply=schemas.DetectionExplained,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    on_hooks=(ADOPTED.then(actions.adopt_detections), AGE_CHANGED.then(report_age)),
)
