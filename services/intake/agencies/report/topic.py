"""Reports of agencies: what is read of them, and what follows."""

from typing import Final

from services.intake.agencies.report import actions, events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, events=events.EVENTS, reads=events.READS, reactions=actions.REACTIONS)
