"""Routes for possible duplicates."""

from services.intake.actions import duplicates
from services.intake.models import version
from shared.http import Call, Reply, route

_DUPLICATES = "/v1/cases/<uuid:case>/duplicates"


class DuplicateRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", _DUPLICATES, action="duplicate.read")
    def propose_duplicates(self, call: Call) -> Reply:
        """List the cases, of those that the caller sees too, that look like the same person's, and what matches."""
        proposals = duplicates.proposed(call.session, call.case, call.principal)
        shown = {"id": str(call.case), "duplicates": proposals}
        return Reply(shown, version=version(call.session, call.case))

    @route("POST", f"{_DUPLICATES}/<uuid:duplicate>/decline", action="duplicate.decline", changes=True)
    def decline_duplicate(self, call: Call) -> Reply:
        """Record that another case is a different person's; it is not proposed to this team again."""
        other = call.path["duplicate"]
        return Reply(
            {"id": str(call.case)},
            version=duplicates.decline(call.session, call.now, call.case, other, call.principal),
        )
