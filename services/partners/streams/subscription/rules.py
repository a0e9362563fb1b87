"""Which events a subscription asks for. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final
from uuid import UUID

from shared.access.permissions import Need
from shared.casework.refusals import FactRefused
from shared.events.outside import OutsideType, catalogue

_OFFICER: Final = "data_protection_officer"
#: The roles of an agency's own keys.
_READS, _ADMINISTERS = "agency", "agency_administrator"
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "subscription.read": dict.fromkeys(("operator", _OFFICER, _READS, _ADMINISTERS), Need.ANY),
    # The agency itself changes its subscription, within its agreements.
    "subscription.change": dict.fromkeys(("operator", _OFFICER, _ADMINISTERS), Need.ANY),
}
FULL, THIN = "full", "thin"
EVERYTHING: Final = "*"


@dataclass(frozen=True)
class Asked:
    """An agency's subscription."""

    agency: UUID
    types: tuple[str, ...]
    jurisdictions: frozenset[str]
    purposes: frozenset[str]
    data_categories: frozenset[str]
    form: str
    pinned: Mapping[str, int]
    is_paused: bool

    def wants(self, event_type: OutsideType, jurisdiction: str | None) -> bool:
        """Return whether the subscription includes an event type.

        `jurisdiction`: the case's; None for an event about no case.
        """
        is_of_law = jurisdiction is None or jurisdiction in self.jurisdictions
        return is_of_law and any(
            fnmatchcase(f"{event_type.service}.{event_type.name}", pattern) for pattern in self.types
        )


def versions(pinned: Collection[str]) -> dict[str, int]:
    """Return the version that is read of each type, from type names that end with a version."""
    read = (written.rpartition(".v") for written in pinned)
    return {key: int(version) for key, _, version in read}


def check(patterns: Collection[str], pinned: Mapping[str, int]) -> None:
    """Refuse patterns that match no type that may leave, and unknown versions. Raises `FactRefused`."""
    leaving = {f"{kind.service}.{kind.name}" for kind in catalogue().values() if kind.audience.leaves}
    for pattern in patterns:
        if not any(fnmatchcase(key, pattern) for key in leaving):
            raise FactRefused(
                "types",
                "matches_a_type",
                "A pattern matches no event type that agencies can receive. Choose from the types that `GET "
                "/v1/event-types` lists.",
            )
    for key, version in pinned.items():
        service, _, name = key.partition(".")
        if not _is_offered(service, name, version):
            raise FactRefused(
                "pinned",
                "is_a_version",
                "One of these event types does not have this version. Choose a version from the page of the type.",
            )


def _is_offered(service: str, name: str, version: int) -> bool:
    """Return whether an agency can receive a type in a version: the newest, or an older one derived from it."""
    newest = _newest(service, name)
    if newest is None or not newest.audience.leaves:
        return False
    older = {form.version for form in newest.older if not form.refused}
    return version in {newest.version, *older}


def _newest(service: str, name: str) -> OutsideType | None:
    versions = [kind for kind in catalogue().values() if (kind.service, kind.name) == (service, name)]
    return max(versions, key=lambda kind: kind.version, default=None)
