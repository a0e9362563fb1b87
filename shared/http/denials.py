"""Denied requests: audit them, and detect callers who try many addresses that do not exist.

A service that follows cases can't know whether a case exists that it has not received yet. But the first 48 bits of an
id contain the time at which it was made. Every caller without access who requests a recent id gets the same answer:
retry (`PerhapsArriving`). The case can be on its way, belong to another agency, or not exist. The answer therefore
reveals no more than a 404.

`Probing` counts distinct missed addresses of a caller in a window, in this process's memory. An address that a caller
requests repeatedly counts once. It is forgotten when it exists. An alarm is a metric, a log line, and a row for
operators. It names the caller and no address. Operators need the staff id, a reference that only the sign-in service
resolves: with it they end the caller's access (`POST /v1/access/revocations`).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, Table, Text, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shared.access.permissions import Forbidden, NotFound, NotOfTheAgency, Relation
from shared.access.tokens import TokenRefused
from shared.exchange.eventlog import ORIGIN
from shared.http.admitting import Cases
from shared.http.chain import Proceed, RequestContext
from shared.http.transaction import note
from shared.store.database import Database, metadata
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: An id is recent for this many seconds after it was made: its case can be on its way. It allows for clock differences.
AWAITED_SECONDS: Final = 30.0
_TIME_ORDERED: Final = 7
#: This many different addresses in one window raise an alarm. The cases that a staff member is removed from in a day
#: are seldom more than a handful. A mistyped id is one address, and mostly does not have the form of an id.
ALARMING: Final = 20
#: The window, in seconds. It is long enough to detect slow attempts, and does not add up the mistakes of a whole day.
WINDOW: Final = 600.0
#: Addresses are stored as digests of 8 bytes. These are the most for each caller, and the most callers.
MOST_ADDRESSES: Final = 100
MOST_CALLERS: Final = 5_000
#: Operators see alarms of this period. Older ones are deleted.
SHOWN: Final = timedelta(days=1)

probing_alarms = Table(
    "probing_alarms",
    metadata,
    Column("caller", Text, primary_key=True, comment="staff id or service name"),
    Column("not_found", Integer, nullable=False, comment="addresses that were not there, in one window"),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

log = logger()

Denied: TypeAlias = NotFound | Forbidden | TokenRefused


class PerhapsArriving(Exception):
    """The caller has no access to an id that is so recent that its case can still arrive."""

    status = 503
    retryable = True
    is_expected = True
    title = "Not here yet"

    def __init__(self) -> None:
        """Store the message, which is true for a case on its way, another agency's case, and no case."""
        super().__init__(
            "Nothing was found here that you are allowed to see, but a new case can take a moment to arrive. Try "
            "again in a moment. If this continues, check the address, or ask to be added to the case's team."
        )
        self.headers = {"Retry-After": "1"}


