"""Older forms of an event: what an agency that stays with an earlier version of a type is handed of a newer one.

Declared beside the newest version, one for each version that is kept, and no code: so that the service at the agencies'
door makes older forms of the events of all services.

    older=(without(1, "step"),)                        version 1 had no such fields
    older=(by_authority(1, "agency"),)                 version 1 named an authority of the law by its code
    older=(not_offered(1, SAID_TOO_MUCH),)             nobody is handed version 1
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class OlderForm:
    """How a newer event is told in an earlier version of its type, or why it is not."""

    version: int
    leaves_out: frozenset[str] = frozenset()
    by_code: frozenset[str] = frozenset()
    refused: str = ""

    def of(self, data: Mapping[str, object], codes: Mapping[str, str]) -> dict[str, object] | None:
        """Return the data as that version has them; None where it has no words for them.

        `codes`: of each authority of the law the code under which its profile names it, by its id. What an agency may
        not have was cut before, so that a field may be missing that the version used to have always.
        """
        if self.refused:
            return None
        older = {name: value for name, value in data.items() if name not in self.leaves_out}
        for name in self.by_code & older.keys():
            code = codes.get(str(older[name]))
            if code is None:
                return None
            older[name] = code
        return older


def without(version: int, *names: str) -> OlderForm:
    """Declare a version that had not these fields yet."""
    return OlderForm(version, leaves_out=frozenset(names))


def by_authority(version: int, *names: str) -> OlderForm:
    """Declare a version in which these fields named authorities of the law, by their codes."""
    return OlderForm(version, by_code=frozenset(names))


def not_offered(version: int, because: str) -> OlderForm:
    """Declare a version that no agency is handed."""
    return OlderForm(version, refused=because)
