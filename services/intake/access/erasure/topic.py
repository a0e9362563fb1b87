"""Routes for erasure, legal holds, and the retention of closed cases."""

from typing import Final

from services.intake.access.erasure import actions, events, rules, schemas
from services.intake.access.erasure.actions import late, retention
from services.intake.facts.case.topic import CASE
from shared.http import Call, Reply, bind, delete, get, post, route
from shared.http.paging import days_query, read_days
from shared.http.route import Query
from shared.runtime.topics import Topic

_LANGUAGE: tuple[Query, ...] = (("language", {"type": "string"}, "the language of the letter"),)
_REQUEST = f"{CASE}/erasure-requests/<uuid:erasure>"


@route("GET", "/v1/erasures", action="erasure.answer", reply=schemas.AnsweredErasures)
def answered_erasures(call: Call) -> Reply:
    """List the requests whose answer the caller gives to the person, also of erased cases, latest first."""
    return Reply({"erasures": actions.answered_erasures(call.session, by=call.principal)})


@route(
    "GET",
    "/v1/erasures/overdue",
    action="erasure.follow",
    query=(days_query(rules.OVERDUE_DAYS, "order"),),
    reply=schemas.OverdueErasures,
)
def overdue_erasures(call: Call) -> Reply:
    """List the orders that a holder has not answered in time."""
    days = read_days(call.query.get("days"), rules.OVERDUE_DAYS)
    return Reply({"erasures": actions.overdue_erasures(call.session, days, call.now, by=call.principal)})


@route(
    "GET",
    "/v1/erasures/<uuid:erasure>/letter",
    action="erasure.answer",
    query=_LANGUAGE,
    reply=schemas.AnswerLetter,
)
def answer_letter(call: Call) -> Reply:
    """Return the answer to a request as a letter, as JSON or (Accept: text/html) as a page to print.

    The letter names no person, service, reason or proceedings. Without `language` it is in the person's language, or
    once the case is erased in the reader's.
    """
    stated, as_page = call.query.get("language"), "text/html" in call.accepts
    return actions.answer_letter(
        call.session, call.path["erasure"], call.language, stated, as_page=as_page, by=call.principal
    )


@route("GET", "/v1/retention/due", action="retention.review", reply=schemas.DueCases)
def retention_due(call: Call) -> Reply:
    """List closed cases that are due for review. Age never deletes a case automatically."""
    return Reply({"due": retention.cases_due(call.session, call.now.date(), by=call.principal)})


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("erasure.follow", "/v1/erasures/<uuid:erasure>", actions.show_erasure, reply=schemas.FollowedErasure),
        get(
            "erasure.read",
            f"{CASE}/erasure-requests",
            actions.erasures_of,
            name="read_erasures",
            reply=schemas.CaseErasures,
        ),
        post(
            "erasure.check",
            f"{_REQUEST}/checks",
            actions.check_erasure,
            changes=True,
            reply=schemas.CheckedErasure,
        ),
        post(
            "erasure.decide",
            f"{_REQUEST}/decision",
            actions.decide_erasure,
            changes=True,
            reply=schemas.DecidedErasure,
        ),
        post(
            "erasure.confirm",
            f"{_REQUEST}/confirmation",
            actions.confirm_erasure,
            changes=True,
            reply=schemas.DecidedErasure,
        ),
        get(
            "retention.review",
            "/v1/retention/schedule",
            retention.retention_schedule,
            reply=schemas.RetentionSchedule,
        ),
        delete("legal_hold.change", f"{CASE}/legal-holds/<uuid:hold>", actions.lift_hold, changes=True),
        post("legal_hold.change", f"{CASE}/legal-holds", actions.place_hold, creates=True),
        post("erasure.request", f"{CASE}/erasure-requests", actions.request_erasure, creates=True),
        post("retention.keep", f"{CASE}/retention-reviews", retention.keep_case, creates=True),
        bind(
            "PUT",
            "retention.review",
            "/v1/retention/schedule",
            retention.choose_figure,
            reply=schemas.ChosenFigure,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    reactions=(*actions.REACTIONS, *late.REACTIONS),
    expiring=late.EXPIRING,
    timers=actions.ON_TIMER,
    measures=actions.MEASURES,
)
