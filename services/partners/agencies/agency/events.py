"""The events about agencies, with ids and codes, and the consumed events about staff and their access."""

from typing import Final

from shared.access import agencies, endings, revocations, staff

EVENTS: Final = agencies.EVENTS
ENDINGS: Final = endings.reads_of("intake")
REVOCATIONS: Final = (revocations.read_of("intake"),)
STAFF: Final = staff.reads_of("intake")
READS: Final = (*ENDINGS, *REVOCATIONS, *STAFF)
