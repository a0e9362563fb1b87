"""Who writes and reads which kind of note, on the team alone."""

from collections.abc import Mapping
from typing import Final

from services.support.case.rules import Access, Copied, Fields
from shared.access.permissions import FieldClass, Need

#: role -> the kinds of notes that it writes and reads. What was said in counselling stays with counsellors.
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "counsellor": frozenset(("counselling", "assessment", "safety_plan", "contact", "other")),
    "support_worker": frozenset(("assessment", "safety_plan", "contact", "other")),
}
_NOTES: Final = dict.fromkeys(KINDS, Need.TEAM)
ACCESS: Final[Access] = {"note.write": _NOTES, "note.read": _NOTES}
VISIBLE: Final[Fields] = {
    FieldClass.HEALTH: {"notes": ("id", "kind", "text", "written_by", "written_at", "superseded_by")}
}
COPIED: Final[Copied] = {"support_note": ("notes",)}
#: The parts of a copy that leave only once they were reviewed: who wrote them wrote of family, friends and threats too.
THIRD_PARTIES: Final = frozenset(("notes",))
