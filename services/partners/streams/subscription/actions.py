"""Set and show subscriptions, and find those that match an event."""

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
from shared.access.permissions import check_own, existing
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
    """Set an agency's subscription from now on; changing an existing one requires its ETag.

    Return the subscription's version. `matches` raises for a version not read before. Raises `NotFound`, `FactRefused`,
    `KeyStoreAway`.
    """
    check_own(by, agency)
    lists, pinned = command.lists, rules.versions(command.pinned or ())
    rules.check(lists["types"], pinned)
    existing(session.get(Entry, agency, with_for_update=True))
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
    """Create the key of an agency's pseudonyms if it has none. It is committed before anything is in its stream.

    A key created at the first delivery would be lost if the process died between delivery and commit. Everything
    delivered by then would be delivered again under other pseudonyms.
    """
    pseudonyms.of_agency(session, agency, now)


def open_sandbox(session: Session, agency: UUID, now: datetime, *, by: Principal) -> None:
    """Subscribe a new sandbox to all events that its agreement allows."""
    everything = {**Subscribe().lists, "form": rules.FULL, "pinned": {}, "is_paused": False}
    session.add(
        Subscription(
            agency=agency, version=1, **everything, is_sandbox=True, changed_by=UUID(by.subject), changed_at=now
        )
    )
    session.flush()
    _begin_names(session, agency, now)


def shown(session: Session, agency: UUID, *, by: Principal) -> tuple[Mapping[str, object], int]:
    """Show an agency's subscription; a change requires its ETag.

    Return it with the subscription's version. Raises `NotFound`.
    """
    check_own(by, agency)
    row = existing(session.get(Subscription, agency))
    pinned = [f"{key}.v{version}" for key, version in sorted(row.pinned.items())]
    return views.shown(row, ShownSubscription, pinned=pinned, paused=row.is_paused), row.version


def find(session: Session, agency: UUID) -> Asked | None:
    """Return an agency's subscription; None if it has none."""
    row = session.get(Subscription, agency)
    return None if row is None else _read(row)


def every(session: Session) -> list[Asked]:
    """Return the subscriptions of all agencies, in the order of the agencies' ids."""
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
    )
