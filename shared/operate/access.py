"""The route that shows whether a service has applied the revocation of a member's tokens."""

from uuid import UUID

from shared.access import revocations
from shared.access.permissions import Need
from shared.http import Call, Refused, Reply, route

#: The entries of the access table for the route below.
ACCESS = {"revocations.read": {"operator": Need.ANY, "supervisor": Need.ANY}}


class OperatedAccess:
    """The route, for a service class that has an `edge`."""

    @route("GET", "/v1/access/revocations/<uuid:member>", action="revocations.read")
    def revocation(self, call: Call) -> Reply:
        """Return the moment up to which a member of staff's tokens are revoked."""
        member: UUID = call.path["member"]
        before = revocations.find(call.session, member)
        if before is None:
            raise Refused(404, "Not found", "No token of this member of staff was revoked here.")
        return Reply({"member": str(member), "before": before.isoformat()}, about=member)
