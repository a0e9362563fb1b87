"""Route for transferring a case."""

from services.intake.actions.transfer import transfer_case
from services.intake.schemas.transfer import TransferCase
from shared.http import Call, Reply, route


class TransferRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", "/v1/cases/<uuid:case>/transfer", action="team.transfer", body=TransferCase, changes=True)
    def transfer_case(self, call: Call) -> Reply:
        """Transfer a case to another team: its lead and everybody on it, at once."""
        version = transfer_case(call.session, call.case, call.body["members"])
        return Reply({"id": str(call.case)}, version=version)
