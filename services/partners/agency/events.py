"""What the register tells of agencies, by ids and codes, and what it follows of others: who works, and is let in."""

from typing import Final

from shared.access import agencies, endings, revocations, staff

EVENTS: Final = agencies.EVENTS
ENDINGS: Final = endings.reads_of("intake")
REVOCATIONS: Final = (revocations.read_of("intake"),)
STAFF: Final = staff.reads_of("intake")
READS: Final = (*ENDINGS, *REVOCATIONS, *STAFF)
