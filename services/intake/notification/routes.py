"""Routes for the duty to notify."""

from services.intake.case.routes import CASE, created
from services.intake.notification import actions, schemas
from shared.http import Call, CallWith, Reply, route
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


@route("POST", f"{CASE}/notifications", action="notification.report", body=schemas.RecordNotification, creates=True)
def record_notification(call: CallWith[schemas.RecordNotification]) -> Reply:
    """Record that the body reported, as previewed."""
    return created(actions.record_notification(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/notifications/<uuid:notification>/correction",
    action="notification.report",
    body=schemas.CorrectNotification,
    creates=True,
)
def correct_notification(call: CallWith[schemas.CorrectNotification]) -> Reply:
    """Put a report right, or take it back as recorded wrongly."""
    which, by = call.path["notification"], call.principal
    return created(actions.correct_notification(call.session, call.case, which, call.command, call.now, by=by))
