"""The event about the end of a file."""

from shared.privacy import erasure

EVENTS = (erasure.ACKNOWLEDGED,)
