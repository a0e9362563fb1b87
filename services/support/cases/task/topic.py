"""The events about tasks."""

from typing import Final

from services.support.cases.task import events
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, events=events.EVENTS)
