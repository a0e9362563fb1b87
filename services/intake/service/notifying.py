"""Routes for the duty to notify."""

from services.intake.actions import notifying
from services.intake.schemas.notifying import Notify
from shared.http import Call, Reply, route
from shared.http.route import Query

_CASE = "/v1/cases/<uuid:case>"
_BODY: Query = ("body", {"type": "string"}, "the body under the duty, as the profile of the case names it")


class NotifyingRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", f"{_CASE}/notification-preview", action="notification.report", query=(_BODY,))
    def preview_notification(self, call: Call) -> Reply:
        """Return what a body under the duty to notify would report: too coarse to identify anybody."""
        return Reply(notifying.preview(call.session, call.case, call.query.get("body", "")))

    @route("POST", f"{_CASE}/notifications", action="notification.report", body=Notify, creates=True)
    def notify(self, call: Call) -> Reply:
        """Record that the body reported, as previewed."""
        notification_id, version = notifying.notify(call.session, call.now, call.case, call.body["body"])
        return Reply(status=201, created=notification_id, version=version)
