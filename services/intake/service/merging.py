"""Routes about cases of one person."""

from services.intake.actions import merging
from services.intake.schemas.merging import MergeCases
from shared.web import Call, Reply, route

_MERGES = "/v1/cases/<uuid:case>/merges"


class MergingRoutes:
    """For a service class that has an `edge`."""

    @route("POST", _MERGES, action="case.merge", body=MergeCases, creates=True)
    def merge_cases(self, call: Call) -> Reply:
        """Join another case, which the caller may merge too, to this one: both are one person's."""
        made, version = merging.merge(call.session, call.now, call.case, call.body["case"], call.principal)
        return Reply(status=201, created=made, version=version)

    @route("DELETE", f"{_MERGES}/<uuid:merge>", action="case.merge", changes=True)
    def unmerge_cases(self, call: Call) -> Reply:
        """Part two cases again, each whole."""
        version = merging.unmerge(call.session, call.now, call.case, call.path["merge"], call.principal)
        return Reply(status=204, version=version)
