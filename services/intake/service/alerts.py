"""Route for raising a safeguarding alert."""

from services.intake.actions.alerts import flag_danger
from services.intake.schemas.alerts import FlagDanger
from shared.http import Call, Reply, route


class AlertRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", "/v1/cases/<uuid:case>/alerts", action="alert.raise", body=FlagDanger, creates=True)
    def flag_danger(self, call: Call) -> Reply:
        """Raise a safeguarding alert about a danger to the person; support escalates it until it is acknowledged."""
        alert_id, version = flag_danger(call.session, call.case, call.body)
        return Reply(status=201, created=alert_id, version=version)
