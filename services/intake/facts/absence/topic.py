"""What support says of absences, and how it is stored."""

from typing import Final

from services.intake.facts.absence import actions, events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, events=events.EVENTS, reads=events.READS, projections=actions.PROJECTIONS)
