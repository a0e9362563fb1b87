"""Subscriptions: set, shown, and asked for those who want an event."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Entry
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.subscription import rules
from services.partners.streams.subscription.models import Subscription
from services.partners.streams.subscription.rules import Asked
from services.partners.streams.subscription.schemas import ShownSubscription, Subscribe
from shared.access import views
from shared.access.permissions import NotFound, check_own
from shared.access.tokens import Principal


def subscribe(
    session: Session,
    agency: UUID,
    command: Subscribe,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> int:
    """Set what an agency hears of, from now on; once it is set, a change brings the ETag that was read.

    Return the subscription's version. `matches` raises for a version not read before. Raises `NotFound`, `FactRefused`,
    `KeyStoreAway`.
    """
    check_own(by, agency)
    lists, pinned = command.lists, rules.versions(command.pinned or ())
    rules.check(lists["types"], pinned)
    if session.get(Entry, agency, with_for_update=True) is None:
        raise NotFound
    row = session.get(Subscription, agency)
    if row is None:
        row = Subscription(agency=agency, version=0)
        session.add(row)
    else:
        matches(row.version)
    for name, values in lists.items():
        setattr(row, name, values)
    row.form, row.pinned, row.is_paused = command.form, pinned, command.paused
    row.version, row.changed_by, row.changed_at = row.version + 1, UUID(by.subject), now
    session.flush()
    _begin_names(session, agency, now)
    return row.version


def _begin_names(session: Session, agency: UUID, now: datetime) -> None:
    """Make the key of an agency's names, if it has none: committed before anything is in its stream.

    Made at the first delivery, it would be gone with a process that dies between the delivery and its commit; and
    everything that had been handed over would come once more under other names.
    """
    pseudonyms.of_agency(session, agency, now)


def open_sandbox(session: Session, agency: UUID, now: datetime, *, by: Principal) -> None:
    """Store that a new agency hears of everything, and of fictitious people alone."""
    everything = {**Subscribe().lists, "form": rules.FULL, "pinned": {}, "is_paused": False}
    session.add(
        Subscription(
            agency=agency, version=1, **everything, is_sandbox=True, changed_by=UUID(by.subject), changed_at=now
        )
    )
    session.flush()
    _begin_names(session, agency, now)


def shown(session: Session, agency: UUID, *, by: Principal) -> tuple[Mapping[str, object], int]:
    """Show what an agency hears of; its ETag is for a change.

    Return it with the subscription's version. Raises `NotFound`.
    """
    check_own(by, agency)
    row = session.get(Subscription, agency)
    if row is None:
        raise NotFound
    pinned = [f"{key}.v{version}" for key, version in sorted(row.pinned.items())]
    return views.shown(row, ShownSubscription, pinned=pinned, paused=row.is_paused), row.version


def find(session: Session, agency: UUID) -> Asked | None:
    """Return what an agency asked to hear of; None if it did not ask."""
    row = session.get(Subscription, agency)
    return None if row is None else _read(row)


def every(session: Session) -> list[Asked]:
    """Return what each agency asked to hear of, in the order of their ids."""
    return list(map(_read, session.scalars(select(Subscription).order_by(Subscription.agency))))


def _read(row: Subscription) -> Asked:
    return Asked(
        row.agency,
        tuple(row.types),
        frozenset(row.jurisdictions),
        frozenset(row.purposes),
        frozenset(row.data_categories),
        row.form,
        row.pinned,
        row.is_paused,
        row.is_sandbox,
    )
