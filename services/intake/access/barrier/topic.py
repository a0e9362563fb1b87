"""What legal says of barriers, and what follows from it."""

from typing import Final

from services.intake.access.barrier import actions, events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, reads=events.READS, projections=actions.PROJECTIONS, reactions=actions.REACTIONS)
