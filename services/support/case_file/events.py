"""The event about the end of a case's support."""

from shared.privacy import erasure

EVENTS = (erasure.ACKNOWLEDGED,)
