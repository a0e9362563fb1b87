"""Routes about broken glass, and the notices of it."""

from uuid import UUID

from services.intake.actions import glass
from services.intake.schemas.standing import BreakGlass
from services.intake.service.paging import PAGE, asked
from shared.web import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"


class GlassRoutes:
    """For a service class that has an `edge`."""

    @route("POST", f"{_CASE}/break-glass", action="glass.break", body=BreakGlass, creates=True)
    def break_glass(self, call: Call) -> Reply:
        """Open a case for reading for four hours, in an emergency; its leads and data protection are told."""
        made = glass.break_glass(call.session, call.case, call.principal, call.relation, call.body["reason"])
        return Reply(status=201, created=made)

    @route("GET", "/v1/notices", action="notice.read", query=PAGE)
    def unread_notices(self, call: Call) -> Reply:
        """Give what the caller has to know and has not acknowledged yet, oldest first."""
        after, limit = asked(call.query, UUID)
        return Reply(glass.unread_notices(call.session, call.principal, after, limit))

    @route("POST", "/v1/notices/<uuid:notice>/acknowledgement", action="notice.read")
    def acknowledge_notice(self, call: Call) -> Reply:
        """Say that a notice was read."""
        notice: UUID = call.path["notice"]
        glass.acknowledge_notice(call.session, notice, call.principal)
        return Reply({"id": str(notice), "acknowledged": True})
