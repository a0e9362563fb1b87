"""Routes for the summary of what agencies receive, and for an agency with the state of its connection."""

from typing import Final

from services.partners.agencies.agency import schemas as agency_schemas
from services.partners.overview.reception import actions, rules, schemas
from shared.http import get
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "reception.read",
            "/v1/reception",
            actions.receptions,
            query=(schemas.AGENCY, *PAGE),
            reply=schemas.ReceptionPage,
        ),
        get(
            "agency.read",
            "/v1/agencies/<uuid:agency>",
            actions.show_agency,
            query=(agency_schemas.WITH_CONNECTION,),
            reply=agency_schemas.ShownAgency,
        ),
    ),
    access=rules.ACCESS,
)