class Denials:
    """The denied requests of one service."""

    def __init__(self, database: Database, cases: Cases) -> None:
        """Store where denials are audited, and whether cases arrive from another service."""
        self._database, self._cases = database, cases
        self._probing = Probing()

    def audited(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Audit a denial in its own transaction, because the transaction of the request was rolled back.

        Only the fact of the denial is stored. An address that now exists is removed from the probed addresses.
        """
        try:
            response = proceed(context)
        except (NotFound, Forbidden, TokenRefused) as denied:
            raise self._noted(context, denied) from None
        self._probing.found(context.principal.subject, context.request.path)
        return response

    def _noted(self, context: RequestContext, denied: Denied) -> Exception:
        """Store a denial. Return the error to answer."""
        principal, is_missed = context.principal, isinstance(denied, NotFound)
        answered = self._answered(context, denied)
        with self._database.transaction(ORIGIN.holding(context.origin)) as session:
            note(session, str(context.route.action), principal, context.case, answered.status)
            if is_missed:
                self._probing.missed(session, principal.subject, context.request.path)
        return answered

    def _answered(self, context: RequestContext, denied: Denied) -> Denied | PerhapsArriving:
        if not isinstance(denied, NotFound):
            return denied
        # A caller with a relation to the case is allowed to know that the case exists and only a record of it does not.
        is_unseen = context.relation in (Relation.NONE, Relation.EXCLUDED) and self._cases.arrive
        if is_unseen and context.case is not None and is_young(context.case):
            return PerhapsArriving()
        if type(denied) is NotFound and context.principal.agency is not None:
            return NotOfTheAgency()
        return denied


def is_young(case: UUID) -> bool:
    """Return whether an id was made recently, by the time in it. An id without a time is not recent."""
    if case.version != _TIME_ORDERED:
        return False
    return abs(time.time() - (case.int >> 80) / 1000) <= AWAITED_SECONDS


@dataclass
class _Caller:
    """When each address was missed, earliest first; and the last alarm: the number of addresses, and when."""

    addresses: OrderedDict[bytes, float] = field(default_factory=OrderedDict)
    alarmed: int = 0
    alarmed_at: float = 0.0


class Probing:
    """The missed addresses of the latest callers."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Start without callers."""
        self._now = now
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._lock = threading.Lock()

    def missed(self, session: Session, caller: str, address: str) -> None:
        """Count a missed address of a caller, and raise the alarm if there were many in this window."""
        count = self.count(caller, address)
        if count is not None:
            raise_alarm(session, caller, count)

    def count(self, caller: str, address: str) -> int | None:
        """Count a missed address of a caller. Return the number in this window if it is an alarm, else None.

        An alarm is the threshold, then each doubling of the number, or once in each window.
        """
        with self._lock:
            return self._count(caller, address)

    def _count(self, caller: str, address: str) -> int | None:
        of_caller = self._callers.setdefault(caller, _Caller())
        self._callers.move_to_end(caller)
        while len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)
        addresses, now = of_caller.addresses, self._now()
        addresses[_digest(address)] = now
        addresses.move_to_end(_digest(address))
        while addresses and (len(addresses) > MOST_ADDRESSES or next(iter(addresses.values())) < now - WINDOW):
            addresses.popitem(last=False)
        count = len(addresses)
        if count < ALARMING:
            of_caller.alarmed = 0
            return None
        if count < 2 * of_caller.alarmed and now < of_caller.alarmed_at + WINDOW:
            return None
        of_caller.alarmed, of_caller.alarmed_at = count, now
        return count

    def found(self, caller: str, address: str) -> None:
        """Forget an address that exists now because its event has arrived."""
        with self._lock:
            of_caller = self._callers.get(caller)
            if of_caller is not None:
                of_caller.addresses.pop(_digest(address), None)


@dataclass(frozen=True)
class ProbingAlarm:
    """A caller who requested many missing addresses, how many in one window, and when."""

    caller: str
    not_found: int
    first_at: datetime
    last_at: datetime


def raise_alarm(session: Session, caller: str, count: int) -> None:
    """Count, log and store that a caller requests many missing addresses; the highest number is kept."""
    metrics.probing_alarms.inc()
    log.warning("access.probing", caller=caller, count=count)
    now = datetime.now(UTC)
    session.execute(delete(probing_alarms).where(probing_alarms.c.last_at < now - SHOWN))
    new = insert(probing_alarms).values(caller=caller, not_found=count, first_at=now, last_at=now)
    highest = func.greatest(probing_alarms.c.not_found, new.excluded.not_found)
    session.execute(new.on_conflict_do_update(index_elements=["caller"], set_={"not_found": highest, "last_at": now}))


def alarms(session: Session) -> list[ProbingAlarm]:
    """Return the alarms of the last day, the latest first."""
    recent = probing_alarms.c.last_at >= datetime.now(UTC) - SHOWN
    rows = session.execute(select(probing_alarms).where(recent).order_by(probing_alarms.c.last_at.desc()))
    return [ProbingAlarm(**row) for row in rows.mappings()]


def _digest(address: str) -> bytes:
    return blake2b(address.encode(), digest_size=8).digest()
