"""The roles that write and read notes. Notes are privileged.

Supervisors, emergency access and data-protection officers are therefore excluded.
"""

from collections.abc import Mapping
from typing import Final

from services.legal.cases.case.rules import WORKERS, Access
from shared.reference import codes

ACCESS: Final[Access] = {"note.write": WORKERS, "note.read": WORKERS}
#: Role -> the kinds of notes that it writes and reads.
KINDS: Final[Mapping[str, frozenset[str]]] = {"legal_adviser": frozenset(codes("legal_note_kind"))}
