"""Routes for an agency to read its own entry and agreements."""

from typing import Final

from services.partners.agencies.agreement.schemas import STATE_ASKED
from services.partners.overview.own_agency import actions, rules, schemas
from shared.http import get
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get("agency.own_affairs", "/v1/agency/entry", actions.own_entry, reply=schemas.OwnEntry),
        get(
            "agency.own_affairs",
            "/v1/agency/agreements",
            actions.own_agreements,
            query=(STATE_ASKED, *PAGE),
            reply=schemas.OwnAgreementPage,
        ),
    ),
    access=rules.ACCESS,
)
