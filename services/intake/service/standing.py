"""Routes for exclusions and supervision."""

from uuid import UUID

from services.intake import actions
from services.intake.schemas import standing as schemas
from shared.access import supervisions
from shared.http import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"
_SUPERVISOR = "/v1/supervisions/<uuid:supervisor>"


class StandingRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", f"{_CASE}/exclusions", action="exclusion.record", body=schemas.Exclude, creates=True)
    def exclude(self, call: Call) -> Reply:
        """Record whom the person does not want near the case."""
        exclusion_id, version = actions.exclude(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=exclusion_id, version=version)

    @route("DELETE", f"{_CASE}/exclusions/<uuid:exclusion>", action="exclusion.lift", changes=True)
    def lift_exclusion(self, call: Call) -> Reply:
        """Record that the person lifted an exclusion."""
        return Reply(status=204, version=actions.lift_exclusion(call.session, call.case, call.path["exclusion"]))

    @route("POST", "/v1/supervisions", action="supervision.change", body=schemas.Supervise)
    def begin_supervision(self, call: Call) -> Reply:
        """Record that somebody supervises a member of staff."""
        supervisor, member = call.body["supervisor"], call.body["member"]
        actions.begin_supervision(call.session, supervisor, member)
        return Reply({"supervisor": str(supervisor), "member": str(member)}, about=supervisor)

    @route("DELETE", f"{_SUPERVISOR}/<uuid:member>", action="supervision.change")
    def end_supervision(self, call: Call) -> Reply:
        """Record that somebody supervises a member of staff no longer."""
        supervisor: UUID = call.path["supervisor"]
        actions.end_supervision(call.session, supervisor, call.path["member"])
        return Reply(status=204, about=supervisor)

    @route("GET", _SUPERVISOR, action="supervision.change")
    def supervised(self, call: Call) -> Reply:
        """Return the members of staff whom somebody supervises."""
        supervisor: UUID = call.path["supervisor"]
        members = supervisions.members_of(call.session, supervisor)
        return Reply({"supervisor": str(supervisor), "members": [str(member) for member in members]}, about=supervisor)
