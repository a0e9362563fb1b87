"""Routes for merging cases of one person."""

from services.intake.actions import merging
from services.intake.schemas.merging import MergeCases
from shared.http import Call, Reply, route

_MERGES = "/v1/cases/<uuid:case>/merges"


class MergingRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", _MERGES, action="case.merge", body=MergeCases, creates=True)
    def merge_cases(self, call: Call) -> Reply:
        """Merge another case, which the caller may merge too, into this one: both are one person's."""
        merge_id, version = merging.merge(call.session, call.now, call.case, call.body["case"], call.principal)
        return Reply(status=201, created=merge_id, version=version)

    @route("DELETE", f"{_MERGES}/<uuid:merge>", action="case.merge", changes=True)
    def unmerge_cases(self, call: Call) -> Reply:
        """Undo the merge of two cases."""
        version = merging.unmerge(call.session, call.now, call.case, call.path["merge"], call.principal)
        return Reply(status=204, version=version)
