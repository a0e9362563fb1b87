"""The events about tasks of matters."""

from typing import Final

from services.legal.matters.matter_task import events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, events=events.EVENTS)
