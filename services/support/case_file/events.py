"""The events about the end of a case's support, and about any of its records that is put right."""

from shared.casework.corrections import CORRECTED
from shared.privacy import erasure

EVENTS = (CORRECTED, erasure.ACKNOWLEDGED)
