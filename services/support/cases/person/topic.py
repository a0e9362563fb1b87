"""What intake says of the person, and how it is stored."""

from typing import Final

from services.support.cases.person import actions, events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, reads=events.READS, projections=actions.PROJECTIONS)
