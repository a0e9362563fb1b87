"""A topic without routes: `stream` delivers its data."""

from typing import Final

from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__)
