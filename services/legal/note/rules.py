"""Who writes and reads notes. Privileged: no supervisor, no emergency, no data protection."""

from collections.abc import Mapping
from typing import Final

from services.legal.case.rules import WORKERS, Access, Copied, Fields
from shared.access.permissions import FieldClass
from shared.reference import codes

ACCESS: Final[Access] = {"note.write": WORKERS, "note.read": WORKERS}
VISIBLE: Final[Fields] = {
    FieldClass.PRIVILEGED: {"notes": ("id", "kind", "matter", "text", "written_by", "written_at", "superseded_by")}
}
COPIED: Final[Copied] = {"legal_note": ("notes",)}
#: The parts of a copy that leave only once they were reviewed.
PRIVILEGED: Final = frozenset(("notes",))
#: role -> the kinds of notes that it writes and reads.
KINDS: Final[Mapping[str, frozenset[str]]] = {"legal_adviser": frozenset(codes("legal_note_kind"))}
