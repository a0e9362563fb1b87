"""The route by which a danger is told."""

from services.intake.actions.alerts import flag_danger
from services.intake.schemas.alerts import FlagDanger
from shared.web import Call, Reply, route


class AlertRoutes:
    """For a service class that has an `edge`."""

    @route("POST", "/v1/cases/<uuid:case>/alerts", action="alert.raise", body=FlagDanger, creates=True)
    def flag_danger(self, call: Call) -> Reply:
        """Tell of a danger to the person; the alert is support's, and goes up there until somebody acknowledges it."""
        made, version = flag_danger(call.session, call.case, call.body)
        return Reply(status=201, created=made, version=version)
