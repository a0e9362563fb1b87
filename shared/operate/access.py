"""The route that shows whether a service has applied the revocation of a member's tokens."""

from uuid import UUID

from shared.access import revocations
from shared.access.declarations import declare
from shared.access.permissions import Need
from shared.access.views import View
from shared.events.contract import Instant, Reference
from shared.http import Call, Refused, Reply, route

#: The entries of the access table for the route below.
ACCESS = {"revocations.read": {"operator": Need.ANY, "supervisor": Need.ANY}}


class Revocation(View):
    """The moment up to which a member of staff's tokens are revoked."""

    member = declare(Reference(), None, "The member of staff.")
    before = declare(Instant(), None, "Tokens that were issued before this moment count no more.")


class OperatedAccess:
    """The route, for a service class that has an `edge`."""

    @route("GET", "/v1/access/revocations/<uuid:member>", action="revocations.read", reply=Revocation)
    def revocation(self, call: Call) -> Reply:
        """Return the moment up to which a member of staff's tokens are revoked."""
        member: UUID = call.path["member"]
        before = revocations.find(call.session, member)
        if before is None:
            raise Refused(404, "Not found", "No token of this member of staff was revoked here.")
        return Reply({"member": member, "before": before}, about=member)
