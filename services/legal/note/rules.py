"""Who writes and reads notes. Privileged: no supervisor, no emergency, no data protection."""

from collections.abc import Mapping
from typing import Final

from services.legal.case.rules import WORKERS, Access
from shared.reference import codes

ACCESS: Final[Access] = {"note.write": WORKERS, "note.read": WORKERS}
#: role -> the kinds of notes that it writes and reads.
KINDS: Final[Mapping[str, frozenset[str]]] = {"legal_adviser": frozenset(codes("legal_note_kind"))}
