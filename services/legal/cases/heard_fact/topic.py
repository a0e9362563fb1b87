"""Facts from intake: projections and reactions."""

from typing import Final

from services.legal.cases.heard_fact import actions, events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, reads=events.READS, projections=actions.PROJECTIONS, reactions=actions.REACTIONS)
