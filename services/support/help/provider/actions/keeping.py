"""Add, update and list providers, and count their places. No event is about providers, because they concern no case."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.support.help.provider import rules
from services.support.help.provider.models import Provider
from services.support.help.provider.schemas import FILTERS, AddProvider, CountPlaces, StateProvider
from shared.access import agencies
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework.dates import today
from shared.events.envelope import new_id

_UNKNOWN: Final = "not_known"


def add_provider(session: Session, command: AddProvider, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Add a provider to the directory.

    Return its id and version. Raises `FactRefused`, `StepForbidden`.
    """
    _check(session, command)
    own_id = command.id or new_id()
    rules.check_new(is_known=session.get(Provider, own_id) is not None)
    provider = Provider(version=1, vacancy=_UNKNOWN, **command.stored(id=own_id, **_stated(now, by)))
    session.add(provider)
    return provider.id, provider.version


def restate_provider(
    session: Session,
    provider_id: UUID,
    command: StateProvider,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> int:
    """Replace a provider's entry; the count of its places is kept.

    Return its version. `matches` raises for a version that the caller has not read. Raises `NotFound`, `FactRefused`.
    """
    provider = _locked(session, provider_id)
    matches(provider.version)
    _check(session, command)
    return _set(provider, command.stored(**_stated(now, by)))


def count_places(session: Session, provider_id: UUID, command: CountPlaces, now: datetime, *, by: Principal) -> int:
    """State whether a provider has places, and how long this is valid; an older count changes nothing.

    Return the version. The latest count applies without a check of the version read, because places change by the hour.
    Raises `NotFound`, `FactRefused`.
    """
    provider = _locked(session, provider_id)
    counted_at = command.counted_at or now
    rules.check_known(command.known_until, today(now, None))
    rules.check_counted(counted_at, now)
    if provider.counted_at is not None and counted_at < provider.counted_at:
        return provider.version
    return _set(provider, command.stored(counted_at=counted_at, **_stated(now, by)))


def show_provider(session: Session, provider_id: UUID) -> tuple[Provider, int]:
    """Show a provider; its ETag is for a change.

    Raises `NotFound`.
    """
    provider = existing(session.get(Provider, provider_id))
    return provider, provider.version


def find_providers(session: Session, query: Mapping[str, str], after: UUID | None, limit: int) -> Shown:
    """List the providers of the directory, by service, region, and whether they are open.

    They are in the order of their ids, after `after`.
    """
    conditions = [_is_wanted(name, query[name]) for name, _schema, _meaning in FILTERS if name in query]
    if after is not None:
        conditions.append(Provider.id > after)
    providers = session.scalars(select(Provider).where(*conditions).order_by(Provider.id).limit(limit)).all()
    return {"providers": providers, "next": str(providers[-1].id) if len(providers) == limit else None}


def _is_wanted(name: str, text: str) -> ColumnElement[bool]:
    if name == "region":
        everywhere = and_(Provider.country == text.partition("-")[0], Provider.regions == [])
        return or_(Provider.regions.contains([text]), everywhere)
    return Provider.services.contains([text]) if name == "service_type" else Provider.state == text


def _check(session: Session, command: StateProvider) -> None:
    rules.check_place(command.country, command.regions)
    if command.agency is not None:
        agency = agencies.find(session, command.agency)
        rules.check_agency(None if agency is None else agency.state)


def _stated(now: datetime, by: Principal) -> dict[str, object]:
    return {"stated_by": UUID(by.subject), "stated_at": now}


def _locked(session: Session, provider_id: UUID) -> Provider:
    return existing(session.get(Provider, provider_id, with_for_update=True))


def _set(provider: Provider, stated: Mapping[str, object]) -> int:
    for name, value in stated.items():
        setattr(provider, name, value)
    provider.version += 1
    return provider.version
