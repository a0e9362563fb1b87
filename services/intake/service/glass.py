"""Routes for break-glass access, and for notices."""

from uuid import UUID

from services.intake.actions import glass
from services.intake.schemas.standing import BreakGlass
from services.intake.service.paging import PAGE, asked
from shared.http import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"


class GlassRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", f"{_CASE}/break-glass", action="glass.break", body=BreakGlass, creates=True)
    def break_glass(self, call: Call) -> Reply:
        """Open a case for reading for four hours, in an emergency; its leads and data protection are notified."""
        glass_id = glass.open_in_emergency(call.session, call.case, call.principal, call.relation, call.body["reason"])
        return Reply(status=201, created=glass_id)

    @route("GET", "/v1/notices", action="notice.read", query=PAGE)
    def unread_notices(self, call: Call) -> Reply:
        """Return the notices that the caller has not acknowledged yet, oldest first."""
        after, limit = asked(call.query, UUID)
        return Reply(glass.unread_notices(call.session, call.principal, after, limit))

    @route("POST", "/v1/notices/<uuid:notice>/acknowledgement", action="notice.read")
    def acknowledge_notice(self, call: Call) -> Reply:
        """Record that the caller has read a notice."""
        notice: UUID = call.path["notice"]
        glass.acknowledge_notice(call.session, notice, call.principal)
        return Reply({"id": str(notice), "acknowledged": True})
