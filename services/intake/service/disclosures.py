"""Routes about demands by others to be shown what is kept."""

from uuid import UUID

from services.intake.actions import disclosures
from services.intake.schemas.rights import DecideDemand, RecordDemand
from services.intake.service.paging import PAGE, asked
from shared.web import Call, Reply, route

_DISCLOSURES = "/v1/cases/<uuid:case>/disclosures"


class DisclosureRoutes:
    """For a service class that has an `edge`."""

    @route("POST", _DISCLOSURES, action="disclosure.record", body=RecordDemand, creates=True)
    def record_demand(self, call: Call) -> Reply:
        """Record that police, a court or another demands to be shown what is kept."""
        made, version = disclosures.record_demand(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=made, version=version)

    @route(
        "POST",
        f"{_DISCLOSURES}/<uuid:disclosure>/decision",
        action="disclosure.decide",
        body=DecideDemand,
        changes=True,
    )
    def decide_demand(self, call: Call) -> Reply:
        """Record what was decided on a demand; only the classes that it names may be given, for 30 days."""
        which: UUID = call.path["disclosure"]
        version = disclosures.decide_demand(call.session, call.now, call.case, which, call.principal, call.body)
        return Reply({"id": str(which), "decision": call.body["decision"]}, version=version)

    @route("GET", _DISCLOSURES, action="disclosure.read", query=PAGE)
    def list_demands(self, call: Call) -> Reply:
        """List the demands about a case, the earliest recorded first."""
        after, limit = asked(call.query, UUID)
        return Reply(disclosures.demands(call.session, call.case, after, limit))
