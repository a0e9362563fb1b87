"""Routes for demands by third parties for disclosure."""

from uuid import UUID

from services.intake.actions import disclosures
from services.intake.schemas.rights import DecideDemand, RecordDemand
from services.intake.service.paging import PAGE, asked
from shared.http import Call, Reply, route

_DISCLOSURES = "/v1/cases/<uuid:case>/disclosures"


class DisclosureRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", _DISCLOSURES, action="disclosure.record", body=RecordDemand, creates=True)
    def record_demand(self, call: Call) -> Reply:
        """Record that police, a court or another third party demands disclosure."""
        disclosure_id, version = disclosures.record_demand(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=disclosure_id, version=version)

    @route(
        "POST",
        f"{_DISCLOSURES}/<uuid:disclosure>/decision",
        action="disclosure.decide",
        body=DecideDemand,
        changes=True,
    )
    def decide_demand(self, call: Call) -> Reply:
        """Record what was decided on a demand; only the classes that it names may be given, for 30 days."""
        disclosure_id: UUID = call.path["disclosure"]
        version = disclosures.decide_demand(call.session, call.now, call.case, disclosure_id, call.principal, call.body)
        return Reply({"id": str(disclosure_id), "decision": call.body["decision"]}, version=version)

    @route("GET", _DISCLOSURES, action="disclosure.read", query=PAGE)
    def list_demands(self, call: Call) -> Reply:
        """List the demands about a case, the earliest recorded first."""
        after, limit = asked(call.query, UUID)
        return Reply(disclosures.demands(call.session, call.case, after, limit))
