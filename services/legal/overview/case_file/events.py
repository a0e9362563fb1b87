"""The events about the end of a file, and about what was put right in it."""

from shared.casework import corrections
from shared.privacy import erasure

EVENTS = (erasure.ACKNOWLEDGED, corrections.CORRECTED)
