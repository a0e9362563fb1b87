"""Register, list, test and remove notifiers. Their times are real time."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import lock, record_of
from services.partners.agencies.agency.models import Record
from services.partners.channels.notifier import rules
from services.partners.channels.notifier.models import Notifier, Ring
from services.partners.channels.notifier.schemas import RegisterNotifier, ShownNotifier, ShownRing
from shared import encryption
from shared.access import agencies
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.access.views import Shown, shown
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.http import Reply
from shared.outbound import OUTBOUND, TargetRefused, signatures
from shared.runtime.expiry import Expiring

_RINGS: Final = Record.metadata.tables[Ring.__tablename__]
EXPIRING: Final = (Expiring(_RINGS, _RINGS.c.due_at, 30),)


def register(session: Session, agency: UUID, command: RegisterNotifier, *, by: Principal) -> Reply:
    """Register where an agency's on-call staff are rung; a webhook's secret is shown in this one answer.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    rules.check_agency(lock(session, agency))
    rules.check_count(session.scalar(select(func.count()).where(Notifier.agency == agency)) or 0)
    _check_address(session, command)
    notifier, secret, keys = new_id(), signatures.new_secret(signatures.SYMMETRIC), encryption.of(session)
    session.add(
        Notifier(
            id=notifier,
            agency=agency,
            channel=command.channel,
            address=keys.seal(agency, cell("address", notifier), command.address),
            secret=keys.seal(agency, cell("secret", notifier), secret),
            levels=sorted(set(command.levels)),
            made_by=UUID(by.subject),
            made_at=datetime.now(UTC),
        )
    )
    once = {"secret": signatures.shown(secret)} if command.channel == rules.WEBHOOK else {}
    return Reply({}, status=201, created=notifier, once=once)


def listed(session: Session, agency: UUID) -> Shown:
    """List an agency's notifiers.

    They are in the order of their registration. Raises `NotFound`.
    """
    existing(agencies.find(session, agency))
    keys = encryption.of(session)
    rows = session.scalars(select(Notifier).where(Notifier.agency == agency).order_by(Notifier.id)).all()
    notifiers = [
        shown(row, ShownNotifier, address=keys.unseal(agency, cell("address", row.id), row.address)) for row in rows
    ]
    return {"notifiers": notifiers}


def remove(session: Session, agency: UUID, notifier: UUID) -> None:
    """Remove a notifier; it rings no more.

    The rings that wait for it are deleted. Raises `NotFound`.
    """
    session.delete(record_of(session, Notifier, agency, notifier, lock=True))
    waiting = select(Ring).where(Ring.notifier == notifier, Ring.state == rules.WAITING).with_for_update()
    for ring in session.scalars(waiting):
        session.delete(ring)


def test(session: Session, agency: UUID, notifier: UUID) -> None:
    """Ring a notifier now, as a test; the outcome appears among the agency's rings.

    Raises `NotFound`.
    """
    record_of(session, Notifier, agency, notifier, lock=True)
    now = datetime.now(UTC)
    until = now + timedelta(minutes=rules.TEST_MINUTES)
    session.add(
        Ring(
            id=new_id(),
            agency=agency,
            notifier=notifier,
            state=rules.WAITING,
            tries=0,
            due_at=now,
            next_at=now,
            until=until,
        )
    )


def rings(session: Session, agency: UUID, before: int | None, limit: int) -> Shown:
    """List the rings of the last thirty days, the newest first.

    A page begins before `before`. Raises `NotFound`.
    """
    existing(agencies.find(session, agency))
    query = select(Ring).where(Ring.agency == agency)
    query = query if before is None else query.where(Ring.number < before)
    rows = session.scalars(query.order_by(Ring.number.desc()).limit(limit)).all()
    following = str(rows[-1].number) if len(rows) == limit else None
    return {"rings": [shown(row, ShownRing) | {"number": row.number} for row in rows], "next": following}


def cell(column: str, notifier: UUID) -> Cell:
    """Return the cell of an encrypted value of a notifier."""
    return Cell(Notifier.__tablename__, column, notifier)


def _check_address(session: Session, command: RegisterNotifier) -> None:
    rules.check_levels(command.levels)
    if command.channel == rules.EMAIL:
        rules.check_email(command.address)
        return
    try:
        # The name is resolved and checked when it is used: a registration never waits for a name server.
        OUTBOUND.of(session).guard.read(command.address)
    except TargetRefused as refused:
        raise rules.refusal_of(refused.reason) from None
