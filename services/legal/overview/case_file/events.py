"""The events about the erasure of a file and about corrections in it."""

from shared.casework import corrections
from shared.privacy import erasure

EVENTS = (erasure.ACKNOWLEDGED, corrections.CORRECTED)
