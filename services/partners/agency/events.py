"""What the register tells of agencies, by ids and codes, and what it follows of others: who works, and is let in."""

from typing import Final

from shared.access import agencies, endings, revocations, staff
from shared.privacy import erasure

EVENTS: Final = agencies.EVENTS
ENDINGS: Final = endings.reads_of("intake")
REVOCATIONS: Final = (revocations.read_of("intake"),)
STAFF: Final = staff.reads_of("intake")
#: No case is kept here; of one that is erased, its id goes also from what is remembered of its events.
ERASURES: Final = erasure.passed_by("intake")
READS: Final = (*ENDINGS, *REVOCATIONS, *STAFF, *ERASURES)
