"""The event about recovery, and what follows from periods of intake."""

from typing import Final

from services.support.help.recovery import actions, events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__, events=events.EVENTS, reads=events.READS, projections=actions.PROJECTIONS, reactions=actions.REACTIONS
)
