"""Routes for outreach sessions, and the progression of those met there."""

from uuid import UUID

from services.intake.actions import outreach
from services.intake.schemas.outreach import RecordSession
from services.intake.service.paging import PAGE, asked
from shared.http import Call, Reply, route, sheets

_SESSION = "/v1/outreach-sessions/<uuid:session>"


class OutreachRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", "/v1/outreach-sessions", action="outreach.record", body=RecordSession, creates=True)
    def record_session(self, call: Call) -> Reply:
        """Record a session of outreach, in counts only."""
        return Reply(status=201, created=outreach.record_session(call.session, call.now, call.body))

    @route("GET", "/v1/outreach-sessions", action="outreach.read", query=PAGE, as_csv=True)
    def list_sessions(self, call: Call) -> Reply:
        """List sessions of outreach, the latest recorded first."""
        after, limit = asked(call.query, UUID)
        page = outreach.sessions(call.session, after, limit)
        return sheets.told(call.accepts, page, page["sessions"])

    @route("GET", _SESSION, action="outreach.read")
    def read_session(self, call: Call) -> Reply:
        """Return a session of outreach."""
        return Reply(outreach.shown(call.session, call.path["session"]))

    @route("GET", f"{_SESSION}/progression", action="progression.read", as_csv=True)
    def session_progression(self, call: Call) -> Reply:
        """Return how many met in a session became contacts, were detected, became a case, and were closed."""
        counted = outreach.of_session(call.session, call.path["session"], call.principal.roles)
        return sheets.told(call.accepts, counted, [counted])

    @route("GET", "/v1/progression", action="progression.read", as_csv=True)
    def progression(self, call: Call) -> Reply:
        """Return the progression of all outreach sessions, by region and in total."""
        counted = outreach.of_all(call.session, call.principal.roles)
        return sheets.told(call.accepts, counted, [*counted["regions"], {"region": "total", **counted["total"]}])
