"""A room without declarations of its own: `stream` delivers what it keeps."""

from typing import Final

from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__)
