"""Open, rename, close and empty an agency's queue, and register the key that its messages are encrypted to."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions import generations
from services.partners.agencies.agency.actions.locking import lock
from services.partners.agencies.agreement import actions as agreements
from services.partners.channels.broker_queue import rules
from services.partners.channels.broker_queue.actions.messages import check_key
from services.partners.channels.broker_queue.models import BrokerQueue
from services.partners.channels.broker_queue.schemas import RegisterEncryptionKey, ShownQueue
from services.partners.streams.ground import actions as grounds
from shared.access import views
from shared.access.permissions import NotFound, existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.exchange.broker import BROKER_OF_AGENCIES

#: High limits: an agency has only a few agreements over the years.
_AGREEMENTS: Final = 1_000
_AGREEMENTS_OF_ALL: Final = 1_000_000


def open_(session: Session, agency: UUID, now: datetime, *, by: Principal) -> int:
    """Open a queue for an agency at the broker; it is filled while an agreement with the agency is in force.

    Return its version. An open queue stays unchanged. Raises `StepForbidden`.
    """
    rules.check_agency(lock(session, agency))
    row = session.get(BrokerQueue, agency, with_for_update=True)
    if row is not None and row.is_open:
        return row.version
    if row is None:
        row = BrokerQueue(agency=agency, version=0, is_declared=False, discarded=[])
        session.add(row)
    row.is_open, row.mark = True, None
    _name_anew(row, now, by=by)
    return row.version


def rename(session: Session, agency: UUID, now: datetime, matches: Callable[[int], None], *, by: Principal) -> int:
    """Rename the queue after a key was stolen, so that connected clients read nothing more.

    The old queue is deleted. Return its version. `matches` raises for a version not read before. Raises `NotFound`.
    """
    row = _row(session, agency)
    matches(row.version)
    if not row.is_open:
        raise NotFound
    _discard(row)
    _name_anew(row, now, by=by)
    return row.version


def cut_off(row: BrokerQueue, now: datetime) -> None:
    """Rename a queue automatically, because a key with which it is read was revoked."""
    _discard(row)
    _name(row, now)


def close(session: Session, agency: UUID) -> int:
    """Close an agency's queue and delete the messages in it.

    Return its version. Raises `NotFound`.
    """
    row = _row(session, agency)
    _discard(row)
    row.is_open, row.version = False, row.version + 1
    return row.version


def register_encryption_key(session: Session, agency: UUID, command: RegisterEncryptionKey, *, by: Principal) -> int:
    """Encrypt new messages to this public key. Messages in clear are deleted, and the latest events are sent again.

    Return the queue's version. Raises `NotFound` without a queue, `FactRefused` for a key that cannot encrypt, and
    `StepForbidden` for a second key that is not from the agency.
    """
    key = rules.public_jwk(command.kty, command.crv, command.x, command.y, command.kid)
    check_key(key)
    is_first = existing(session.get(BrokerQueue, agency)).encryption_key is None
    # control: H-AGENCY-23 only-the-agency-replaces
    rules.check_replaces(is_first=is_first, is_agency=by.agency is not None)
    if is_first:
        purge(session, agency)
    row = _row(session, agency)
    if is_first:
        # control: H-AGENCY-23 sent-again-encrypted
        row.mark = None  # a consumer that was away has not read them, and may not use the feed
    row.encryption_key, row.version = key, row.version + 1
    return row.version


def purge(session: Session, agency: UUID) -> None:
    """Delete the messages in an agency's queue immediately, before anything else is published to the agency.

    This raises the agency's generation, as every ending does, and waits for no broker. The lane then deletes the queue
    and continues after its mark. The agency reads the deleted events from the feed.
    """
    grounds.hold_alone(session, [agency])


def waits_for_purge(session: Session, agency: UUID) -> bool:
    """Return whether an agency's queue can still contain something that must be deleted."""
    row = session.get(BrokerQueue, agency)
    if row is None:
        return False
    return bool(row.discarded) or (row.is_declared and row.endings != generations.read(session, agency))


def shown(session: Session, agency: UUID, now: datetime) -> tuple[Shown, int]:
    """Show an agency's queue at the broker: its name, its position, and the number of waiting messages.

    Return it with its version. Raises `NotFound`.
    """
    row = existing(session.get(BrokerQueue, agency))
    broker = BROKER_OF_AGENCIES.find(session)
    address = (broker.address if broker else "") or None
    kid = None if row.encryption_key is None else row.encryption_key["kid"]
    parts = {"address": address, "serves": serves(session, row, now), "sequence": row.mark, "encryption_kid": kid}
    queue = views.shown(row, ShownQueue, **parts)
    return queue, row.version


def serves(session: Session, row: BrokerQueue, now: datetime) -> bool:
    """Return whether a queue can be filled and its agency can read it now."""
    if not row.is_open:
        return False
    listed = agreements.page(session, now, agency=row.agency, state=None, after=None, limit=_AGREEMENTS)
    return any(agreement["counts"] for agreement in listed)


def counting_agencies(session: Session, now: datetime) -> frozenset[UUID]:
    """Return the agencies with an agreement in force."""
    listed = agreements.page(session, now, agency=None, state=None, after=None, limit=_AGREEMENTS_OF_ALL)
    return frozenset(agreement["agency"] for agreement in listed if agreement["counts"])


def _row(session: Session, agency: UUID) -> BrokerQueue:
    return existing(session.get(BrokerQueue, agency, with_for_update=True))


def _discard(row: BrokerQueue) -> None:
    row.discarded = [*row.discarded, row.queue]
    row.is_declared = False


def _name_anew(row: BrokerQueue, now: datetime, *, by: Principal) -> None:
    _name(row, now)
    row.opened_by = UUID(by.subject)


def _name(row: BrokerQueue, now: datetime) -> None:
    row.queue = rules.name_of(row.agency, secrets.token_hex(rules.LOT_BYTES))
    row.opened_at, row.named_at = now, datetime.now(UTC)
    row.version += 1
