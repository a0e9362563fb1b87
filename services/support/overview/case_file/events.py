"""The events about a corrected record, and about the erasure of a case."""

from shared.casework.corrections import CORRECTED
from shared.privacy import erasure

EVENTS = (CORRECTED, erasure.ACKNOWLEDGED)
