"""Who records services and urgent needs, and which service meets which need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.support.case.rules import WORKERS, Access
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "service.record": WORKERS,
    "service.correct": WORKERS,
    "urgent_need.note": WORKERS,
    "urgent_need.correct": WORKERS,
}


@dataclass(frozen=True)
class Need:
    """An urgent need, and the service that meets it as far as was told; None: it is open."""

    id: UUID
    service_type: str
    noted_on: date
    met_by: UUID | None = None
    met_on: date | None = None


@dataclass(frozen=True)
class Given:
    """A service that was given."""

    id: UUID
    service_type: str
    day: date


def met_by(need: Need, services: Iterable[Given]) -> Given | None:
    """Return the first service of a need's type since it was noted; None while nothing meets it.

    So it comes to the same in whatever order needs and services are recorded and put right.
    """
    fitting = [given for given in services if given.service_type == need.service_type and given.day >= need.noted_on]
    return min(fitting, key=lambda given: (given.day, given.id), default=None)


def differences(needs: Iterable[Need], services: Iterable[Given]) -> Mapping[UUID, tuple[Need, Given | None]]:
    """Return the needs that another service meets than was told, or none any more, by their ids."""
    given = list(services)
    now = {need.id: (need, met_by(need, given)) for need in needs}
    return {need: (old, new) for need, (old, new) in now.items() if _told(old) != (new and (new.id, new.day))}


def _told(need: Need) -> tuple[UUID | None, date] | None:
    return None if need.met_on is None else (need.met_by, need.met_on)


def urgent_need_noted(needs: Iterable[str], noted_on: date) -> Announcement:
    """Announce needs that can't wait."""
    return Announcement("urgent_need.noted", {"needs": sorted(needs), "noted_on": noted_on})


def changed(need: Need, service: Given | None) -> Announcement:
    """Announce that a service meets an urgent need, or that none does any more."""
    payload = {"need": need.id, "service_type": need.service_type, "noted_on": need.noted_on}
    if service is None:
        return Announcement("urgent_need.reopened", payload)
    return Announcement("urgent_need.met", {**payload, "service": service.id, "met_on": service.day})


def urgent_need_withdrawn(need: UUID, service_type: str, noted_on: date) -> Announcement:
    """Announce that an urgent need was recorded wrongly, and counts no more as it was noted."""
    return Announcement("urgent_need.withdrawn", {"need": need, "service_type": service_type, "noted_on": noted_on})
