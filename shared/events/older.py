"""Older versions of an event, for agencies that have not migrated to a newer version of its type.

They are declared on the newest version, one for each earlier version in use. The declarations are data, so that the
agency service can convert the events of all services.

    older=(without(1, "step"),)                        version 1 had no such fields
    older=(by_authority(1, "agency"),)                 version 1 named an authority of the law by its code
    older=(not_offered(1, SAID_TOO_MUCH),)             version 1 is not sent to agencies
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class OlderForm:
    """How to convert a newer event to an earlier version of its type, or why that is not offered."""

    version: int
    leaves_out: frozenset[str] = frozenset()
    by_code: frozenset[str] = frozenset()
    refused: str = ""

    def of(self, data: Mapping[str, object], codes: Mapping[str, str]) -> dict[str, object] | None:
        """Return the data in that version; None if it cannot express them.

        `codes` maps the ids of authorities of the law to the codes in their profiles. Fields that the agency cannot
        receive were removed earlier, so a field that the version required can be missing.
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
    """Declare a version that did not have these fields."""
    return OlderForm(version, leaves_out=frozenset(names))


def by_authority(version: int, *names: str) -> OlderForm:
    """Declare a version in which these fields contained the codes of authorities of the law."""
    return OlderForm(version, by_code=frozenset(names))


def not_offered(version: int, because: str) -> OlderForm:
    """Declare a version that is not sent to agencies."""
    return OlderForm(version, refused=because)
