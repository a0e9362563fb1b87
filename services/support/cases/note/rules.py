"""Which roles of the team write and read which kind of note."""

from collections.abc import Mapping
from typing import Final

from services.support.cases.case.rules import Access
from shared.access.permissions import Need

#: The kinds of notes that each role writes and reads. Only counsellors read counselling notes.
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "counsellor": frozenset(("counselling", "counsellor_own", "assessment", "safety_plan", "contact", "other")),
    "support_worker": frozenset(("assessment", "safety_plan", "contact", "other")),
}
#: Only the author reads these: a counsellor's own reflections, apart from the record of the course.
OWN: Final = frozenset(("counsellor_own",))
_NOTES: Final = dict.fromkeys(KINDS, Need.TEAM)
ACCESS: Final[Access] = {"note.write": _NOTES, "note.read": _NOTES}
