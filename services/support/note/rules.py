"""Who writes and reads which kind of note, on the team alone."""

from collections.abc import Mapping
from typing import Final

from services.support.case.rules import Access
from shared.access.permissions import Need

#: role -> the kinds of notes that it writes and reads. What was said in counselling stays with counsellors.
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "counsellor": frozenset(("counselling", "counsellor_own", "assessment", "safety_plan", "contact", "other")),
    "support_worker": frozenset(("assessment", "safety_plan", "contact", "other")),
}
#: Nobody reads these but who wrote them: what a counsellor notes to think about, beside the record of the course.
OWN: Final = frozenset(("counsellor_own",))
_NOTES: Final = dict.fromkeys(KINDS, Need.TEAM)
ACCESS: Final[Access] = {"note.write": _NOTES, "note.read": _NOTES}
