"""Events of intake about the grounds of agencies, and their projection."""

from typing import Final

from services.partners.streams.ground import actions, events
from shared.exchange.follower import CatchingUp
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    loops=(lambda database, _emits, feeds: CatchingUp(database, feeds, events.SOURCE),),
)
