"""The route that shows what each agency received about a case."""

from typing import Final

from services.partners.overview.received import actions, events, rules, schemas
from shared.http import get
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "received.read",
            "/v1/cases/<uuid:case>/deliveries",
            actions.received,
            name="read_deliveries",
            reply=schemas.ReceivedOfCase,
        ),
    ),
    access=rules.ACCESS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
)
