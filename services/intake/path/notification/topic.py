"""Routes for the duty to notify."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.path.notification import actions, events, rules, schemas
from shared.http import Call, Reply, post, route
from shared.http.route import Query
from shared.runtime.topics import Topic

_BODY: Query = ("body", {"type": "string"}, "the body under the duty, as the profile of the case names it")


@route(
    "GET",
    f"{CASE}/notification-preview",
    action="notification.report",
    query=(_BODY,),
    reply=schemas.NotificationPreview,
)
def preview_notification(call: Call) -> Reply:
    """Return what a body under the duty to notify would report: too coarse to identify anybody."""
    return Reply(actions.preview_notification(call.session, call.case, call.query.get("body", "")))


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("notification.report", f"{CASE}/notifications", actions.record_notification, creates=True),
        post(
            "notification.report",
            f"{CASE}/notifications/<uuid:notification>/correction",
            actions.correct_notification,
            creates=True,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
