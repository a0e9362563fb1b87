"""A topic without declarations of its own."""

from typing import Final

from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__)
