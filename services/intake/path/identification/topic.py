"""Routes for the official path and the duty to notify, and the route that corrects any fact."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.fact.schemas import FactPutRight
from services.intake.path.identification import events, rules, schemas
from services.intake.path.identification.actions import fact_corrections, first_responders, notifications, steps
from shared.casework.corrections import CORRECTED
from shared.http import CallWith, Reply, get, post, route
from shared.http.route import Query
from shared.runtime.topics import Topic


@route(
    "POST",
    "/v1/deadlines/calculate",
    action="deadline.calculate",
    body=schemas.CalculateDeadline,
    reads=True,
    reply=schemas.CalculatedDeadline,
)
def calculate_deadline(call: CallWith[schemas.CalculateDeadline]) -> Reply:
    """Count a period of the law, about no case: every way to count it, how sure it is, and whether it is over."""
    asked = call.command
    return Reply(rules.calculated(asked.jurisdiction, asked.rule, asked.start, asked.received, now=call.now))


_BODY: Query = ("body", {"type": "string"}, "the body under the duty, as the profile of the case names it")


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("identification.record", f"{CASE}/identification", steps.record_step, creates=True),
        post("entry.decide", f"{CASE}/entry-decisions", steps.decide_entry, creates=True),
        post(
            "identification.correct",
            f"{CASE}/identification/<uuid:step>/correction",
            steps.correct_step,
            creates=True,
        ),
        post("first_responder.ask", f"{CASE}/first-responder", first_responders.ask_first_responder, creates=True),
        post(
            "first_responder.ask",
            f"{CASE}/first-responder/<uuid:asked>/correction",
            first_responders.correct_first_responder,
            creates=True,
        ),
        post("notification.report", f"{CASE}/notifications", notifications.record_notification, creates=True),
        post(
            "notification.report",
            f"{CASE}/notifications/<uuid:notification>/correction",
            notifications.correct_notification,
            creates=True,
        ),
        post(
            "clock.extend",
            f"{CASE}/clocks/<uuid:clock>/extension",
            steps.extend_clock,
            changes=True,
            reply=schemas.ExtendedClock,
        ),
        post(
            "first_responder.ask",
            f"{CASE}/first-responder/<uuid:asked>/answer",
            first_responders.record_answer,
            name="record_first_responder_answer",
            changes=True,
            reply=schemas.AnsweredFirstResponder,
        ),
        post(
            "fact.correct",
            f"{CASE}/facts/<uuid:fact>/correction",
            fact_corrections.correct_fact,
            creates=True,
            reply=FactPutRight,
        ),
        get(
            "notification.report",
            f"{CASE}/notification-preview",
            notifications.preview_notification,
            query=(_BODY,),
            reply=schemas.NotificationPreview,
        ),
    ),
    access=rules.ACCESS,
    events=(
        *events.EVENTS,
        CORRECTED,
    ),
    reads=events.READS,
    projections=steps.PROJECTIONS,
)
