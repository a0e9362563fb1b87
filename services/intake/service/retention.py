"""Routes for the retention of closed cases."""

from uuid import UUID

from services.intake.actions import retention
from services.intake.schemas.retention import ChooseFigure, KeepCase
from shared.http import Call, Reply, route


class RetentionRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", "/v1/retention/due", action="retention.review")
    def retention_due(self, call: Call) -> Reply:
        """List closed cases that are due for review; nothing is ever deleted by its age alone."""
        return Reply({"due": retention.due(call.session, call.now.date(), UUID(call.principal.subject))})

    @route("GET", "/v1/retention/schedule", action="retention.review")
    def retention_schedule(self, call: Call) -> Reply:
        """Return after how many years a closed case is due, by jurisdiction and class of records, and on what basis."""
        return Reply({"figures": retention.schedule(call.session)})

    @route("PUT", "/v1/retention/schedule", action="retention.review", body=ChooseFigure)
    def choose_figure(self, call: Call) -> Reply:
        """Set a retention figure chosen by the deployer."""
        retention.choose(call.session, call.now, UUID(call.principal.subject), call.body)
        return Reply(call.body)

    @route("POST", "/v1/cases/<uuid:case>/retention-reviews", action="retention.keep", body=KeepCase, creates=True)
    def keep_case(self, call: Call) -> Reply:
        """Record that a case that is due is kept until a day, with a reason; to erase it, request its erasure."""
        by = UUID(call.principal.subject)
        review_id, version = retention.keep(call.session, call.now, call.case, by, call.body)
        return Reply(status=201, created=review_id, version=version)
