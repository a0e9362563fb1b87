"""The roles that record services and urgent needs, and which service meets which need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.support.cases.case.rules import WORKERS, Access
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "service.record": WORKERS,
    "service.correct": WORKERS,
    "urgent_need.note": WORKERS,
    "urgent_need.correct": WORKERS,
}


@dataclass(frozen=True)
class Need:
    """An urgent need, and the service that meets it according to the last event; None: it is open."""

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
    ended_on: date | None = None
    unsafe: bool = False


@dataclass(frozen=True)
class Service:
    """The service that a record of practical help, a stay or a session gives."""

    service_type: str
    delivered_on: date
    ended_on: date | None = None


def check_stands_alone(record: UUID | None) -> None:
    """Raise `StepForbidden` for the correction of a service that comes from a record."""
    if record is not None:
        message = "This service comes from practical help, a placement or a session. Correct that record instead."
        raise StepForbidden("service.follows_its_record", message)


def met_by(need: Need, services: Iterable[Given]) -> Given | None:
    """Return the first service of a need's type since it was noted; None while no service meets it.

    A stay that ended on or before that day does not meet it. A stay that the person reports as unsafe keeps the needs
    that it meets already, and meets no other one. Apart from such reports, the result does not depend on the order in
    which needs and services are recorded and corrected.
    """
    fitting = [
        given
        for given in services
        if given.service_type == need.service_type
        and given.day >= need.noted_on
        and (given.ended_on is None or given.ended_on > need.noted_on)
        and (not given.unsafe or given.id == need.met_by)
    ]
    return min(fitting, key=lambda given: (given.day, given.id), default=None)


def differences(needs: Iterable[Need], services: Iterable[Given]) -> Mapping[UUID, tuple[Need, Given | None]]:
    """Return by id the needs whose service has changed since the last event, with the new one or None."""
    given = list(services)
    now = {need.id: (need, met_by(need, given)) for need in needs}
    return {need: (old, new) for need, (old, new) in now.items() if _announced(old) != (new and (new.id, new.day))}


def _announced(need: Need) -> tuple[UUID | None, date] | None:
    return None if need.met_on is None else (need.met_by, need.met_on)


def urgent_need_noted(needs: Iterable[str], noted_on: date, corrected: UUID | None = None) -> Announcement:
    """Return the event about new urgent needs, or about a need whose kind or day was corrected, with its id."""
    noted = {"needs": sorted(needs), "noted_on": noted_on}
    return Announcement("urgent_need.noted", noted if corrected is None else {**noted, "need": corrected})


def changed(need: Need, service: Given | None) -> Announcement:
    """Return the event that a service meets an urgent need, or that no service meets it now."""
    payload = {"need": need.id, "service_type": need.service_type, "noted_on": need.noted_on}
    if service is None:
        return Announcement("urgent_need.reopened", payload)
    return Announcement("urgent_need.met", {**payload, "service": service.id, "met_on": service.day})


def service_withdrawn(service: UUID, service_type: str) -> Announcement:
    """Return the event that a service of this kind was recorded wrongly, so that its earlier events do not apply."""
    return Announcement("service.withdrawn", {"service": service, "service_type": service_type})


def urgent_need_withdrawn(need: UUID, service_type: str, noted_on: date) -> Announcement:
    """Return the event that an urgent need was recorded wrongly, so that its earlier events do not apply."""
    return Announcement("urgent_need.withdrawn", {"need": need, "service_type": service_type, "noted_on": noted_on})
