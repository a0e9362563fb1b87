"""Routes for the duty to notify."""

from typing import Final

from services.intake.case.routes import CASE
from services.intake.notification import actions, schemas
from shared.http import Call, Reply, post, route
from shared.http.route import Query

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


ROUTES: Final = (
    post("notification.report", f"{CASE}/notifications", actions.record_notification, creates=True),
    post(
        "notification.report",
        f"{CASE}/notifications/<uuid:notification>/correction",
        actions.correct_notification,
        creates=True,
    ),
)
